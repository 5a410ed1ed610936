//! `GET /get-session`.

use auth_core::service::Refresh;
use auth_core::snapshot::SnapshotJson;
use auth_core::{Auth, ErrorCode};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Extension, Json};
use serde::Serialize;
use serde_json::Value;

use crate::client::request_context;
use crate::cookie;
use crate::error::HttpError;

pub(super) async fn get_session(
    Extension(auth): Extension<Auth>,
    request: Request,
) -> Result<Response, HttpError> {
    // Taken apart and not copied: every page asks this.
    let (parts, _) = request.into_parts();
    let Some(token) = cookie::session_token(&auth, &parts.headers) else {
        return Ok(answer(Vec::new(), &Value::Null));
    };
    let query = parts.uri.query();
    let believes_cookie = !asks(query, "disableCookieCache");
    if let Some(valid) = cookie::cached_session(&auth, &parts.headers, &token).filter(|_| believes_cookie) {
        return Ok(answer(Vec::new(), &SnapshotJson::of(&valid.session, &valid.user)));
    }
    let keep = cookie::dont_remember(&auth, &parts.headers) || asks(query, "disableRefresh");
    let refresh = if keep { Refresh::Never } else { Refresh::WhenDue };
    let Some(valid) = auth.validate_session(&token, refresh, &request_context(&auth, &parts)).await? else {
        return Ok(answer(cookie::expire_session(&auth, &parts.headers), &Value::Null));
    };
    let found = (&valid.session, &valid.user);
    let cookies = match (valid.extended, keep) {
        (true, _) => cookie::set_session(&auth, &parts.headers, found, true),
        (false, false) => cookie::keep_session(&auth, &parts.headers, found, true),
        // What the browser kept was not believed.
        (false, true) if believes_cookie => cookie::forget_session(&auth, &parts.headers),
        (false, true) => Vec::new(),
    };
    Ok(answer(cookies, &SnapshotJson::of(&valid.session, &valid.user)))
}

/// Better Auth's answer where sessions are extended when they are read, as they are here.
pub(super) async fn post_session() -> HttpError {
    HttpError::new(StatusCode::METHOD_NOT_ALLOWED, ErrorCode::MethodNotAllowedDeferSessionRequired)
}

/// Any value but an empty one asks for it, as in JavaScript.
fn asks(query: Option<&str>, name: &str) -> bool {
    let mut pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.any(|(key, value)| key == name && !value.is_empty())
}

fn answer(mut headers: Vec<(HeaderName, HeaderValue)>, body: &impl Serialize) -> Response {
    headers.push((header::CACHE_CONTROL, HeaderValue::from_static("no-store")));
    headers.push((header::PRAGMA, HeaderValue::from_static("no-cache")));
    (AppendHeaders(headers), Json(body)).into_response()
}
