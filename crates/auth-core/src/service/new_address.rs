//! Give a user another address.

use async_trait::async_trait;

use super::taken_email::taken;
use crate::adapter::AdapterError;
use crate::domain::{User, UserChange};
use crate::error::AuthError;
use crate::repository::{Store, Work};

/// Another address of a user, and the end of what was sent to the former one: both or neither.
#[derive(Debug)]
pub(super) struct NewAddress<'a> {
    /// As it was read: an address that was changed meanwhile stays.
    pub(super) user: &'a User,
    pub(super) change: UserChange,
}

#[async_trait]
impl Work for NewAddress<'_> {
    type Output = Option<User>;
    type Error = AuthError;

    /// `None` when the address was changed since the user was read.
    async fn run(&self, store: Store<'_>) -> Result<Option<User>, AuthError> {
        let changed = store.users().update_with_email(self.user, self.change.clone()).await.map_err(taken)?;
        if let Some(user) = &changed {
            // Links that went to the former address set no password any more.
            store.accounts().touch_credential(&user.id).await?;
        }
        Ok(changed)
    }

    async fn is_done(&self, changed: &Option<User>, store: Store<'_>) -> Result<Option<bool>, AdapterError> {
        let Some(changed) = changed else {
            return Ok(None);
        };
        let stored = store.users().find(&changed.id).await?;
        Ok(Some(stored.is_some_and(|stored| stored.email == changed.email)))
    }
}
