//! `POST /update-user`: name, picture and additional fields of the person who asks.

use auth_core::service::UpdateUser;
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

pub(super) async fn update_user(
    Extension(auth): Extension<Auth>,
    request: Request,
) -> Result<Response, HttpError> {
    let (mut parts, mut fields) = Fields::read(&auth, request, Media::Json).await?;
    let current = CurrentSession::stored(&mut parts).await?;
    if fields.has("email") {
        return Err(HttpError::new(StatusCode::BAD_REQUEST, ErrorCode::EmailCanNotBeUpdated));
    }
    let name = fields.optional_text("name");
    let image = fields.optional_nullable_text("image");
    let additional = fields.rest();
    fields.finish()?;
    let update = UpdateUser { name, image, additional };
    let updated = auth.update_user(&current.user.id, update, &current.context(&auth, &parts)).await?;
    let remember_me = !cookie::dont_remember(&auth, &parts.headers);
    let user = updated.as_ref().unwrap_or(&current.user);
    let cookies = cookie::set_session(&auth, &parts.headers, (&current.session, user), remember_me);
    Ok((AppendHeaders(cookies), Json(json!({ "status": true }))).into_response())
}
