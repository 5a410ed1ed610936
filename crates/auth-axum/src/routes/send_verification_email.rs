//! `POST /send-verification-email`: whoever is not signed in gets the same answer for every address.

use auth_core::domain::Email;
use auth_core::{Auth, AuthError};
use axum::extract::Request;
use axum::{Extension, Json};
use serde_json::{Value, json};

use crate::body::{Fields, Media};
use crate::client::request_context;
use crate::error::HttpError;
use crate::extract::CurrentSession;
use crate::origin;

pub(super) async fn send_verification_email(
    Extension(auth): Extension<Auth>,
    request: Request,
) -> Result<Json<Value>, HttpError> {
    let (mut parts, mut fields) = Fields::read(&auth, request, Media::Json).await?;
    let email = Email::parse(&fields.text("email"));
    if email.is_err() {
        fields.problem("email", "Invalid email address");
    }
    let callback_url = fields.optional_url("callbackURL");
    fields.finish()?;
    origin::check_callback_url(&auth, callback_url.as_deref())?;
    let email = email.map_err(AuthError::from)?;
    let callback_url = callback_url.as_deref();
    match CurrentSession::stored_if_any(&mut parts).await? {
        Some(current) => {
            let context = current.context(&auth, &parts);
            auth.send_own_verification_email(&current.user, &email, callback_url, &context).await?;
        }
        None => {
            auth.send_verification_email(&email, callback_url, &request_context(&auth, &parts)).await?;
        }
    }
    Ok(Json(json!({ "status": true })))
}
