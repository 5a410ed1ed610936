//! Revoke sessions.

use crate::auth::Services;
use crate::domain::{RequestContext, SessionToken, UserId};
use crate::error::AuthError;
use crate::hooks::Act;
use crate::telemetry::Operation;

impl Services<'_> {
    /// Revokes a session if it belongs to the user, by its token or by what lists show of it. Tells whether it did. One statement. Source: Better Auth's
    /// `revokeSession`.
    #[tracing::instrument(name = "auth.revoke_session", skip_all, fields(user_id = %user_id))]
    pub async fn revoke_session(
        &self,
        user_id: &UserId,
        token: &SessionToken,
        context: &RequestContext,
    ) -> Result<bool, AuthError> {
        self.observe(Operation::RevokeSession, async {
            Ok(self.store_for(context).sessions().delete_of_user(user_id, token).await?)
        })
        .await
    }

    /// Revokes every session of a user. Tells how many there were. One statement. Source: `revokeSessions`.
    #[tracing::instrument(name = "auth.revoke_sessions", skip_all, fields(user_id = %user_id))]
    pub async fn revoke_sessions(
        &self,
        user_id: &UserId,
        context: &RequestContext,
    ) -> Result<u64, AuthError> {
        self.observe(Operation::RevokeSessions, async {
            Ok(self.store_for(context).acting(Act::RevokeAll).sessions().delete_all_of_user(user_id).await?)
        })
        .await
    }

    /// Revokes every session of a user but the one in use. Tells how many there were. One statement. Source:
    /// `revokeOtherSessions`.
    #[tracing::instrument(name = "auth.revoke_other_sessions", skip_all, fields(user_id = %user_id))]
    pub async fn revoke_other_sessions(
        &self,
        user_id: &UserId,
        keep: &SessionToken,
        context: &RequestContext,
    ) -> Result<u64, AuthError> {
        self.observe(Operation::RevokeOtherSessions, async {
            let store = self.store_for(context).acting(Act::RevokeOthers);
            Ok(store.sessions().delete_others_of_user(user_id, keep).await?)
        })
        .await
    }
}
