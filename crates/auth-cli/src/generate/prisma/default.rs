//! What fills a field when a row is written without it.

use auth_schema::{Field, Fill, Value};

use super::quoted;

/// The default and the time of change; `kind` is Prisma's type.
pub(super) fn default(field: &Field, kind: &str) -> Vec<String> {
    let mut attributes = Vec::new();
    match &field.default {
        // A field that has the time of its last change needs no other.
        Some(Fill::Now) if field.on_update != Some(Fill::Now) => {
            attributes.push("@default(now())".to_owned());
        }
        Some(Fill::Value(value)) => attributes.extend(literal(value, kind)),
        // A function of the application's has no words here.
        _ => {}
    }
    if field.on_update == Some(Fill::Now) {
        attributes.push("@updatedAt".to_owned());
    }
    attributes
}

fn literal(value: &Value, kind: &str) -> Option<String> {
    let json = value.to_json();
    let text = match (value, kind) {
        (Value::Null, _) => return None,
        (Value::Bool(_) | Value::Int(_) | Value::Float(_), _) => json.to_string(),
        (Value::Decimal(number), "Decimal") => number.to_string(),
        (Value::Json(_) | Value::List(_), _) => quoted(&json.to_string()),
        // A day and a time of day are instants to Prisma.
        (Value::Date(_), "DateTime") => quoted(&format!("{}T00:00:00Z", json.as_str()?)),
        (Value::Time(_), "DateTime") => quoted(&format!("1970-01-01T{}Z", json.as_str()?)),
        _ => quoted(json.as_str()?),
    };
    Some(format!("@default({text})"))
}
