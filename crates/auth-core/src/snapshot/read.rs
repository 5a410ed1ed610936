//! Sessions and users from JSON, also as Better Auth in TypeScript wrote it.

use std::borrow::Cow;

use auth_schema::{FieldId, Model, Schema, same_name, session, user};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value as Json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::domain::{Additional, Email, Session, SessionId, SessionToken, User, UserId, whole_milliseconds};
use crate::hooks::Hooked;

/// Reads `{"session":{…},"user":{…}}`; what stands beside them is ignored, and so are fields that the models do not have. Additional
/// fields have the types of the models, and are absent where the text lacks them. `None`: a core field that every row has is missing,
/// or a value is not of its type.
pub fn read(schema: &Schema, text: &str) -> Option<(Session, User)> {
    let Stored { session, user } = serde_json::from_str(text).ok()?;
    Some((session.typed(schema)?, user.typed(schema)?))
}

#[derive(Deserialize)]
struct Stored<'a> {
    #[serde(borrow)]
    session: StoredSession<'a>,
    #[serde(borrow)]
    user: StoredUser<'a>,
}

/// A session as it stands in a text. Texts are borrowed from it as far as nothing in them is escaped.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoredSession<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(deserialize_with = "instant")]
    expires_at: OffsetDateTime,
    #[serde(borrow)]
    token: Cow<'a, str>,
    #[serde(deserialize_with = "instant")]
    created_at: OffsetDateTime,
    #[serde(deserialize_with = "instant")]
    updated_at: OffsetDateTime,
    ip_address: Option<String>,
    user_agent: Option<String>,
    #[serde(borrow)]
    user_id: Cow<'a, str>,
    #[serde(flatten)]
    rest: Map<String, Json>,
}

/// A user as it stands in a text.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoredUser<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    name: String,
    email: String,
    #[serde(default)]
    email_verified: bool,
    image: Option<String>,
    #[serde(deserialize_with = "instant")]
    created_at: OffsetDateTime,
    #[serde(deserialize_with = "instant")]
    updated_at: OffsetDateTime,
    #[serde(flatten)]
    rest: Map<String, Json>,
}

impl StoredSession<'_> {
    /// The session, with the types of the model.
    pub(crate) fn typed(self, schema: &Schema) -> Option<Session> {
        let whole = ![&self.id, &self.token, &self.user_id].iter().any(|text| text.is_empty());
        let model = schema.model(session::MODEL).ok().filter(|_| whole)?;
        Some(Session {
            id: SessionId::new(self.id),
            expires_at: self.expires_at,
            token: SessionToken::stored(self.token.into_owned()),
            created_at: self.created_at,
            updated_at: self.updated_at,
            ip_address: self.ip_address,
            user_agent: self.user_agent,
            user_id: UserId::new(self.user_id),
            additional: additional(model, Session::LAST_CORE, &self.rest)?,
        })
    }
}

impl StoredUser<'_> {
    /// The user, with the types of the model. The address is taken as it is, as from a row.
    pub(crate) fn typed(self, schema: &Schema) -> Option<User> {
        let model = schema.model(user::MODEL).ok().filter(|_| !self.id.is_empty())?;
        Some(User {
            id: UserId::new(self.id),
            name: self.name,
            email: Email::stored(self.email),
            email_verified: self.email_verified,
            image: self.image,
            created_at: self.created_at,
            updated_at: self.updated_at,
            additional: additional(model, User::LAST_CORE, &self.rest)?,
        })
    }
}

/// The fields of the model behind its core fields, in its order.
fn additional(model: &Model, last_core: FieldId, rest: &Map<String, Json>) -> Option<Additional> {
    let mut additional = Additional::new();
    for field in model.fields().iter().skip(last_core.position() + 1) {
        if let Some((_, json)) = rest.iter().find(|(name, _)| same_name(name, &field.name)) {
            additional.set(field.name.clone(), field.field_type.read_json(json).ok()?);
        }
    }
    Some(additional)
}

/// ISO 8601 with or without digits of a second's fraction.
fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<OffsetDateTime, D::Error> {
    // Nobody escapes a letter of an instant.
    let text = <&str>::deserialize(deserializer)?;
    OffsetDateTime::parse(text, &Rfc3339).map(whole_milliseconds).map_err(serde::de::Error::custom)
}
