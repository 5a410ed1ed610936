//! List sessions.

use crate::auth::Services;
use crate::domain::{Session, UserId};
use crate::error::AuthError;

impl Services<'_> {
    /// Lists a user's sessions that have not expired, newest first, without a limit. One statement. Source:
    /// Better Auth's `listSessions`.
    #[tracing::instrument(name = "auth.list_sessions", skip_all, fields(user_id = %user_id))]
    pub async fn list_sessions(&self, user_id: &UserId) -> Result<Vec<Session>, AuthError> {
        let mut sessions = self.store().sessions().list_active(user_id).await?;
        for session in &mut sessions {
            self.hide_in_session(session);
        }
        Ok(sessions)
    }

    /// Whether a session counts as fresh, as sensitive actions require.
    pub fn is_fresh(&self, session: &Session) -> bool {
        let fresh_age = self.session_config().fresh_age;
        fresh_age.is_zero() || self.clock().now() - session.created_at < fresh_age
    }
}
