//! Validate a session.

use crate::auth::Services;
use crate::domain::{RequestContext, Session, SessionToken, User};
use crate::error::AuthError;
use crate::hooks::Act;
use crate::repository::RepositoryError;

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
    /// Tells whose session a token is; `None` when it is unknown, revoked or expired, and when the user is
    /// softly deleted or anonymous. An expired session is
    /// deleted. One statement; two when the session is extended or has expired. A session that is revoked
    /// while it would be extended stays revoked; one whose extension a hook refuses holds as it is. Source: Better Auth's `getSession`.
    #[tracing::instrument(name = "auth.validate_session", level = "debug", skip_all)]
    pub async fn validate_session(
        &self,
        token: &SessionToken,
        refresh: Refresh,
        context: &RequestContext,
    ) -> Result<Option<ValidSession>, AuthError> {
        self.observe_validation(self.validate_session_unobserved(token, refresh, context)).await
    }

    async fn validate_session_unobserved(
        &self,
        token: &SessionToken,
        refresh: Refresh,
        context: &RequestContext,
    ) -> Result<Option<ValidSession>, AuthError> {
        // What ends here nobody has ended.
        let sessions = self.store_for(context).acting(Act::Part).sessions();
        let Some((mut session, mut user)) = sessions.find_with_user(token).await? else {
            return Ok(None);
        };
        if self.is_out(&user) {
            return Ok(None);
        }
        let now = self.clock().now();
        let absolute_end = self.absolute_end(&session);
        if session.expires_at <= now || absolute_end.is_some_and(|end| end <= now) {
            // It is over, whatever a hook says of the row.
            let deleted = match absolute_end.filter(|end| *end <= now) {
                // Another writer, who knows of no absolute end, may have extended it.
                Some(_) => Box::pin(sessions.delete(token)).await,
                None => Box::pin(sessions.delete_if_expired(token)).await,
            };
            if let Err(error) = deleted {
                tracing::warn!(name: "auth.expired_session", %error, "the row of an expired session stays");
            }
            return Ok(None);
        }
        let mut extended = refresh == Refresh::WhenDue && self.is_refresh_due(&session);
        if extended {
            let expires_at = now + self.session_config().expires_in;
            let expires_at = absolute_end.map_or(expires_at, |end| expires_at.min(end));
            // Boxed, as above: what is rarely done takes no room of what every request does.
            match Box::pin(sessions.extend(&session, expires_at)).await {
                Ok(Some(later)) => session = later,
                Ok(None) => return Ok(None),
                Err(RepositoryError::Adapter(error)) => return Err(error.into()),
                Err(refused) => {
                    // A hook may keep a session from being extended, not from being what it is.
                    tracing::info!(name: "auth.not_extended", %refused, "a hook keeps the session as it is");
                    extended = false;
                }
            }
        }
        self.hide_in_user(&mut user);
        self.hide_in_session(&mut session);
        Ok(Some(ValidSession { session, user, extended }))
    }

    /// When a session ends however often it is extended.
    pub(super) fn absolute_end(&self, session: &Session) -> Option<time::OffsetDateTime> {
        self.session_config().absolute_lifetime.map(|longest| session.created_at + longest)
    }

    fn is_refresh_due(&self, session: &Session) -> bool {
        let config = self.session_config();
        // The row tells, not a cookie that the client may leave out: a session that is remembered lives longer.
        let remembered = config.expires_in <= config.expires_in_without_remember
            || session.expires_at - session.created_at > config.expires_in_without_remember;
        remembered
            && !config.disable_refresh
            && self.absolute_end(session).is_none_or(|end| session.expires_at < end)
            && session.expires_at - config.expires_in + config.update_age <= self.clock().now()
    }
}
