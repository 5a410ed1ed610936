//! What goes over the wire: Better Auth's names and order of keys, the id last.

use std::fmt;

use auth_core::domain::{Account, Additional, Session, User};
use auth_core::schema::camel_case;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use time::{OffsetDateTime, UtcOffset};

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
    #[serde(flatten)]
    additional: Map<String, Value>,
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
    #[serde(flatten)]
    additional: Map<String, Value>,
    id: &'a str,
}

/// An account on the wire: no token and no hash.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountView<'a> {
    account_id: &'a str,
    provider_id: &'a str,
    user_id: &'a str,
    #[serde(serialize_with = "iso")]
    created_at: OffsetDateTime,
    #[serde(serialize_with = "iso")]
    updated_at: OffsetDateTime,
    id: &'a str,
    scopes: Vec<&'a str>,
}

impl<'a> From<&'a Account> for AccountView<'a> {
    fn from(account: &'a Account) -> Self {
        Self {
            account_id: &account.account_id,
            provider_id: &account.provider_id,
            user_id: account.user_id.as_str(),
            created_at: account.created_at,
            updated_at: account.updated_at,
            id: account.id.as_str(),
            scopes: scopes(account.scope.as_deref()),
        }
    }
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
            additional: additional(&user.additional),
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
            additional: additional(&session.additional),
            id: session.id.as_str(),
        }
    }
}

/// Additional fields under their names on the wire: `phone_number` is `phoneNumber`.
fn additional(fields: &Additional) -> Map<String, Value> {
    fields.iter().map(|(name, value)| (camel_case(name), value.to_json())).collect()
}

/// `2026-11-24T12:00:00.345Z`: always three digits, as JavaScript writes it.
fn iso<S: Serializer>(instant: &OffsetDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    match Iso::of(instant) {
        Some(iso) => serializer.collect_str(&iso),
        None => Err(serde::ser::Error::custom("the instant has no year of four digits")),
    }
}

/// The same as text; `None` for what no year of four digits holds.
pub(crate) fn iso_text(instant: &OffsetDateTime) -> Option<String> {
    Iso::of(instant).map(|iso| iso.to_string())
}

/// An instant in UTC whose year has four digits.
struct Iso(OffsetDateTime);

impl Iso {
    fn of(instant: &OffsetDateTime) -> Option<Self> {
        let utc = instant.to_offset(UtcOffset::UTC);
        (0..=9999).contains(&utc.year()).then_some(Self(utc))
    }
}

impl fmt::Display for Iso {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(utc) = self;
        write!(formatter, "{:04}-{:02}-{:02}T", utc.year(), u8::from(utc.month()), utc.day())?;
        let (hour, minute, second) = utc.to_hms();
        write!(formatter, "{hour:02}:{minute:02}:{second:02}.{:03}Z", utc.millisecond())
    }
}

/// Stored scopes one by one.
pub(crate) fn scopes(stored: Option<&str>) -> Vec<&str> {
    stored.unwrap_or_default().split(',').map(str::trim).filter(|scope| !scope.is_empty()).collect()
}
