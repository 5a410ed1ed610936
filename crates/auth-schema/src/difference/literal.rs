//! Defaults as literals of an engine: what rows that are there get in a new column.

use time::macros::format_description;

use crate::ddl::Engine;
use crate::field::{Field, FieldType};
use crate::rule::Fill;
use crate::value::Value;

/// Whether the default of a field can stand in a statement.
pub(super) fn has_literal(field: &Field) -> bool {
    match &field.default {
        Some(Fill::Now) => field.field_type == FieldType::Timestamp,
        Some(Fill::Value(value)) => literal(value, Engine::Sqlite, "text").is_some(),
        _ => false,
    }
}

/// What follows the word `DEFAULT`; `kind` is the column's type.
pub(super) fn default(field: &Field, engine: Engine, kind: &str) -> Option<String> {
    match field.default.as_ref()? {
        Fill::Now => Some(now(engine, kind)),
        Fill::Value(value) => {
            let literal = literal(value, engine, kind)?;
            // MySQL takes a default of its long types as an expression only; SQLite takes no expression here.
            let long = kind.contains("text") || kind.contains("blob") || kind.contains("json");
            Some(if engine == Engine::Mysql && long { format!("({literal})") } else { literal })
        }
        Fill::Function(_) => None,
    }
}

/// The time, in UTC where the column keeps no zone; on SQLite, which takes no function here, the beginning of time as its other
/// clients write it.
fn now(engine: Engine, kind: &str) -> String {
    let zoneless =
        kind.contains("timestamp") && !kind.contains("with time zone") && !kind.contains("timestamptz");
    match engine {
        Engine::Postgres if zoneless => "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')".to_owned(),
        Engine::Postgres => "CURRENT_TIMESTAMP".to_owned(),
        Engine::Mysql if kind.contains("datetime") => format!("(UTC_TIMESTAMP({}))", precision(kind)),
        // MySQL converts the instants of this type itself.
        Engine::Mysql => match precision(kind) {
            "" => "CURRENT_TIMESTAMP".to_owned(),
            digits => format!("CURRENT_TIMESTAMP({digits})"),
        },
        Engine::Sqlite if kind.contains("int") => "0".to_owned(),
        // As Prisma writes it.
        Engine::Sqlite if kind.contains("datetime") => "'1970-01-01T00:00:00.000+00:00'".to_owned(),
        Engine::Sqlite => "'1970-01-01T00:00:00.000Z'".to_owned(),
    }
}

/// The number in `datetime(3)`, or nothing.
fn precision(kind: &str) -> &str {
    let digits = kind.split_once("time(").or_else(|| kind.split_once("timestamp("));
    digits.and_then(|(_, rest)| rest.split(')').next()).unwrap_or_default().trim()
}

fn literal(value: &Value, engine: Engine, kind: &str) -> Option<String> {
    Some(match value {
        Value::Bool(truth) if engine == Engine::Postgres => truth.to_string().to_uppercase(),
        Value::Bool(truth) => u8::from(*truth).to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) if number.is_finite() => number.to_string(),
        Value::Decimal(number) if kind.contains("text") => text(&number.normalize().to_string(), engine),
        Value::Decimal(number) => number.to_string(),
        Value::Text(value) => text(value, engine),
        Value::Uuid(uuid) => text(&uuid.to_string(), engine),
        Value::Timestamp(instant) if engine == Engine::Sqlite && kind.contains("int") => {
            (instant.unix_timestamp_nanos() / 1_000_000).to_string()
        }
        Value::Timestamp(instant) if engine == Engine::Mysql => {
            let format =
                format_description!("[year]-[month]-[day] [hour]:[minute]:[second].[subsecond digits:3]");
            text(&instant.to_offset(time::UtcOffset::UTC).format(format).ok()?, engine)
        }
        Value::Date(_) | Value::Time(_) | Value::Timestamp(_) => text(value.to_json().as_str()?, engine),
        Value::Json(_) | Value::List(_) => text(&value.to_json().to_string(), engine),
        _ => return None,
    })
}

fn text(value: &str, engine: Engine) -> String {
    let value = if engine == Engine::Mysql { value.replace('\\', "\\\\") } else { value.to_owned() };
    format!("'{}'", value.replace('\'', "''"))
}
