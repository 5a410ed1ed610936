//! `POST /sign-in/email`.

use auth_core::domain::Email;
use auth_core::password::Password;
use auth_core::service::SignInEmail;
use auth_core::snapshot::UserJson;
use auth_core::{Auth, AuthError};
use axum::extract::Request;
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::json;

use crate::body::{Fields, Media};
use crate::client::request_context;
use crate::error::HttpError;
use crate::rate_limit::refusal;
use crate::{cookie, origin, redirect};

pub(super) async fn sign_in_email(
    Extension(auth): Extension<Auth>,
    request: Request,
) -> Result<Response, HttpError> {
    let (parts, mut fields) = Fields::read(&auth, request, Media::JsonOrForm).await?;
    let email = fields.text("email");
    let password = fields.text("password");
    let callback_url = fields.optional_url("callbackURL");
    let remember_me = fields.optional_bool("rememberMe").unwrap_or(true);
    fields.finish()?;
    origin::check_callback_url(&auth, callback_url.as_deref())?;
    let email = Email::parse(&email).map_err(AuthError::from)?;
    if let Err(limited) = auth.count_sign_in(&email).await {
        return Ok(refusal(limited));
    }
    let account = email.clone();
    let password = Password::new(password);
    let sign_in = SignInEmail { email, password, remember_me, callback_url: callback_url.clone() };
    let signed_in = auth.sign_in_email(sign_in, &request_context(&auth, &parts)).await?;
    auth.forget_sign_ins(&account).await;
    let token = &signed_in.session.token;
    let mut headers =
        cookie::set_session(&auth, &parts.headers, (&signed_in.session, &signed_in.user), remember_me);
    let mut body = json!({ "redirect": callback_url.is_some(), "token": token.expose() });
    if let Some(url) = callback_url {
        headers.extend(redirect::location(&url));
        body["url"] = url.into();
    }
    body["user"] = json!(UserJson::from(&signed_in.user));
    Ok((AppendHeaders(headers), Json(body)).into_response())
}
