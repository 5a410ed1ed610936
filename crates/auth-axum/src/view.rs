//! What goes over the wire: Better Auth's names and order of keys, the id last.

use auth_core::domain::{Session, User};
use serde::{Serialize, Serializer};
use time::OffsetDateTime;
use time::macros::format_description;

/// A user on the wire.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserView<'a> {
    name: &'a str,
    email: &'a str,
    email_verified: bool,
    image: Option<&'a str>,
    #[serde(serialize_with = "iso")]
    created_at: OffsetDateTime,
    #[serde(serialize_with = "iso")]
    updated_at: OffsetDateTime,
    id: &'a str,
}

/// A session on the wire. The token stands in it, as in Better Auth: only its owner is shown it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionView<'a> {
    #[serde(serialize_with = "iso")]
    expires_at: OffsetDateTime,
    token: &'a str,
    #[serde(serialize_with = "iso")]
    created_at: OffsetDateTime,
    #[serde(serialize_with = "iso")]
    updated_at: OffsetDateTime,
    ip_address: Option<&'a str>,
    user_agent: Option<&'a str>,
    user_id: &'a str,
    id: &'a str,
}

impl<'a> From<&'a User> for UserView<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            name: &user.name,
            email: user.email.as_str(),
            email_verified: user.email_verified,
            image: user.image.as_deref(),
            created_at: user.created_at,
            updated_at: user.updated_at,
            id: user.id.as_str(),
        }
    }
}

impl<'a> From<&'a Session> for SessionView<'a> {
    fn from(session: &'a Session) -> Self {
        Self {
            expires_at: session.expires_at,
            token: session.token.expose(),
            created_at: session.created_at,
            updated_at: session.updated_at,
            ip_address: session.ip_address.as_deref(),
            user_agent: session.user_agent.as_deref(),
            user_id: session.user_id.as_str(),
            id: session.id.as_str(),
        }
    }
}

/// `2026-11-24T12:00:00.345Z`: always three digits, as JavaScript writes it.
fn iso<S: Serializer>(instant: &OffsetDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    let text = instant.format(format).map_err(serde::ser::Error::custom)?;
    serializer.serialize_str(&text)
}
