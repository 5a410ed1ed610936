//! `GET /error`: where browsers come to when a sign-in at a provider failed and nobody said where they came from.

use auth_core::Auth;
use axum::Extension;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use html_escape::encode_double_quoted_attribute;

use crate::query::{Query, with_parameters};
use crate::redirect;

pub(super) async fn error(Extension(auth): Extension<Auth>, parts: Parts) -> Response {
    let query = Query::of(&parts.uri);
    let code = query.given("error").filter(|code| code.bytes().all(is_plain)).unwrap_or("UNKNOWN");
    let description = query.given("error_description");
    if let Some(page) = &auth.http_config().error_url {
        let mut parameters = vec![("error", code)];
        parameters.extend(description.map(|text| ("error_description", text)));
        return redirect::to(&with_parameters(page, &parameters));
    }
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    ];
    (headers, Html(page(code, description.unwrap_or("Something went wrong. Please try again."))))
        .into_response()
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"'_-".contains(&byte)
}

fn page(code: &str, description: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Error</title>\n\
         <h1>Sign-in failed</h1>\n<p>{}</p>\n<p>Code: <code>{}</code></p>\n<p><a href=\"/\">Back</a></p>\n</html>\n",
        encode_double_quoted_attribute(description),
        encode_double_quoted_attribute(code),
    )
}

/// A page of plain text: nothing is loaded, nothing runs, nobody frames it.
const POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
