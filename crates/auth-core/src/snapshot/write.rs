//! Sessions and users to JSON.

use serde::Serialize;
use serde_json::{Map, Value as Json};
use time::OffsetDateTime;

use super::iso;
use crate::domain::{Additional, Session, User};
use crate::schema::{Value, camel_case};

/// A session with its user. What must not leave is hidden before: here everything is written.
#[derive(Debug, Serialize)]
pub struct SnapshotJson<'a> {
    session: SessionJson<'a>,
    user: UserJson<'a>,
}

/// A user.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserJson<'a> {
    name: &'a str,
    email: &'a str,
    email_verified: bool,
    image: Option<&'a str>,
    #[serde(serialize_with = "iso::serialize")]
    created_at: OffsetDateTime,
    #[serde(serialize_with = "iso::serialize")]
    updated_at: OffsetDateTime,
    #[serde(flatten)]
    additional: Map<String, Json>,
    id: &'a str,
}

/// A session. The token stands in it, as in Better Auth: only its owner is shown it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionJson<'a> {
    #[serde(serialize_with = "iso::serialize")]
    expires_at: OffsetDateTime,
    token: &'a str,
    #[serde(serialize_with = "iso::serialize")]
    created_at: OffsetDateTime,
    #[serde(serialize_with = "iso::serialize")]
    updated_at: OffsetDateTime,
    ip_address: Option<&'a str>,
    user_agent: Option<&'a str>,
    user_id: &'a str,
    #[serde(flatten)]
    additional: Map<String, Json>,
    id: &'a str,
}

/// Writes a session with its user; `None` when an instant has no year of four digits.
pub fn write(session: &Session, user: &User) -> Option<String> {
    serde_json::to_string(&SnapshotJson::of(session, user)).ok()
}

impl<'a> SnapshotJson<'a> {
    /// Takes both together.
    pub fn of(session: &'a Session, user: &'a User) -> Self {
        Self { session: session.into(), user: user.into() }
    }
}

impl<'a> From<&'a User> for UserJson<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            name: &user.name,
            email: user.email.as_str(),
            email_verified: user.email_verified,
            image: user.image.as_deref(),
            created_at: user.created_at,
            updated_at: user.updated_at,
            additional: additional(&user.additional),
            id: user.id.as_str(),
        }
    }
}

impl<'a> From<&'a Session> for SessionJson<'a> {
    fn from(session: &'a Session) -> Self {
        Self {
            expires_at: session.expires_at,
            token: session.token.expose(),
            created_at: session.created_at,
            updated_at: session.updated_at,
            ip_address: session.ip_address.as_deref(),
            user_agent: session.user_agent.as_deref(),
            user_id: session.user_id.as_str(),
            additional: additional(&session.additional),
            id: session.id.as_str(),
        }
    }
}

/// Additional fields under their names on the wire: `phone_number` is `phoneNumber`.
fn additional(fields: &Additional) -> Map<String, Json> {
    fields.iter().map(|(name, value)| (camel_case(name), json(value))).collect()
}

/// JavaScript writes `2` for the number 2.0, and checks signatures over what it would write.
#[expect(clippy::cast_possible_truncation, reason = "the number is whole and within the range that is exact")]
fn json(value: &Value) -> Json {
    match value {
        Value::Float(number) if number.fract() == 0.0 && number.abs() <= MAX_SAFE_INTEGER => {
            Json::from(*number as i64)
        }
        other => other.to_json(),
    }
}

const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;
