//! `POST /change-password`.

use auth_core::Auth;
use auth_core::domain::SessionToken;
use auth_core::password::Password;
use auth_core::service::ChangePassword;
use auth_core::snapshot::UserJson;
use axum::extract::Request;
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::json;

use crate::body::{Fields, Media};
use crate::cookie;
use crate::error::HttpError;
use crate::extract::CurrentSession;

pub(super) async fn change_password(
    Extension(auth): Extension<Auth>,
    request: Request,
) -> Result<Response, HttpError> {
    let (mut parts, mut fields) = Fields::read(&auth, request, Media::Json).await?;
    let new = Password::new(fields.text("newPassword"));
    let current_password = Password::new(fields.text("currentPassword"));
    let revoke_other_sessions = fields.optional_bool("revokeOtherSessions").unwrap_or(false);
    fields.finish()?;
    let current = CurrentSession::stored(&mut parts).await?;
    let remember_me = !cookie::dont_remember(&auth, &parts.headers);
    let change = ChangePassword { current: current_password, new, revoke_other_sessions, remember_me };
    let changed = auth.change_password(&current.user.id, change, &current.context(&auth, &parts)).await?;
    let token = changed.session.as_ref().map(|session| &session.token);
    let set = |session| cookie::set_session(&auth, &parts.headers, (session, &current.user), remember_me);
    let cookies = changed.session.as_ref().map(set).unwrap_or_default();
    let body = json!({
        "token": token.map(SessionToken::expose),
        "user": UserJson::from(&current.user),
    });
    Ok((AppendHeaders(cookies), Json(body)).into_response())
}
