//! Which fields are secrets, and what stands in their place.

use auth_core::adapter::{Record, Value};
use auth_schema::{Field, FieldId, FieldType, Model, Schema};
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
    /// It must have a list: an empty one.
    Empty,
    /// It must have a value, and no value of its type says that it is none.
    Impossible,
}

impl Redaction {
    /// Whether a field is a secret: what the schema keeps inside (`returned = false`), and what is called as secrets are. Better
    /// too much than too little.
    pub(super) fn of(schema: &Schema, model: &Model, id: FieldId, field: &Field) -> Self {
        // Whoever is softly deleted stays so.
        let tells_of_deletion = plain(model.name()) == "user" && schema.deleted_at() == Some(id);
        if id == FieldId::ID || field.references.is_some() || tells_of_deletion {
            return Self::None;
        }
        match !field.returned || is_called_secret(model, field) {
            false => Self::None,
            true if !field.required => Self::Null,
            true => match field.field_type {
                FieldType::String | FieldType::Bytes | FieldType::Json => Self::Mark,
                FieldType::StringList | FieldType::NumberList => Self::Empty,
                _ => Self::Impossible,
            },
        }
    }

    /// What stands there instead; `None`: the value itself.
    pub(super) fn apply(self, row: &Record, field_type: FieldType) -> Option<Value> {
        let mark = || match row.get(FieldId::ID) {
            Some(Value::Text(id)) => format!("redacted:{id}"),
            _ => "redacted".to_owned(),
        };
        Some(match (self, field_type) {
            (Self::None, _) => return None,
            (Self::Mark, FieldType::String) => Value::Text(mark()),
            (Self::Mark, FieldType::Bytes) => Value::Bytes(mark().into_bytes()),
            (Self::Mark, FieldType::Json) => Value::Json(Json::String(mark())),
            (Self::Empty, _) => Value::List(Vec::new()),
            _ => Value::Null,
        })
    }
}

/// What the name says. A switch and an instant tell about a secret (`has_password`), they are none.
fn is_called_secret(model: &Model, field: &Field) -> bool {
    let tells_about = matches!(
        field.field_type,
        FieldType::Boolean | FieldType::Timestamp | FieldType::Date | FieldType::Time
    );
    let name = plain(&field.name);
    let named = SECRETS.iter().any(|secret| name.ends_with(secret));
    // The identifier of a link in a mail holds its token.
    let whole = match plain(model.name()).as_str() {
        "verification" => name == "identifier" || name == "value",
        "apikey" => name == "key",
        _ => false,
    };
    !tells_about && (named || whole)
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
    use super::*;

    fn redactions(schema: &Schema) -> Vec<(String, Redaction)> {
        let mut found = Vec::new();
        for (_, model) in schema.models() {
            for (position, field) in model.fields().iter().enumerate() {
                let redaction = Redaction::of(schema, model, FieldId::new(position), field);
                if redaction != Redaction::None {
                    found.push((format!("{}.{}", model.name(), field.name), redaction));
                }
            }
        }
        found
    }

    #[test]
    fn the_secrets_of_the_core_are_known() {
        let schema = Schema::builder().soft_delete().build().unwrap();
        let secrets: Vec<String> = redactions(&schema).into_iter().map(|(name, _)| name).collect();
        assert_eq!(
            secrets,
            [
                "session.token",
                "account.access_token",
                "account.refresh_token",
                "account.id_token",
                "account.access_token_expires_at",
                "account.refresh_token_expires_at",
                "account.password",
                "verification.identifier",
                "verification.value"
            ]
        );
    }

    #[test]
    fn a_secret_of_any_type_goes_or_is_refused() {
        for (name, field_type) in FieldType::NAMES {
            let inside = Field::new("inside", field_type).not_returned();
            let model =
                |field| Schema::new(vec![Model::new("thing", "things", vec![field]).unwrap()]).unwrap();
            assert_eq!(redactions(&model(inside.clone().optional()))[0].1, Redaction::Null, "{name}");
            let expected = match name {
                "string" | "bytes" | "json" => Redaction::Mark,
                "string_list" | "number_list" => Redaction::Empty,
                _ => Redaction::Impossible,
            };
            assert_eq!(redactions(&model(inside))[0].1, expected, "{name}");
            let called = redactions(&model(Field::new("backup_codes", field_type)));
            let tells_about = matches!(name, "boolean" | "timestamp" | "date" | "time");
            assert_eq!(called.is_empty(), tells_about, "{name}");
        }
    }
}
