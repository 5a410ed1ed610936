//! `GET /list-sessions`: needs a fresh session.

use auth_core::{Auth, ErrorCode};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};

use crate::error::HttpError;
use crate::extract::CurrentSession;
use crate::view::SessionView;

pub(super) async fn list_sessions(
    Extension(auth): Extension<Auth>,
    current: CurrentSession,
) -> Result<Response, HttpError> {
    if !auth.is_fresh(&current.session) {
        return Err(HttpError::new(StatusCode::FORBIDDEN, ErrorCode::SessionNotFresh));
    }
    let sessions = auth.list_sessions(&current.user.id).await?;
    let views: Vec<SessionView<'_>> = sessions.iter().map(SessionView::from).collect();
    Ok(Json(views).into_response())
}
