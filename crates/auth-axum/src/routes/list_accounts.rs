//! `GET /list-accounts`.

use auth_core::Auth;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};

use crate::error::HttpError;
use crate::extract::CurrentSession;
use crate::view::AccountView;

pub(super) async fn list_accounts(
    Extension(auth): Extension<Auth>,
    current: CurrentSession,
) -> Result<Response, HttpError> {
    let accounts = auth.list_accounts(&current.user.id).await?;
    let views: Vec<AccountView<'_>> = accounts.iter().map(AccountView::from).collect();
    Ok(Json(views).into_response())
}
