//! The token of a mail that proves an address: no row stands behind it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};

use super::jwt;
pub(crate) use super::jwt::InvalidJwt;
use crate::crypto::Secrets;
use crate::domain::{Email, Secret, User, UserId};

/// What a token proves: that its bearer reads the mail of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EmailToken {
    /// The user's present address; with `step`, not necessarily the one that the mail went to.
    pub(crate) email: Email,
    /// Whose it is. Tokens of older versions do not tell.
    pub(crate) user_id: Option<UserId>,
    /// For a change of address: the new one, and how far the change is.
    pub(crate) change: Option<(Email, Step)>,
    /// For a change of address: what the user was like when it was asked for. Tokens of Better Auth do not tell.
    pub(crate) bound_to: Option<String>,
}

/// What the user was like: when the address has been proven since, or the password changed, whoever asked for the change may
/// have been somebody else.
pub(crate) fn stamp(user: &User, password: Option<&Secret>) -> String {
    let mut hash = Sha256::new();
    hash.update([u8::from(user.email_verified)]);
    hash.update(password.map(Secret::expose).unwrap_or_default());
    URL_SAFE_NO_PAD.encode(&hash.finalize()[..12])
}

/// How far a change of address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The mail went to the present address: the change is wanted.
    Confirmation,
    /// The mail went to the new address: it is the person's.
    Verification,
    /// As older versions had it: the mail went to the present address and is enough.
    Legacy,
}

impl EmailToken {
    /// Signs it.
    pub(crate) fn sign(&self, secrets: &Secrets, now: OffsetDateTime, lifetime: Duration) -> Secret {
        let mut claims = Map::new();
        let mut add = |name: &str, value: &str| claims.insert(name.to_owned(), Value::from(value));
        add("email", &self.email.as_str().to_lowercase());
        if let Some((new, step)) = &self.change {
            add("updateTo", &new.as_str().to_lowercase());
            if let Some(kind) = step.as_str() {
                add("requestType", kind);
            }
        }
        if let Some(user_id) = &self.user_id {
            add("userId", user_id.as_str());
        }
        if let Some(stamp) = &self.bound_to {
            add("boundTo", stamp);
        }
        jwt::sign(secrets, claims, now, lifetime)
    }

    /// Reads one.
    pub(crate) fn verify(secrets: &Secrets, token: &str, now: OffsetDateTime) -> Result<Self, InvalidJwt> {
        let claims = jwt::verify(secrets, token, now)?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let address = |text: &str| Email::parse(text).map_err(|_| InvalidJwt::Invalid);
        let change = match text("updateTo") {
            None => None,
            Some(new) => Some((address(new)?, Step::parse(text("requestType")))),
        };
        Ok(Self {
            // A stored address may be one that is not accepted any more.
            email: text("email").map(|email| Email::stored(email.to_owned())).ok_or(InvalidJwt::Invalid)?,
            user_id: text("userId").map(UserId::new),
            change,
            bound_to: text("boundTo").map(str::to_owned),
        })
    }
}

impl Step {
    fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Confirmation => Some("change-email-confirmation"),
            Self::Verification => Some("change-email-verification"),
            Self::Legacy => None,
        }
    }

    fn parse(kind: Option<&str>) -> Self {
        [Self::Confirmation, Self::Verification]
            .into_iter()
            .find(|step| step.as_str() == kind)
            .unwrap_or(Self::Legacy)
    }
}
