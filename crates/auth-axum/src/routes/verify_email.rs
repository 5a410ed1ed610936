//! `GET /verify-email`, where the link of a mail leads to.

use auth_core::service::VerifiedEmail;
use auth_core::snapshot::UserJson;
use auth_core::{Auth, AuthError, ErrorCode};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::{Value, json};

use crate::client::request_context;
use crate::error::HttpError;
use crate::extract::CurrentSession;
use crate::query::{Query, with_parameters};
use crate::{cookie, origin, redirect};

pub(super) async fn verify_email(
    Extension(auth): Extension<Auth>,
    mut parts: Parts,
) -> Result<Response, HttpError> {
    let query = Query::of(&parts.uri);
    let token = query.require("token")?;
    let page = query.given("callbackURL");
    origin::check_callback_url(&auth, page)?;
    let current = CurrentSession::stored_if_any(&mut parts).await?;
    let context = match &current {
        Some(current) => current.context(&auth, &parts),
        None => request_context(&auth, &parts),
    };
    let acting = current.as_ref().map(|current| &current.user);
    let verified = match auth.verify_email(token, page, acting, &context).await {
        Ok(verified) => verified,
        Err(error) => return refused(error, page),
    };
    let (body, cookies) = answer(&auth, &parts, &verified, current.as_ref());
    match page {
        Some(page) => Ok(redirect::with_cookies(page, cookies)),
        None => Ok((AppendHeaders(cookies), Json(body)).into_response()),
    }
}

/// The body, and the cookies of the session: a new one, or that of the person who is signed in, whose user has changed.
fn answer(
    auth: &Auth,
    parts: &Parts,
    verified: &VerifiedEmail,
    current: Option<&CurrentSession>,
) -> (Value, Vec<(HeaderName, HeaderValue)>) {
    let headers = &parts.headers;
    let remember_me = !cookie::dont_remember(auth, headers);
    match verified {
        VerifiedEmail::Verified { session, user } => {
            let own = current.filter(|current| current.user.id == user.id);
            let cookies = match (session, own) {
                (Some(session), _) => cookie::set_session(auth, headers, (session, user), true),
                (None, Some(own)) => cookie::keep_session(auth, headers, (&own.session, user), remember_me),
                (None, None) => Vec::new(),
            };
            (json!({ "status": true, "user": Value::Null }), cookies)
        }
        VerifiedEmail::Confirmed => (json!({ "status": true }), Vec::new()),
        VerifiedEmail::Changed { user } => {
            let set =
                |own: &CurrentSession| cookie::set_session(auth, headers, (&own.session, user), remember_me);
            let cookies = current.map(set).unwrap_or_default();
            (json!({ "status": true, "user": UserJson::from(user) }), cookies)
        }
    }
}

/// What a person can do something about is told to the page that they come to.
fn refused(error: AuthError, page: Option<&str>) -> Result<Response, HttpError> {
    let code = match error {
        AuthError::TokenExpired => ErrorCode::TokenExpired,
        AuthError::InvalidToken => ErrorCode::InvalidToken,
        AuthError::UserNotFound => ErrorCode::UserNotFound,
        AuthError::InvalidUser => ErrorCode::InvalidUser,
        AuthError::EmailTaken => ErrorCode::UserAlreadyExistsUseAnotherEmail,
        other => return Err(other.into()),
    };
    match page {
        Some(page) => Ok(redirect::to(&with_parameters(page, &[("error", code.as_str())]))),
        None => Err(HttpError::new(StatusCode::UNAUTHORIZED, code)),
    }
}
