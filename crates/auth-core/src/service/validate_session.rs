//! Validate a session.

use crate::auth::Services;
use crate::domain::{RequestContext, Session, SessionToken, User};
use crate::error::AuthError;

/// Whether a session in use is extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// When `update_age` has passed since it was last extended.
    WhenDue,
    /// Never, as for a session whose owner did not ask to be remembered.
    Never,
}

/// A session that holds.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ValidSession {
    /// The session.
    pub session: Session,
    /// Whose it is.
    pub user: User,
    /// Whether it was extended just now: the cookie's age should be renewed.
    pub extended: bool,
}

impl Services<'_> {
    /// Tells whose session a token is; `None` when it is unknown, revoked or expired. An expired session is
    /// deleted. One statement; two when the session is extended or has expired. A session that is revoked
    /// while it would be extended stays revoked. Source: Better Auth's `getSession`.
    #[tracing::instrument(name = "auth.validate_session", level = "debug", skip_all)]
    pub async fn validate_session(
        &self,
        token: &SessionToken,
        refresh: Refresh,
        context: &RequestContext,
    ) -> Result<Option<ValidSession>, AuthError> {
        let sessions = self.store_for(context).sessions();
        let Some((mut session, mut user)) = sessions.find_with_user(token).await? else {
            return Ok(None);
        };
        if session.expires_at <= self.clock().now() {
            sessions.delete_if_expired(token).await?;
            return Ok(None);
        }
        let extended = refresh == Refresh::WhenDue && self.is_refresh_due(&session);
        if extended {
            let expires_at = self.clock().now() + self.session_config().expires_in;
            let Some(updated_at) = sessions.extend(token, expires_at).await? else {
                return Ok(None);
            };
            (session.expires_at, session.updated_at) = (expires_at, updated_at);
        }
        self.hide_in_user(&mut user);
        self.hide_in_session(&mut session);
        Ok(Some(ValidSession { session, user, extended }))
    }

    fn is_refresh_due(&self, session: &Session) -> bool {
        let config = self.session_config();
        // The row tells, not a cookie that the client may leave out: a session that is remembered lives longer.
        let remembered = config.expires_in <= config.expires_in_without_remember
            || session.expires_at - session.created_at > config.expires_in_without_remember;
        remembered
            && !config.disable_refresh
            && session.expires_at - config.expires_in + config.update_age <= self.clock().now()
    }
}
