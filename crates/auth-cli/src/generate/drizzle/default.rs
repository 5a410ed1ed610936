//! What fills a column when a row is written without it.

use auth_schema::{Field, Fill, Value};

use super::quoted;

/// The default, and the time of change.
pub(super) fn default(field: &Field) -> String {
    let made = field.default.as_ref().and_then(made);
    let made = made.map_or_else(String::new, |made| format!(".$defaultFn(() => {made})"));
    let changed = if field.on_update == Some(Fill::Now) { ".$onUpdate(() => new Date())" } else { "" };
    made + changed
}

/// A function of the application's has no words here.
fn made(fill: &Fill) -> Option<String> {
    match fill {
        Fill::Now => Some("new Date()".to_owned()),
        Fill::Value(value) => Some(literal(value)),
        _ => None,
    }
}

fn literal(value: &Value) -> String {
    let json = value.to_json();
    match value {
        Value::Timestamp(_) => format!("new Date({json})"),
        Value::Bytes(_) => format!("Buffer.from({json}, \"base64\")"),
        // A string would be taken for JSON that is text already.
        Value::Json(serde_json::Value::String(_)) => quoted(&json.to_string()),
        // An object's braces would be those of the function.
        Value::Json(_) => format!("({json})"),
        _ => json.to_string(),
    }
}
