//! `POST /unlink-account`: needs a fresh session.

use auth_core::Auth;
use auth_core::domain::AccountId;
use axum::extract::Request;
use axum::{Extension, Json};
use serde_json::{Value, json};

use crate::body::{Fields, Media};
use crate::error::HttpError;
use crate::extract::CurrentSession;
use crate::origin;

pub(super) async fn unlink_account(
    Extension(auth): Extension<Auth>,
    request: Request,
) -> Result<Json<Value>, HttpError> {
    let (mut parts, body) = request.into_parts();
    origin::check(&auth, &parts.headers)?;
    let mut fields = Fields::read(&parts.headers, body, Media::Json).await?;
    let account_id = AccountId::new(fields.text("accountId"));
    fields.finish()?;
    let current = CurrentSession::fresh(&auth, &mut parts).await?;
    auth.unlink_account(&current.user.id, &account_id, &current.context(&parts)).await?;
    Ok(Json(json!({ "status": true })))
}
