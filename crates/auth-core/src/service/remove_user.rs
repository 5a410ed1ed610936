//! Delete a user on behalf of somebody else.

use async_trait::async_trait;

use crate::auth::Services;
use crate::domain::{RequestContext, UserId};
use crate::error::AuthError;
use crate::hooks::Act;
use crate::repository::{RepositoryError, Store, Work};
use crate::telemetry::Operation;

/// What went with a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Removed {
    /// Sessions, expired ones among them.
    pub sessions: u64,
    /// Accounts.
    pub accounts: u64,
}

impl Services<'_> {
    /// Deletes a user for an operator, with sessions and accounts, also where no foreign key takes them along: all or nothing.
    /// `None` when there is no such user. Six statements: `BEGIN`, the `SELECT` that locks the user, three `DELETE`s, `COMMIT`.
    /// Source: `removeUser` of Better Auth's admin plugin.
    #[tracing::instrument(name = "auth.remove_user", skip_all, fields(user_id = %user_id))]
    pub async fn remove_user(
        &self,
        user_id: &UserId,
        context: &RequestContext,
    ) -> Result<Option<Removed>, AuthError> {
        self.observe(Operation::RemoveUser, async {
            Ok(self.store_for(context).transaction(&Remove { user_id }).await?)
        })
        .await
    }
}

struct Remove<'a> {
    user_id: &'a UserId,
}

#[async_trait]
impl Work for Remove<'_> {
    type Output = Option<Removed>;
    type Error = RepositoryError;

    async fn run(&self, store: Store<'_>) -> Result<Option<Removed>, RepositoryError> {
        // Locked, so that nobody signs in between.
        if store.users().lock(self.user_id).await?.is_none() {
            return Ok(None);
        }
        let parts = store.acting(Act::Part);
        let sessions = parts.sessions().delete_all_of_user(self.user_id).await?;
        let accounts = parts.accounts().delete_all_of_user(self.user_id).await?;
        store.users().delete(self.user_id).await?;
        Ok(Some(Removed { sessions, accounts }))
    }
}
