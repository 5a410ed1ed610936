//! `POST /sign-in/email`.

use auth_core::domain::Email;
use auth_core::password::Password;
use auth_core::service::SignInEmail;
use auth_core::{Auth, AuthError};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::json;

use crate::body::{Fields, Media};
use crate::client::request_context;
use crate::error::HttpError;
use crate::view::UserView;
use crate::{cookie, origin};

pub(super) async fn sign_in_email(
    Extension(auth): Extension<Auth>,
    request: Request,
) -> Result<Response, HttpError> {
    let (parts, body) = request.into_parts();
    origin::check_sign_in(&auth, &parts.headers)?;
    let mut fields = Fields::read(&parts.headers, body, Media::JsonOrForm).await?;
    let email = fields.text("email");
    let password = fields.text("password");
    let callback_url = fields.optional_text("callbackURL");
    let remember_me = fields.optional_bool("rememberMe").unwrap_or(true);
    fields.finish()?;
    if let Some(url) = &callback_url {
        origin::check_callback_url(&auth, url)?;
    }
    let email = Email::parse(&email).map_err(AuthError::from)?;
    let sign_in = SignInEmail { email, password: Password::new(password), remember_me };
    let signed_in = auth.sign_in_email(sign_in, &request_context(&parts)).await?;
    let token = &signed_in.session.token;
    let mut headers = cookie::set_session(&auth, token, remember_me);
    let mut body = json!({ "redirect": callback_url.is_some(), "token": token.expose() });
    if let Some(url) = callback_url {
        if let Ok(location) = HeaderValue::try_from(&url) {
            headers.push((header::LOCATION, location));
        }
        body["url"] = url.into();
    }
    body["user"] = json!(UserView::from(&signed_in.user));
    Ok((AppendHeaders(headers), Json(body)).into_response())
}
