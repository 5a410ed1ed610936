//! Rows as JSON objects, as Better Auth stores them: fields under their own names, instants as ISO 8601 text.

pub(super) mod read;

use auth_schema::{FieldId, Model, Schema, Value, camel_case};
use serde_json::{Map, Value as Json, json};

use crate::adapter::Record;

/// A row as an object. What is not set is null, as Better Auth has it from a database: what is left out here, it leaves out
/// of its answers.
pub(super) fn write(model: &Model, record: &Record) -> Map<String, Json> {
    let fields = model.fields().iter().enumerate();
    fields
        .map(|(position, field)| {
            let value = record.get(FieldId::new(position)).map_or(Json::Null, Value::to_json);
            (camel_case(&field.name), value)
        })
        .collect()
}

/// The fields that a change holds, null included.
pub(super) fn write_change(model: &Model, change: &Record) -> Map<String, Json> {
    let fields = model.fields().iter().enumerate();
    fields
        .filter_map(|(position, field)| {
            Some((camel_case(&field.name), change.get(FieldId::new(position))?.to_json()))
        })
        .collect()
}

/// The text under a session's token.
pub(super) fn write_session(schema: &Schema, session: &Record, user: &Record) -> Option<String> {
    let session = write(schema.model(auth_schema::session::MODEL).ok()?, session);
    let user = write(schema.model(auth_schema::user::MODEL).ok()?, user);
    Some(json!({ "session": session, "user": user }).to_string())
}

/// Such a text with fields of one part changed, and its session then. What else stands in it stays.
pub(super) fn edited(
    schema: &Schema,
    text: &str,
    part: &str,
    fields: &Map<String, Json>,
) -> Option<(String, Record)> {
    let mut json: Json = serde_json::from_str(text).ok()?;
    let object = json.get_mut(part)?.as_object_mut()?;
    for (name, value) in fields {
        object.insert(name.clone(), value.clone());
    }
    let text = json.to_string();
    let (session, _) = read::session_with_user(schema, &text)?;
    Some((text, session))
}

/// The token and the user's id of such a text, whatever else stands in it.
pub(super) fn token_and_user(text: &str) -> Option<(String, String)> {
    let json: Json = serde_json::from_str(text).ok()?;
    let part = |name: &str| Some(json.get("session")?.get(name)?.as_str()?.to_owned());
    Some((part("token")?, part("userId")?))
}
