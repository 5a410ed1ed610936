//! `GET /get-session`.

use auth_core::service::Refresh;
use auth_core::snapshot::{SessionJson, UserJson};
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
    let keep = cookie::dont_remember(&auth, &parts.headers) || asks(parts.uri.query(), "disableRefresh");
    let refresh = if keep { Refresh::Never } else { Refresh::WhenDue };
    let Some(valid) = auth.validate_session(&token, refresh, &request_context(&auth, &parts)).await? else {
        return Ok(answer(cookie::expire_session(&auth), &Value::Null));
    };
    let cookies = if valid.extended { cookie::set_session(&auth, &token, true) } else { Vec::new() };
    let body = Found { session: SessionJson::from(&valid.session), user: UserJson::from(&valid.user) };
    Ok(answer(cookies, &body))
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

#[derive(Serialize)]
struct Found<'a> {
    session: SessionJson<'a>,
    user: UserJson<'a>,
}

fn answer(mut headers: Vec<(HeaderName, HeaderValue)>, body: &impl Serialize) -> Response {
    headers.push((header::CACHE_CONTROL, HeaderValue::from_static("no-store")));
    headers.push((header::PRAGMA, HeaderValue::from_static("no-cache")));
    (AppendHeaders(headers), Json(body)).into_response()
}
