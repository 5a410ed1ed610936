//! Unlink an account.

use async_trait::async_trait;

use crate::auth::Services;
use crate::domain::{AccountId, RequestContext, UserId};
use crate::error::AuthError;
use crate::repository::{Store, Work};
use crate::telemetry::Operation;

impl Services<'_> {
    /// Takes one way to sign in away from a user, unless it is the last (see `allow_unlinking_all`): of concurrent callers who would together take all,
    /// one is refused. Five statements, `BEGIN` and `COMMIT` included; the user's row is locked meanwhile. Source: Better
    /// Auth's `unlinkAccount`.
    ///
    /// # Errors
    ///
    /// [`AuthError::LastAccount`]; [`AuthError::AccountNotFound`], also for an account of another user.
    #[tracing::instrument(name = "auth.unlink_account", skip_all, fields(user_id = %user_id))]
    pub async fn unlink_account(
        &self,
        user_id: &UserId,
        account_id: &AccountId,
        context: &RequestContext,
    ) -> Result<(), AuthError> {
        self.observe(Operation::UnlinkAccount, async {
            let last_too = self.account_config().linking.allow_unlinking_all;
            self.store_for(context).transaction(&Unlink { user_id, account_id, last_too }).await
        })
        .await
    }
}

struct Unlink<'a> {
    user_id: &'a UserId,
    account_id: &'a AccountId,
    last_too: bool,
}

#[async_trait]
impl Work for Unlink<'_> {
    type Output = ();
    type Error = AuthError;

    async fn run(&self, store: Store<'_>) -> Result<(), AuthError> {
        store.users().lock(self.user_id).await?;
        let accounts = store.accounts().list(self.user_id).await?;
        if accounts.len() <= 1 && !self.last_too {
            return Err(AuthError::LastAccount);
        }
        if !accounts.iter().any(|account| account.id == *self.account_id) {
            return Err(AuthError::AccountNotFound);
        }
        store.accounts().delete(self.account_id).await?;
        Ok(())
    }
}
