//! Which fields are secrets, and what stands in their place.

use auth_core::adapter::{Record, Value};
use auth_schema::{Field, FieldId, FieldType, Model};
use serde_json::Value as Json;

/// What becomes of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Redaction {
    /// It stays.
    None,
    /// It becomes null.
    Null,
    /// It must have a value, unique perhaps: the word `redacted` and the row's id.
    Mark,
}

impl Redaction {
    /// Whether a field is a secret: what the schema keeps inside (`returned = false`), and what is called as secrets are. Better
    /// too much than too little.
    pub(super) fn of(model: &Model, id: FieldId, field: &Field) -> Self {
        let textual = matches!(field.field_type, FieldType::String | FieldType::Bytes | FieldType::Json);
        if id == FieldId::ID || field.references.is_some() || !textual {
            return Self::None;
        }
        let name = plain(&field.name);
        let named = SECRETS.iter().any(|secret| name.ends_with(secret));
        // The identifier of a link in a mail holds its token.
        let whole = match plain(model.name()).as_str() {
            "verification" => name == "identifier" || name == "value",
            "apikey" => name == "key",
            _ => false,
        };
        match named || whole || !field.returned {
            false => Self::None,
            true if field.required => Self::Mark,
            true => Self::Null,
        }
    }

    /// What stands there instead; `None`: the value itself.
    pub(super) fn apply(self, row: &Record, field_type: FieldType) -> Option<Value> {
        if self == Self::None {
            return None;
        }
        let mark = || match row.get(FieldId::ID) {
            Some(Value::Text(id)) => format!("redacted:{id}"),
            _ => "redacted".to_owned(),
        };
        Some(match (self, field_type) {
            (Self::Mark, FieldType::String) => Value::Text(mark()),
            (Self::Mark, FieldType::Bytes) => Value::Bytes(mark().into_bytes()),
            (Self::Mark, FieldType::Json) => Value::Json(Json::String(mark())),
            _ => Value::Null,
        })
    }
}

fn plain(name: &str) -> String {
    name.chars().filter(|letter| *letter != '_').map(|letter| letter.to_ascii_lowercase()).collect()
}

const SECRETS: [&str; 9] = [
    "password",
    "passwordhash",
    "token",
    "secret",
    "privatekey",
    "backupcodes",
    "apikey",
    "recoverycodes",
    "otp",
];

#[cfg(test)]
mod tests {
    use auth_schema::Schema;

    use super::*;

    #[test]
    fn the_secrets_of_the_core_are_known() {
        let mut secrets = Vec::new();
        for (_, model) in Schema::core().models() {
            for (position, field) in model.fields().iter().enumerate() {
                if Redaction::of(model, FieldId::new(position), field) != Redaction::None {
                    secrets.push(format!("{}.{}", model.name(), field.name));
                }
            }
        }
        assert_eq!(
            secrets,
            [
                "session.token",
                "account.access_token",
                "account.refresh_token",
                "account.id_token",
                "account.password",
                "verification.identifier",
                "verification.value"
            ]
        );
    }
}
