//! Values as the protocol writes them: JSON, with `{"$date": …}`, `{"$bigint": …}` and `{"$raw": …}` for what JSON
//! has no form for.

use auth_schema::{Field, FieldType, Value};
use serde_json::{Map, Value as Json, json};

/// The JSON behind the marks: instants as text, large numbers as numbers.
pub(super) fn plain(json: &Json) -> Json {
    match json {
        Json::Array(items) => items.iter().map(plain).collect(),
        Json::Object(fields) => match marked(fields) {
            Some(("$raw" | "$date", inner)) => inner.clone(),
            Some(("$bigint", Json::String(text))) => {
                text.parse::<i64>().map_or_else(|_| Json::String(text.clone()), Json::from)
            }
            _ => fields.iter().map(|(name, value)| (name.clone(), plain(value))).collect(),
        },
        other => other.clone(),
    }
}

/// A value to be stored.
pub(super) fn read(field: &Field, json: &Json) -> Result<Value, &'static str> {
    field.field_type.read_json(&plain(json))
}

/// A value to be compared with: as in Better Auth, text is read as the number or truth value that it spells.
pub(super) fn read_compared(field: &Field, json: &Json) -> Result<Value, &'static str> {
    match (field.field_type, json) {
        (FieldType::Boolean, Json::String(text)) => Ok(Value::Bool(text == "true")),
        (FieldType::Integer | FieldType::BigInteger, Json::String(text)) => {
            text.parse().map(Value::Int).map_err(|_| "must be a whole number")
        }
        _ => read(field, json),
    }
}

/// A value that was read.
pub(super) fn write(value: &Value) -> Json {
    match value {
        Value::Timestamp(_) => json!({ "$date": value.to_json() }),
        Value::Int(number) if number.unsigned_abs() > LARGEST_EXACT => {
            json!({ "$bigint": number.to_string() })
        }
        Value::Json(json) => mark(json),
        Value::List(items) => items.iter().map(write).collect(),
        other => other.to_json(),
    }
}

/// Marks objects whose keys look like marks.
fn mark(json: &Json) -> Json {
    match json {
        Json::Array(items) => items.iter().map(mark).collect(),
        Json::Object(fields) if fields.keys().any(|name| name.starts_with('$')) => json!({ "$raw": json }),
        Json::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), mark(value))).collect(),
        other => other.clone(),
    }
}

fn marked(fields: &Map<String, Json>) -> Option<(&str, &Json)> {
    let (name, value) = fields.iter().next().filter(|_| fields.len() == 1)?;
    name.starts_with('$').then_some((name.as_str(), value))
}

/// Beyond it, a double has gaps.
const LARGEST_EXACT: u64 = (1 << 53) - 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_at_any_depth_but_inside_raw() {
        let wire = json!({ "a": [{ "$date": "2026-01-02T03:04:05.678Z" }], "b": { "$raw": { "$date": 1 } } });
        assert_eq!(plain(&wire), json!({ "a": ["2026-01-02T03:04:05.678Z"], "b": { "$date": 1 } }));
        assert_eq!(plain(&json!({ "$bigint": "9007199254740993" })), json!(9_007_199_254_740_993_i64));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let kinds = [
            (FieldType::Timestamp, json!({ "$date": "2026-01-02T03:04:05.678Z" })),
            (FieldType::BigInteger, json!({ "$bigint": "9007199254740993" })),
            (FieldType::BigInteger, json!(-17)),
            (FieldType::Json, json!({ "a": { "$raw": { "$b": { "$date": 1 } } }, "c": null })),
            (FieldType::NumberList, json!([1, 2.5])),
        ];
        for (field_type, wire) in kinds {
            let field = Field::new("it", field_type);
            assert_eq!(write(&read(&field, &wire).unwrap()), wire, "{field_type:?}");
        }
    }
}
