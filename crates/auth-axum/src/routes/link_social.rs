//! `POST /link-social`: links a provider's account to the person who is signed in.

use auth_core::Auth;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::json;

use super::sign_in_social::{answer, check_redirects, not_startable, read, refused};
use crate::body::{Fields, Media};
use crate::error::HttpError;
use crate::extract::CurrentSession;

pub(super) async fn link_social(
    Extension(auth): Extension<Auth>,
    request: Request,
) -> Result<Response, HttpError> {
    let (mut parts, mut fields) = Fields::read(&auth, request, Media::Json).await?;
    let (start, id_token, redirects) = read(&mut fields, auth.now());
    fields.finish()?;
    check_redirects(&auth, &start)?;
    let current = CurrentSession::stored(&mut parts).await?;
    let context = current.context(&auth, &parts);
    let Some(id_token) = id_token else {
        let started = auth.start_link(start, &current.session, &current.user, &context).await;
        let started = started.map_err(not_startable)?;
        return Ok(answer(&auth, started.url.as_str(), started.state.expose(), redirects));
    };
    auth.link_id_token(&current.user, id_token, &context).await.map_err(refused)?;
    Ok(Json(json!({ "url": "", "status": true, "redirect": false })).into_response())
}
