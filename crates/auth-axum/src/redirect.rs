//! Sends a browser on.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use percent_encoding::{CONTROLS, utf8_percent_encode};

/// 302 to an address, which may hold characters beyond ASCII.
pub(crate) fn to(url: &str) -> Response {
    with_cookies(url, Vec::new())
}

/// 302 to an address, with cookies.
pub(crate) fn with_cookies(url: &str, mut headers: Vec<(HeaderName, HeaderValue)>) -> Response {
    headers.extend(location(url));
    (StatusCode::FOUND, AppendHeaders(headers)).into_response()
}

/// The header `Location`.
pub(crate) fn location(url: &str) -> Option<(HeaderName, HeaderValue)> {
    let encoded = utf8_percent_encode(url, CONTROLS).to_string();
    HeaderValue::try_from(encoded).ok().map(|value| (header::LOCATION, value))
}
