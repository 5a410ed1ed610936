//! `POST /change-email`.

use auth_core::domain::Email;
use auth_core::{Auth, AuthError};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::json;

use crate::body::{Fields, Media};
use crate::error::HttpError;
use crate::extract::CurrentSession;
use crate::{cookie, origin};

pub(super) async fn change_email(
    Extension(auth): Extension<Auth>,
    request: Request,
) -> Result<Response, HttpError> {
    let (mut parts, mut fields) = Fields::read(&auth, request, Media::Json).await?;
    let new = Email::parse(&fields.text("newEmail"));
    if new.is_err() {
        fields.problem("newEmail", "Invalid email address");
    }
    let callback_url = fields.optional_url("callbackURL");
    fields.finish()?;
    origin::check_callback_url(&auth, callback_url.as_deref())?;
    let current = CurrentSession::stored(&mut parts).await?;
    let new = new.map_err(AuthError::from)?;
    let context = current.context(&auth, &parts);
    auth.change_email(&current.user, &new, callback_url.as_deref(), &context).await.map_err(refused)?;
    // The address may be another now. The answer is the same when it is not.
    let cookies = cookie::forget_session(&auth, &parts.headers);
    Ok((AppendHeaders(cookies), Json(json!({ "status": true }))).into_response())
}

/// Better Auth answers without a code here.
fn refused(error: AuthError) -> HttpError {
    match error {
        AuthError::VerificationMailDisabled => {
            HttpError::without_code(StatusCode::BAD_REQUEST, "Verification email isn't enabled")
        }
        other => other.into(),
    }
}
