//! Who is asking, from where.

use super::{Actor, SessionId, UserId};

/// What is known about a request; written into the session that it starts, and handed to every hook.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestContext {
    /// Id of the request in the logs.
    pub request_id: Option<String>,
    /// The session that asks.
    pub session_id: Option<SessionId>,
    /// The user that asks.
    pub user_id: Option<UserId>,
    /// Address of the client, as text.
    pub ip_address: Option<String>,
    /// What the client says it is.
    pub user_agent: Option<String>,
    /// On whose behalf it is asked, for the audit trail.
    pub actor: Actor,
}

impl RequestContext {
    /// Nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) const fn nobody() -> Self {
        Self {
            request_id: None,
            session_id: None,
            user_id: None,
            ip_address: None,
            user_agent: None,
            actor: Actor::System,
        }
    }

    /// Somebody who runs the system asks, for other people.
    #[must_use]
    pub fn operator(mut self) -> Self {
        self.actor = Actor::Operator;
        self
    }

    /// Nobody asks: the system does it by itself.
    #[must_use]
    pub fn system(mut self) -> Self {
        self.actor = Actor::System;
        self
    }

    /// Adds the id of the request in the logs.
    #[must_use]
    pub fn request_id(mut self, id: impl Into<String>) -> Self {
        self.request_id = Some(id.into());
        self
    }

    /// Adds who asks.
    #[must_use]
    pub fn acting(mut self, session_id: SessionId, user_id: UserId) -> Self {
        (self.session_id, self.user_id) = (Some(session_id), Some(user_id));
        self
    }

    /// Adds the client's address.
    #[must_use]
    pub fn ip_address(mut self, address: impl Into<String>) -> Self {
        self.ip_address = Some(address.into());
        self
    }

    /// Adds what the client says it is; at most 1,024 characters are kept.
    #[must_use]
    pub fn user_agent(mut self, agent: &str) -> Self {
        let is_plain = agent.len() <= MOST_CHARACTERS && !agent.contains('\0');
        self.user_agent = Some(if is_plain {
            agent.to_owned()
        } else {
            agent.chars().filter(|character| *character != '\0').take(MOST_CHARACTERS).collect()
        });
        self
    }
}

const MOST_CHARACTERS: usize = 1024;
