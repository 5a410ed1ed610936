//! `POST /update-session`: additional fields of the session in use.

use auth_core::snapshot::SessionJson;
use auth_core::{Auth, ErrorCode};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::json;

use crate::body::{Fields, Media};
use crate::cookie;
use crate::error::HttpError;
use crate::extract::CurrentSession;

pub(super) async fn update_session(
    Extension(auth): Extension<Auth>,
    request: Request,
) -> Result<Response, HttpError> {
    let (mut parts, mut fields) = Fields::read(&auth, request, Media::Json).await?;
    let given = fields.rest();
    let current = CurrentSession::stored(&mut parts).await?;
    let token = &current.session.token;
    let Some(session) = auth.update_session(token, given, &current.context(&auth, &parts)).await? else {
        // It was revoked since it was read.
        let gone = HttpError::new(StatusCode::UNAUTHORIZED, ErrorCode::FailedToGetSession);
        return Ok((AppendHeaders(cookie::expire_session(&auth, &parts.headers)), gone).into_response());
    };
    let remember_me = !cookie::dont_remember(&auth, &parts.headers);
    let cookies = cookie::set_session(&auth, &parts.headers, (&session, &current.user), remember_me);
    let body = json!({ "session": SessionJson::from(&session) });
    Ok((AppendHeaders(cookies), Json(body)).into_response())
}
