//! `POST /revoke-sessions` and `POST /revoke-other-sessions`: neither reads its body.

use auth_core::Auth;
use axum::http::request::Parts;
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::json;

use crate::cookie;
use crate::error::HttpError;
use crate::extract::CurrentSession;

pub(super) async fn revoke_sessions(
    Extension(auth): Extension<Auth>,
    mut parts: Parts,
) -> Result<Response, HttpError> {
    let current = CurrentSession::stored(&mut parts).await?;
    auth.revoke_sessions(&current.user.id, &current.context(&auth, &parts)).await?;
    Ok((AppendHeaders(cookie::expire_session(&auth, &parts.headers)), Json(json!({ "status": true })))
        .into_response())
}

pub(super) async fn revoke_other_sessions(
    Extension(auth): Extension<Auth>,
    mut parts: Parts,
) -> Result<Response, HttpError> {
    let current = CurrentSession::stored(&mut parts).await?;
    auth.revoke_other_sessions(&current.user.id, &current.session.token, &current.context(&auth, &parts))
        .await?;
    Ok(Json(json!({ "status": true })).into_response())
}
