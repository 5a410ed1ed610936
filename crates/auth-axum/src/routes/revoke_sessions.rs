//! `POST /revoke-sessions` and `POST /revoke-other-sessions`: neither reads its body.

use auth_core::Auth;
use axum::http::request::Parts;
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::json;

use crate::error::HttpError;
use crate::extract::CurrentSession;
use crate::{cookie, origin};

pub(super) async fn revoke_sessions(
    Extension(auth): Extension<Auth>,
    mut parts: Parts,
) -> Result<Response, HttpError> {
    origin::check(&auth, &parts.headers)?;
    let current = CurrentSession::of(&mut parts).await?;
    auth.revoke_sessions(&current.user.id, &current.context(&parts)).await?;
    Ok((AppendHeaders(cookie::expire_session(&auth)), Json(json!({ "status": true }))).into_response())
}

pub(super) async fn revoke_other_sessions(
    Extension(auth): Extension<Auth>,
    mut parts: Parts,
) -> Result<Response, HttpError> {
    origin::check(&auth, &parts.headers)?;
    let current = CurrentSession::of(&mut parts).await?;
    auth.revoke_other_sessions(&current.user.id, &current.session.token, &current.context(&parts)).await?;
    Ok(Json(json!({ "status": true })).into_response())
}
