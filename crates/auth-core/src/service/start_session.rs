//! Start a session: the one way to sign somebody in.

use time::OffsetDateTime;

use crate::auth::Services;
use crate::domain::{NewSession, RequestContext, Session, SessionToken, UserId};
use crate::repository::{RepositoryError, Store};

/// What a session that starts now is made of, decided before a transaction begins.
#[derive(Debug, Clone)]
pub(super) struct SessionStart {
    expires_at: OffsetDateTime,
    max_per_user: Option<u32>,
    ip_address: Option<String>,
    user_agent: Option<String>,
}

impl SessionStart {
    /// Starts the session. One statement; with a maximum of sessions one or two more.
    pub(super) async fn run(&self, store: Store<'_>, user_id: &UserId) -> Result<Session, RepositoryError> {
        let new = NewSession {
            ip_address: self.ip_address.clone(),
            user_agent: self.user_agent.clone(),
            ..NewSession::new(user_id.clone(), self.expires_at)
        };
        let session = store.sessions().create(new).await?;
        if let Some(most) = self.max_per_user {
            self.end_oldest(store, &session, most).await?;
        }
        Ok(session)
    }

    /// Concurrent sign-ins may each be the one too many: every one of them ends what it finds beyond the maximum.
    async fn end_oldest(&self, store: Store<'_>, newest: &Session, most: u32) -> Result<(), RepositoryError> {
        let sessions = store.sessions().list_active(&newest.user_id).await?;
        let others = sessions.into_iter().map(|session| session.token).filter(|token| *token != newest.token);
        let surplus: Vec<SessionToken> = others.skip(most.saturating_sub(1) as usize).collect();
        if !surplus.is_empty() {
            store.sessions().delete_some(&surplus).await?;
        }
        Ok(())
    }
}

impl Services<'_> {
    /// A session for a request; one that is remembered lives longer and is extended.
    pub(super) fn session_start(&self, remember_me: bool, context: &RequestContext) -> SessionStart {
        let config = self.session_config();
        let lifetime = if remember_me { config.expires_in } else { config.expires_in_without_remember };
        let lifetime = config.absolute_lifetime.map_or(lifetime, |longest| lifetime.min(longest));
        SessionStart {
            expires_at: self.clock().now() + lifetime,
            max_per_user: config.max_per_user,
            ip_address: context.ip_address.clone(),
            user_agent: context.user_agent.clone(),
        }
    }
}
