//! Delete what has expired.

use crate::auth::Services;
use crate::domain::RequestContext;
use crate::error::AuthError;

/// How much had expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Expired {
    /// Sessions.
    pub sessions: u64,
    /// Verifications.
    pub verifications: u64,
}

impl Services<'_> {
    /// Deletes sessions and verifications that have expired: to be called from time to time, by any number of processes. Nothing
    /// depends on it but the size of the tables. Two statements; hooks that want deletions are told of each row.
    #[tracing::instrument(name = "auth.delete_expired", skip_all)]
    pub async fn delete_expired(&self, context: &RequestContext) -> Result<Expired, AuthError> {
        let store = self.store_for(context);
        let sessions = store.sessions().delete_expired().await?;
        let verifications = store.verifications().delete_expired().await?;
        Ok(Expired { sessions, verifications })
    }
}
