//! Start a session: the one way to sign somebody in.

use async_trait::async_trait;
use time::OffsetDateTime;

use super::soft_delete::is_out;
use crate::adapter::AdapterError;
use crate::auth::Services;
use crate::domain::{NewSession, RequestContext, Session, SessionToken, UserId};
use crate::error::AuthError;
use crate::repository::{RepositoryError, Store, Work};

/// What a session that starts now is made of, decided before a transaction begins.
#[derive(Debug, Clone)]
pub(super) struct SessionStart {
    expires_at: OffsetDateTime,
    ip_address: Option<String>,
    user_agent: Option<String>,
}

impl SessionStart {
    /// Starts the session. One statement; where users can be deleted softly, one more that locks the user, so that nobody is
    /// deleted meanwhile, and outside a transaction `BEGIN` and `COMMIT`.
    ///
    /// # Errors
    ///
    /// [`AuthError::UserNotFound`] for a user who is softly deleted.
    pub(super) async fn run(&self, store: Store<'_>, user_id: &UserId) -> Result<Session, AuthError> {
        let locked = Locked { start: self, user_id };
        match (store.deletes_softly(), store.is_inside()) {
            (false, _) => Ok(self.create(store, user_id).await?),
            (true, true) => locked.run(store).await,
            (true, false) => store.transaction(&locked).await,
        }
    }

    async fn create(&self, store: Store<'_>, user_id: &UserId) -> Result<Session, RepositoryError> {
        let new = NewSession {
            ip_address: self.ip_address.clone(),
            user_agent: self.user_agent.clone(),
            ..NewSession::new(user_id.clone(), self.expires_at)
        };
        store.sessions().create(new).await
    }
}

/// A session of a user who is looked at once more.
struct Locked<'a> {
    start: &'a SessionStart,
    user_id: &'a UserId,
}

#[async_trait]
impl Work for Locked<'_> {
    type Output = Session;
    type Error = AuthError;

    async fn run(&self, store: Store<'_>) -> Result<Session, AuthError> {
        let user = store.users().lock(self.user_id).await?.filter(|user| !is_out(store, user));
        user.ok_or(AuthError::UserNotFound)?;
        Ok(self.start.create(store, self.user_id).await?)
    }

    async fn is_done(&self, session: &Session, store: Store<'_>) -> Result<Option<bool>, AdapterError> {
        Ok(Some(store.sessions().find_with_user(&session.token).await?.is_some()))
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
            ip_address: context.ip_address.clone(),
            user_agent: context.user_agent.clone(),
        }
    }

    /// Ends the oldest sessions of a user who has more than the configuration allows. It is called once the newest is
    /// committed: of concurrent sign-ins, the last to look sees all of them, and all of them agree which are the oldest. One or two
    /// statements where there is a maximum, else none. The person is signed in, whatever becomes of it.
    pub(super) async fn end_surplus(&self, newest: &Session, context: &RequestContext) {
        let Some(most) = self.session_config().max_per_user else {
            return;
        };
        if let Err(error) = self.end_oldest(&newest.user_id, most, context).await {
            tracing::error!(name: "auth.session_maximum", user_id = %newest.user_id, %error, "old sessions were not ended");
        }
    }

    async fn end_oldest(
        &self,
        user_id: &UserId,
        most: u32,
        context: &RequestContext,
    ) -> Result<(), RepositoryError> {
        let sessions = self.store_for(context).sessions();
        let mut held = sessions.list_active(user_id).await?;
        held.sort_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
        let surplus: Vec<SessionToken> =
            held.into_iter().skip(most.max(1) as usize).map(|session| session.token).collect();
        if !surplus.is_empty() {
            sessions.delete_some(&surplus).await?;
        }
        Ok(())
    }
}
