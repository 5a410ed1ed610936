//! Delete a user softly, and restore one: the row stays, and lets nobody in.

use async_trait::async_trait;
use time::OffsetDateTime;

use crate::adapter::Value;
use crate::auth::Services;
use crate::domain::{RequestContext, User, UserChange, UserId};
use crate::error::AuthError;
use crate::hooks::Act;
use crate::repository::{Store, Work};
use crate::telemetry::Operation;

impl Services<'_> {
    /// Deletes a user softly: the row, the accounts and the address stay, all sessions end, and nobody signs in until the user is
    /// restored. Tells whether it did; false when there is no such user, or one who is deleted already. The user's row is locked
    /// meanwhile: a sign-in under way ends before it and loses its session, or comes after it and is refused. Hooks hear of a
    /// change of the user and of each session. Five statements without hooks where the engine returns updated rows.
    ///
    /// # Errors
    ///
    /// [`AuthError::SoftDeleteDisabled`]; what a hook says.
    #[tracing::instrument(name = "auth.soft_delete_user", skip_all, fields(user_id = %user_id))]
    pub async fn soft_delete_user(
        &self,
        user_id: &UserId,
        context: &RequestContext,
    ) -> Result<bool, AuthError> {
        let mark = Mark { user_id, deleted_at: Some(self.clock().now()) };
        self.observe(Operation::SoftDeleteUser, self.store_for(context).transaction(&mark)).await
    }

    /// Restores a user who was softly deleted, with everything but sessions. Tells whether it did. Statements as
    /// [`Services::soft_delete_user`].
    ///
    /// # Errors
    ///
    /// [`AuthError::SoftDeleteDisabled`]; what a hook says.
    #[tracing::instrument(name = "auth.restore_user", skip_all, fields(user_id = %user_id))]
    pub async fn restore_user(&self, user_id: &UserId, context: &RequestContext) -> Result<bool, AuthError> {
        let mark = Mark { user_id, deleted_at: None };
        self.observe(Operation::RestoreUser, self.store_for(context).transaction(&mark)).await
    }

    /// Whether nobody may sign in as a user: softly deleted, or made anonymous. No statement.
    pub(super) fn is_out(&self, user: &User) -> bool {
        is_out(self.store(), user)
    }
}

/// As [`Services::is_out`].
pub(super) fn is_out(store: Store<'_>, user: &User) -> bool {
    user.is_anonymised() || (store.deletes_softly() && user.deleted_at().is_some())
}

/// Writes since when a user is deleted, inside a transaction. Gives whether it was otherwise before.
pub(super) struct Mark<'a> {
    pub(super) user_id: &'a UserId,
    pub(super) deleted_at: Option<OffsetDateTime>,
}

#[async_trait]
impl Work for Mark<'_> {
    type Output = bool;
    type Error = AuthError;

    async fn run(&self, store: Store<'_>) -> Result<bool, AuthError> {
        if !store.deletes_softly() {
            return Err(AuthError::SoftDeleteDisabled);
        }
        let Some(user) = store.users().lock(self.user_id).await? else {
            return Ok(false);
        };
        if user.deleted_at().is_some() == self.deleted_at.is_some() {
            return Ok(false);
        }
        let (act, at) = match self.deleted_at {
            Some(at) => (Act::SoftDelete, Value::Timestamp(at)),
            None => (Act::Restore, Value::Null),
        };
        let mut change = UserChange::default();
        change.additional.set("deleted_at", at);
        store.acting(act).users().update(self.user_id, change).await?;
        // Also when the user comes back: another application on the rows may have begun one meanwhile.
        store.acting(Act::Part).sessions().delete_all_of_user(self.user_id).await?;
        Ok(true)
    }
}
