//! A signed-in device.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
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
    /// What grants access, or, from a list where tokens are hashed, what names the session.
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

/// What grants access to a session: whoever has it is signed in. `Debug` hides it; comparison takes constant time.
///
/// Where the database holds hashes (`TokenStorage::Hashed` of the configuration), a session that was read from a list has only the stored form:
/// a handle, which names the session and can end it, and which nobody can sign in with.
#[derive(Clone)]
pub struct SessionToken {
    text: String,
    form: Form,
}

/// What a text is, and what its row holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The token; its row holds it, or it is not known yet what its row holds.
    Plain,
    /// The token; its row holds the hash.
    Hashed,
    /// The hash.
    Handle,
}

impl SessionToken {
    /// Makes a token of 32 random characters.
    pub fn generate(random: &dyn Random) -> Self {
        Self::stored(random_text(random, 32))
    }

    /// Reads a token that a client presents. `None`: no token looks like this (empty, longer than 255
    /// characters, or with characters other than visible ASCII). What a client presents is never taken for a handle.
    pub fn parse(text: &str) -> Option<Self> {
        let plausible = (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        plausible.then(|| Self::stored(text.to_owned()))
    }

    /// A token that stands in its row as it is.
    pub(crate) fn stored(text: String) -> Self {
        Self { text, form: Form::Plain }
    }

    /// What stands in the row of a token that is hashed.
    pub(crate) fn handle_of_row(text: String) -> Self {
        Self { text, form: Form::Handle }
    }

    /// The same token, of which it is known that its row holds the hash.
    pub(crate) fn hashed_at_rest(&self) -> Self {
        let form = if self.is_handle() { Form::Handle } else { Form::Hashed };
        Self { text: self.text.clone(), form }
    }

    /// Whether it only names a session, and grants nothing.
    pub fn is_handle(&self) -> bool {
        self.form == Form::Handle
    }

    /// The handle of the session: SHA-256 of the token as base64url without padding. A handle is its own.
    #[must_use]
    pub fn handle(&self) -> Self {
        if self.is_handle() {
            return self.clone();
        }
        Self::handle_of_row(URL_SAFE_NO_PAD.encode(Sha256::digest(&self.text)))
    }

    /// Whether a text that a client sent names the session of this token: as the token, or as the handle that lists show.
    pub fn is_named_by(&self, sent: &Self) -> bool {
        let same = |own: &Self| bool::from(own.text.as_bytes().ct_eq(sent.text.as_bytes()));
        same(self) || same(&self.handle())
    }

    /// What its row holds, as far as it is known.
    pub(crate) fn at_rest(&self) -> Self {
        if self.form == Form::Hashed { self.handle() } else { self.clone() }
    }

    /// The text itself; every call is a place to look at.
    pub fn expose(&self) -> &str {
        &self.text
    }
}

impl PartialEq for SessionToken {
    fn eq(&self, other: &Self) -> bool {
        let same = bool::from(self.text.as_bytes().ct_eq(other.text.as_bytes()));
        same && self.is_handle() == other.is_handle()
    }
}

impl Eq for SessionToken {}

impl fmt::Debug for SessionToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SessionToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_hashed_exactly_once() {
        // printf abc | openssl dgst -sha256 -binary | basenc --base64url
        let expected = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0";
        let token = SessionToken::parse("abc").unwrap();
        for token in [&token, &token.hashed_at_rest()] {
            assert_eq!(token.handle().expose(), expected);
            assert_eq!(token.handle().handle().expose(), expected);
            assert_eq!(token.expose(), "abc");
        }
        assert_eq!(token.at_rest().expose(), "abc");
        assert_eq!(token.hashed_at_rest().at_rest().expose(), expected);
        assert_eq!(token.handle().hashed_at_rest().at_rest().expose(), expected);
    }

    #[test]
    fn a_handle_is_not_the_text_that_a_client_sends() {
        let token = SessionToken::parse("abc").unwrap();
        let sent = SessionToken::parse(token.handle().expose()).unwrap();
        assert!(token.handle().is_handle() && !sent.is_handle());
        assert_ne!(sent, token.handle());
        assert!(token.is_named_by(&sent) && token.is_named_by(&token) && !sent.is_named_by(&token));
    }
}
