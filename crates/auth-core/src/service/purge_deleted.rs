//! Erase users who were softly deleted long ago.

use time::OffsetDateTime;

use crate::adapter::AdapterError;
use crate::auth::Services;
use crate::domain::{RequestContext, User};
use crate::error::AuthError;
use crate::hooks::HookError;

/// What became of users who were softly deleted long ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Purged {
    /// Users who are erased.
    pub users: u64,
    /// Users who stay because a hook vetoed or refused their deletion.
    pub kept: u64,
}

impl Services<'_> {
    /// Erases the users who were softly deleted longer ago than `MaintenanceConfig::purge_deleted_after`, those first who were
    /// deleted first, each in a transaction of its own ([`Services::erase_user`]). Nothing without that setting. One who is restored
    /// meanwhile stays, and so does one whose deletion a hook vetoes or refuses: the next run asks again. Any number of processes may
    /// do so at once. One statement for each `batch_size` users, and an erasure for each.
    ///
    /// # Errors
    ///
    /// The first failure: at once when the database does not answer; once all the others are erased when a user's own rows or hooks
    /// hold them back.
    #[tracing::instrument(name = "auth.purge_deleted_users", skip_all)]
    pub async fn purge_deleted_users(&self, context: &RequestContext) -> Result<Purged, AuthError> {
        let config = self.maintenance_config();
        let Some(after) = config.purge_deleted_after.filter(|_| self.store().deletes_softly()) else {
            return Ok(Purged::default());
        };
        let after = time::Duration::try_from(after).unwrap_or(time::Duration::MAX);
        let Some(until) = self.now().checked_sub(after) else {
            return Ok(Purged::default());
        };
        self.purge_deleted_until(until, config.batch_size, context).await
    }

    /// Erases the users who were softly deleted before an instant, as [`Services::purge_deleted_users`] does.
    ///
    /// # Errors
    ///
    /// As [`Services::purge_deleted_users`].
    pub async fn purge_deleted_until(
        &self,
        until: OffsetDateTime,
        batch_size: u32,
        context: &RequestContext,
    ) -> Result<Purged, AuthError> {
        let (mut purged, mut failure, mut last) = (Purged::default(), None, None::<User>);
        let limit = u64::from(batch_size.max(1));
        loop {
            let users =
                self.store_for(context).users().list_deleted_until(until, last.as_ref(), limit).await?;
            let is_full = users.len() as u64 == limit;
            for user in &users {
                match self.erase_deleted_user(&user.id, until, context).await {
                    Ok(Some(_)) => purged.users += 1,
                    Ok(None) => {}
                    Err(AuthError::Vetoed { .. } | AuthError::Hook(HookError::Refused { .. })) => {
                        purged.kept += 1;
                    }
                    Err(error) if holds_back(&error) => {
                        tracing::warn!(name: "auth.not_purged", user_id = %user.id, %error, "a deleted user is not erased");
                        failure.get_or_insert(error);
                    }
                    Err(error) => return Err(error),
                }
            }
            last = users.into_iter().last();
            if !is_full {
                return failure.map_or(Ok(purged), Err);
            }
        }
    }
}

/// Whether it is this user who cannot be erased, and not everybody.
fn holds_back(error: &AuthError) -> bool {
    let by_rows = |error: &AdapterError| {
        matches!(
            error,
            AdapterError::ForeignKey { .. } | AdapterError::Refused { .. } | AdapterError::Database { .. }
        )
    };
    match error {
        AuthError::Hook(_) => true,
        AuthError::Adapter(error) => by_rows(error),
        _ => false,
    }
}
