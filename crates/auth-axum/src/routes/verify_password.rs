//! `POST /verify-password`: the person who asks is the one who knows the password.

use auth_core::Auth;
use auth_core::password::Password;
use axum::extract::Request;
use axum::{Extension, Json};
use serde_json::{Value, json};

use crate::body::{Fields, Media};
use crate::error::HttpError;
use crate::extract::CurrentSession;

pub(super) async fn verify_password(
    Extension(auth): Extension<Auth>,
    request: Request,
) -> Result<Json<Value>, HttpError> {
    let (mut parts, mut fields) = Fields::read(&auth, request, Media::Json).await?;
    let password = Password::new(fields.text("password"));
    fields.finish()?;
    let current = CurrentSession::stored(&mut parts).await?;
    auth.verify_password(&current.user.id, password, &current.context(&auth, &parts)).await?;
    Ok(Json(json!({ "status": true })))
}
