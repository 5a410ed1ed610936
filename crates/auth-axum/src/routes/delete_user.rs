//! `POST /delete-user` and `GET /delete-user/callback`, where the link of the mail leads to.

use auth_core::password::Password;
use auth_core::service::{DeleteUser, Deletion};
use auth_core::{Auth, AuthError, ErrorCode};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::json;

use crate::body::{Fields, Media};
use crate::error::HttpError;
use crate::extract::CurrentSession;
use crate::query::Query;
use crate::{cookie, origin, redirect};

pub(super) async fn delete_user(
    Extension(auth): Extension<Auth>,
    request: Request,
) -> Result<Response, HttpError> {
    let (mut parts, mut fields) = Fields::read(&auth, request, Media::Json).await?;
    let callback_url = fields.optional_url("callbackURL");
    let password = fields.optional_text("password").filter(|password| !password.is_empty());
    let token = fields.optional_text("token").filter(|token| !token.is_empty());
    fields.finish()?;
    origin::check_callback_url(&auth, callback_url.as_deref())?;
    let current = CurrentSession::stored(&mut parts).await?;
    let context = current.context(&auth, &parts);
    let request = DeleteUser { password: password.map(Password::new), token, callback_url };
    let deletion = auth.delete_user(&current.user, &current.session, request, &context).await;
    match deletion.map_err(refused)? {
        Deletion::Done => Ok(deleted(&auth, &parts.headers)),
        Deletion::MailSent => {
            Ok(Json(json!({ "success": true, "message": "Verification email sent" })).into_response())
        }
    }
}

pub(super) async fn delete_user_callback(
    Extension(auth): Extension<Auth>,
    mut parts: Parts,
) -> Result<Response, HttpError> {
    let query = Query::of(&parts.uri);
    let token = query.require("token")?;
    origin::check_callback_url(&auth, query.given("callbackURL"))?;
    auth.require_deletion()?;
    let Some(current) = CurrentSession::stored_if_any(&mut parts).await? else {
        return Err(HttpError::new(StatusCode::NOT_FOUND, ErrorCode::FailedToGetUserInfo));
    };
    let context = current.context(&auth, &parts);
    auth.confirm_deletion(&current.user.id, token, &context).await.map_err(refused)?;
    match query.given("callbackURL") {
        Some(url) => Ok(redirect::with_cookies(url, cookie::expire_session(&auth, &parts.headers))),
        None => Ok(deleted(&auth, &parts.headers)),
    }
}

fn deleted(auth: &Auth, headers: &HeaderMap) -> Response {
    let body = Json(json!({ "success": true, "message": "User deleted" }));
    (AppendHeaders(cookie::expire_session(auth, headers)), body).into_response()
}

/// A token that does not hold is not found here.
fn refused(error: AuthError) -> HttpError {
    match error {
        AuthError::InvalidToken => HttpError::new(StatusCode::NOT_FOUND, ErrorCode::InvalidToken),
        other => other.into(),
    }
}
