//! Keeps the set of a user's active sessions in Redis: `active-sessions:<user id>` holds session ids, which grant
//! nothing, never tokens.

use async_trait::async_trait;
use auth_core::domain::{RequestContext, Session, UserId};
use auth_core::hooks::{DatabaseHooks, Event, HookError, Operation, Phase};
use redis::AsyncCommands;
use redis::aio::MultiplexedConnection;

/// Adds a session when its creation is committed and takes it out when its deletion is. The database stays the truth: a
/// set that Redis lost is filled again by the next sign-ins, and ends by itself.
pub struct ActiveSessions {
    redis: MultiplexedConnection,
}

impl ActiveSessions {
    /// Uses a connection; clones of it share one socket.
    pub fn new(redis: MultiplexedConnection) -> Self {
        Self { redis }
    }

    /// The key of a user's set.
    pub fn key(user_id: &UserId) -> String {
        format!("active-sessions:{user_id}")
    }
}

#[async_trait]
impl DatabaseHooks<Session> for ActiveSessions {
    fn events(&self) -> &'static [Event] {
        &[(Operation::Create, Phase::After), (Operation::Delete, Phase::After)]
    }

    async fn after_create(&self, session: &Session, _: &RequestContext) -> Result<(), HookError> {
        let key = Self::key(&session.user_id);
        let mut both = redis::pipe();
        both.atomic().sadd(&key, session.id.as_str()).ignore();
        // A session may be extended; no set lives for ever.
        both.expire(&key, THIRTY_DAYS_SECONDS).ignore();
        let mut redis = self.redis.clone();
        both.query_async::<()>(&mut redis).await.map_err(HookError::failed)
    }

    async fn after_delete(&self, session: &Session, _: &RequestContext) -> Result<(), HookError> {
        let mut redis = self.redis.clone();
        let removed = redis.srem::<_, _, ()>(Self::key(&session.user_id), session.id.as_str()).await;
        removed.map_err(HookError::failed)
    }
}

impl std::fmt::Debug for ActiveSessions {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("ActiveSessions")
    }
}

const THIRTY_DAYS_SECONDS: i64 = 30 * 24 * 60 * 60;
