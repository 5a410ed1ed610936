//! The types of entities for tables that others have made: what the driver gives for each column.

use auth_schema::ddl::Engine;
use auth_schema::live::{Held, LiveColumn, LiveSchema};
use auth_schema::{Field, FieldId, FieldType, Model, Schema};
use sea_query::{ColumnType, StringLen};

/// The type of a column, where it is not that of the field.
pub(super) fn form(
    schema: &Schema,
    live: &LiveSchema,
    model: &Model,
    id: FieldId,
    field: &Field,
) -> Option<ColumnType> {
    let column = live.table(model.table())?.column(&field.column)?;
    let kind = column.kind();
    if schema.id_type(model, id).is_some() {
        return Some(of_id(live.engine, &kind));
    }
    match (field.field_type, kind.as_str()) {
        (FieldType::Timestamp, _) => instant(live.engine, column, &kind),
        (FieldType::StringList, "text[]") => Some(ColumnType::Array(ColumnType::Text.into())),
        (FieldType::NumberList, "integer[]") => Some(ColumnType::Array(ColumnType::Integer.into())),
        (FieldType::NumberList, "bigint[]") => Some(ColumnType::Array(ColumnType::BigInteger.into())),
        (FieldType::Integer, "bigint") => Some(ColumnType::BigInteger),
        (FieldType::BigInteger, "integer") if live.engine == Engine::Postgres => Some(ColumnType::Integer),
        (FieldType::BigInteger, "int") => Some(ColumnType::Integer),
        _ => None,
    }
}

fn of_id(engine: Engine, kind: &str) -> ColumnType {
    match kind {
        "uuid" => ColumnType::Uuid,
        "bigint" => ColumnType::BigInteger,
        "integer" | "int" if engine == Engine::Sqlite => ColumnType::BigInteger,
        "integer" | "int" => ColumnType::Integer,
        _ => ColumnType::String(StringLen::None),
    }
}

/// SQLite's milliseconds are numbers to a driver, and PostgreSQL's instants without a zone have none.
fn instant(engine: Engine, column: &LiveColumn, kind: &str) -> Option<ColumnType> {
    let counted = kind.starts_with("int") || kind == "bigint";
    match engine {
        Engine::Postgres if kind == "timestamp without time zone" => Some(ColumnType::DateTime),
        Engine::Sqlite if column.holds == [Held::Integers] || (column.holds.is_empty() && counted) => {
            Some(ColumnType::BigInteger)
        }
        _ => None,
    }
}
