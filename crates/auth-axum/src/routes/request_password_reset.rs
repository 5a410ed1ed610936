//! `POST /request-password-reset`: the answer is the same for every address.

use auth_core::domain::Email;
use auth_core::{Auth, AuthError, ErrorCode};
use axum::extract::Request;
use axum::{Extension, Json};
use serde_json::{Value, json};

use crate::body::{Fields, Media};
use crate::client::request_context;
use crate::error::HttpError;
use crate::origin;

pub(super) async fn request_password_reset(
    Extension(auth): Extension<Auth>,
    request: Request,
) -> Result<Json<Value>, HttpError> {
    let (parts, mut fields) = Fields::read(&auth, request, Media::Json).await?;
    let email = Email::parse(&fields.text("email"));
    if email.is_err() {
        fields.problem("email", "Invalid email address");
    }
    let redirect_to = fields.optional_url("redirectTo");
    fields.finish()?;
    origin::check_redirect(&auth, redirect_to.as_deref(), ErrorCode::InvalidRedirectUrl)?;
    let email = email.map_err(AuthError::from)?;
    auth.request_password_reset(&email, redirect_to.as_deref(), &request_context(&auth, &parts)).await?;
    let message = "If this email exists in our system, check your email for the reset link";
    Ok(Json(json!({ "status": true, "message": message })))
}
