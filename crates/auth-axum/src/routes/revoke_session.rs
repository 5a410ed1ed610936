//! `POST /revoke-session`: ends a session of one's own; a foreign or unknown token changes nothing and is
//! not told apart.

use auth_core::Auth;
use auth_core::domain::SessionToken;
use axum::extract::Request;
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::json;

use crate::body::{Fields, Media};
use crate::cookie;
use crate::error::HttpError;
use crate::extract::CurrentSession;

pub(super) async fn revoke_session(
    Extension(auth): Extension<Auth>,
    request: Request,
) -> Result<Response, HttpError> {
    let (mut parts, mut fields) = Fields::read(&auth, request, Media::Json).await?;
    let token = fields.text("token");
    fields.finish()?;
    let current = CurrentSession::stored(&mut parts).await?;
    let Some(token) = SessionToken::parse(&token) else {
        return Ok(Json(json!({ "status": true })).into_response());
    };
    let context = current.context(&auth, &parts);
    let revoked = auth.revoke_session(&current.user.id, &token, &context).await?;
    let own = revoked && current.session.token.is_named_by(&token);
    let cookies = if own { cookie::expire_session(&auth, &parts.headers) } else { Vec::new() };
    Ok((AppendHeaders(cookies), Json(json!({ "status": true }))).into_response())
}
