//! `POST /sign-up/email`.

use auth_core::domain::Email;
use auth_core::password::Password;
use auth_core::schema::session;
use auth_core::service::SignUpEmail;
use auth_core::snapshot::UserJson;
use auth_core::{Auth, AuthError, ErrorCode};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::json;

use crate::body::{Fields, Media};
use crate::client::request_context;
use crate::error::HttpError;
use crate::{cookie, origin};

pub(super) async fn sign_up_email(
    Extension(auth): Extension<Auth>,
    request: Request,
) -> Result<Response, HttpError> {
    let (parts, mut fields) = Fields::read(&auth, request, Media::JsonOrForm).await?;
    let callback_url = fields.optional_url("callbackURL");
    let name = fields.text("name");
    let email = Email::parse(&fields.text("email"));
    if email.is_err() {
        fields.problem("email", "Invalid email address");
    }
    let password = fields.text("password");
    if password.is_empty() {
        fields.problem("password", "Too small: expected string to have >=1 characters");
    }
    let image = fields.optional_text("image");
    let remember_me = fields.optional_bool("rememberMe").unwrap_or(true);
    let additional = fields.rest();
    fields.finish()?;
    origin::check_callback_url(&auth, callback_url.as_deref())?;
    let email = email.map_err(AuthError::from)?;
    let password = Password::new(password);
    let sign_up = SignUpEmail { name, email, password, image, remember_me, additional, callback_url };
    let signed_up = auth.sign_up_email(sign_up, &request_context(&auth, &parts)).await.map_err(refused)?;
    let token = signed_up.session.as_ref().map(|session| &session.token);
    let set = |session| cookie::set_session(&auth, &parts.headers, (session, &signed_up.user), remember_me);
    let cookies = signed_up.session.as_ref().map(set).unwrap_or_default();
    let token = token.map(auth_core::domain::SessionToken::expose);
    let body = Json(json!({ "token": token, "user": UserJson::from(&signed_up.user) }));
    Ok((AppendHeaders(cookies), body).into_response())
}

/// A session that a hook vetoes is a bad request here, as in Better Auth; at sign-in it is unauthorised.
fn refused(error: AuthError) -> HttpError {
    match error {
        AuthError::Vetoed { model: session::MODEL, .. } => {
            HttpError::new(StatusCode::BAD_REQUEST, ErrorCode::FailedToCreateSession)
        }
        other => other.into(),
    }
}
