//! `POST /unlink-account`: needs a fresh session.

use auth_core::Auth;
use auth_core::domain::AccountId;
use axum::extract::Request;
use axum::{Extension, Json};
use serde_json::{Value, json};

use crate::body::{Fields, Media};
use crate::error::HttpError;
use crate::extract::CurrentSession;

pub(super) async fn unlink_account(
    Extension(auth): Extension<Auth>,
    request: Request,
) -> Result<Json<Value>, HttpError> {
    let (mut parts, mut fields) = Fields::read(&auth, request, Media::Json).await?;
    let account_id = AccountId::new(fields.text("accountId"));
    fields.finish()?;
    let current = CurrentSession::fresh(&auth, &mut parts).await?;
    auth.unlink_account(&current.user.id, &account_id, &current.context(&auth, &parts)).await?;
    Ok(Json(json!({ "status": true })))
}
