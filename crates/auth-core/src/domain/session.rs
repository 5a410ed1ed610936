//! A signed-in device.

use std::fmt;

use subtle::ConstantTimeEq;
use time::OffsetDateTime;

use super::{Additional, Random, SessionId, UserId, random_text};

/// A signed-in device.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Session {
    /// Id; grants nothing.
    pub id: SessionId,
    /// When the session ends unless it is extended.
    pub expires_at: OffsetDateTime,
    /// What grants access.
    pub token: SessionToken,
    /// When the person signed in.
    pub created_at: OffsetDateTime,
    /// When the session was last extended.
    pub updated_at: OffsetDateTime,
    /// Address of the client at sign-in; `None` or empty when unknown.
    pub ip_address: Option<String>,
    /// What the client said it was at sign-in; `None` or empty when unknown.
    pub user_agent: Option<String>,
    /// Whose session it is.
    pub user_id: UserId,
    /// Additional fields.
    pub additional: Additional,
}

/// A session to be created; token and times of writing are made by the repository.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Id; made as the model says when it is absent.
    pub id: Option<SessionId>,
    /// Whose session it is.
    pub user_id: UserId,
    /// When it ends.
    pub expires_at: OffsetDateTime,
    /// Address of the client.
    pub ip_address: Option<String>,
    /// What the client says it is.
    pub user_agent: Option<String>,
    /// Additional fields; those that are absent take their defaults.
    pub additional: Additional,
}

/// What shall change in a session; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct SessionChange {
    /// New end.
    pub expires_at: Option<OffsetDateTime>,
    /// Additional fields.
    pub additional: Additional,
}

impl NewSession {
    /// A session of a client of which nothing is known.
    pub fn new(user_id: UserId, expires_at: OffsetDateTime) -> Self {
        Self {
            id: None,
            user_id,
            expires_at,
            ip_address: None,
            user_agent: None,
            additional: Additional::new(),
        }
    }
}

/// The bearer of a session: whoever has it is signed in. `Debug` hides it; comparison takes constant time.
#[derive(Clone, Eq)]
pub struct SessionToken(String);

impl SessionToken {
    /// Makes a token of 32 random characters.
    pub fn generate(random: &dyn Random) -> Self {
        Self(random_text(random, 32))
    }

    /// Reads a token that a client presents. `None`: no token looks like this (empty, longer than 255
    /// characters, or with characters other than visible ASCII).
    pub fn parse(text: &str) -> Option<Self> {
        let plausible = (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        plausible.then(|| Self(text.to_owned()))
    }

    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text itself; every call is a place to look at.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl PartialEq for SessionToken {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SessionToken(…)")
    }
}
