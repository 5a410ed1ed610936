//! Rows from JSON, straight from the text: every request reads a session so.

use std::fmt;

use auth_schema::{Field, FieldId, FieldType, Fill, Model, Schema, Value, same_name, session, user};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, de};
use serde_json::{Map, Value as Json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::adapter::Record;

/// The session and the user of a text; `None` for any other text.
pub(in super::super) fn session_with_user(schema: &Schema, text: &str) -> Option<(Record, Record)> {
    let parts = Parts { session: schema.model(session::MODEL).ok()?, user: schema.model(user::MODEL).ok()? };
    let mut json = serde_json::Deserializer::from_str(text);
    let found = parts.deserialize(&mut json).ok()?;
    json.end().ok().map(|()| found)
}

/// An object as a row: every field has a value, if only null. `None` when a value has another type, or a required one is missing
/// that has no default. Names that the model does not have are passed over.
pub(in super::super) fn row(model: &Model, object: Map<String, Json>) -> Option<Record> {
    RowOf(model).deserialize(Json::Object(object)).ok()
}

/// Reads `{"session":{…},"user":{…}}`.
struct Parts<'s> {
    session: &'s Model,
    user: &'s Model,
}

/// Reads the row of a model.
struct RowOf<'s>(&'s Model);

/// Reads the value of a field.
struct ValueOf<'s>(&'s Field);

/// Reads the name of a field, which most often is the one behind the last: in this order rows are written.
struct NameIn<'s> {
    model: &'s Model,
    next: usize,
}

impl<'de> DeserializeSeed<'de> for Parts<'_> {
    type Value = (Record, Record);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Parts<'_> {
    type Value = (Record, Record);

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a session and its user")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut session, mut user) = (None, None);
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "session" => session = Some(map.next_value_seed(RowOf(self.session))?),
                "user" => user = Some(map.next_value_seed(RowOf(self.user))?),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        session.zip(user).ok_or_else(|| A::Error::custom("a part is missing"))
    }
}

impl<'de> DeserializeSeed<'de> for RowOf<'_> {
    type Value = Record;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Record, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RowOf<'_> {
    type Value = Record;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a row of {}", self.0.name())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Record, A::Error> {
        let fields = self.0.fields();
        let mut record = Record::with_capacity(fields.len());
        let mut next = 0;
        while let Some(position) = map.next_key_seed(NameIn { model: self.0, next })? {
            let Some(position) = position else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = map.next_value_seed(ValueOf(&fields[position]))?;
            record.set(FieldId::new(position), value);
            next = position + 1;
        }
        for (position, field) in fields.iter().enumerate() {
            let id = FieldId::new(position);
            if record.get(id).is_none_or(Value::is_null) {
                let missing = || A::Error::custom("a required field is missing");
                record.set(id, absent(field).ok_or_else(missing)?);
            }
        }
        Ok(record)
    }
}

/// What stands for a value that is not there.
fn absent(field: &Field) -> Option<Value> {
    match (&field.default, field.required) {
        (Some(Fill::Value(value)), true) => Some(value.clone()),
        (_, true) => None,
        (_, false) => Some(Value::Null),
    }
}

impl<'de> DeserializeSeed<'de> for NameIn<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NameIn<'_> {
    type Value = Option<usize>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Option<usize>, E> {
        let fields = self.model.fields();
        let is_next = fields.get(self.next).is_some_and(|field| same_name(&field.name, name));
        let anywhere = || fields.iter().position(|field| same_name(&field.name, name));
        Ok(is_next.then_some(self.next).or_else(anywhere))
    }
}

impl<'de> DeserializeSeed<'de> for ValueOf<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let value = match self.0.field_type {
            FieldType::String => Option::<String>::deserialize(deserializer)?.map(Value::Text),
            FieldType::Boolean => Option::<bool>::deserialize(deserializer)?.map(Value::Bool),
            FieldType::Timestamp => deserializer.deserialize_any(Instant)?.map(Value::Timestamp),
            other => {
                let json = Json::deserialize(deserializer)?;
                Some(other.read_json(&json).map_err(D::Error::custom)?)
            }
        };
        Ok(value.unwrap_or(Value::Null))
    }
}

/// Reads an instant.
struct Instant;

impl Visitor<'_> for Instant {
    type Value = Option<OffsetDateTime>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a time in ISO 8601 form")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        if let Ok(instant) = OffsetDateTime::parse(text, &Rfc3339) {
            return Ok(Some(instant));
        }
        // Other forms, which are rare.
        match FieldType::Timestamp.read_json(&Json::from(text)) {
            Ok(Value::Timestamp(instant)) => Ok(Some(instant)),
            _ => Err(de::Error::invalid_value(Unexpected::Other("text"), &self)),
        }
    }
}
