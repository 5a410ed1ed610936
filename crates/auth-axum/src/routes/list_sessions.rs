//! `GET /list-sessions`: needs a fresh session.

use auth_core::Auth;
use auth_core::snapshot::SessionJson;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};

use crate::error::HttpError;
use crate::extract::CurrentSession;

pub(super) async fn list_sessions(
    Extension(auth): Extension<Auth>,
    mut parts: Parts,
) -> Result<Response, HttpError> {
    let current = CurrentSession::fresh(&auth, &mut parts).await?;
    let sessions = auth.list_sessions(&current.user.id).await?;
    let views: Vec<SessionJson<'_>> = sessions.iter().map(SessionJson::from).collect();
    Ok(Json(views).into_response())
}
