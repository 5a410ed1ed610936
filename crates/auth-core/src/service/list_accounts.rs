//! List accounts.

use crate::auth::Services;
use crate::domain::{Account, UserId};
use crate::error::AuthError;

impl Services<'_> {
    /// Lists the ways in which a user signs in. One statement. Source: Better Auth's `listUserAccounts`.
    #[tracing::instrument(name = "auth.list_accounts", skip_all, fields(user_id = %user_id))]
    pub async fn list_accounts(&self, user_id: &UserId) -> Result<Vec<Account>, AuthError> {
        Ok(self.store().accounts().list(user_id).await?)
    }
}
