//! What a column holds, by the type that its engine declares.

use auth_schema::FieldType;
use auth_schema::ddl::Engine;
use auth_schema::live::{Held, LiveColumn};

/// The field type of a column; `None` for one that the adapter cannot serve.
pub(crate) fn field_type(engine: Engine, column: &LiveColumn) -> Option<FieldType> {
    if column.generated {
        return None;
    }
    let kind = column.kind();
    match engine {
        Engine::Postgres => of_postgres(&kind),
        Engine::Mysql => of_mysql(&kind),
        _ => Some(of_sqlite(&kind, column)),
    }
}

fn of_postgres(kind: &str) -> Option<FieldType> {
    Some(match kind {
        "text" | "character varying" | "character" | "citext" => FieldType::String,
        "boolean" => FieldType::Boolean,
        "integer" => FieldType::Integer,
        "bigint" => FieldType::BigInteger,
        "double precision" => FieldType::Float,
        "numeric" => FieldType::Decimal,
        "timestamp with time zone" | "timestamp without time zone" => FieldType::Timestamp,
        "json" | "jsonb" => FieldType::Json,
        "text[]" => FieldType::StringList,
        "integer[]" | "bigint[]" => FieldType::NumberList,
        "bytea" => FieldType::Bytes,
        "uuid" => FieldType::Uuid,
        "date" => FieldType::Date,
        "time without time zone" => FieldType::Time,
        _ => return None,
    })
}

fn of_mysql(kind: &str) -> Option<FieldType> {
    Some(match kind {
        "varchar" | "char" | "text" | "tinytext" | "mediumtext" | "longtext" | "enum" => FieldType::String,
        "tinyint" => FieldType::Boolean,
        "int" | "int unsigned" => FieldType::Integer,
        "bigint" | "bigint unsigned" => FieldType::BigInteger,
        "double" => FieldType::Float,
        "decimal" => FieldType::Decimal,
        "timestamp" | "datetime" => FieldType::Timestamp,
        "json" => FieldType::Json,
        "binary" | "varbinary" | "blob" | "tinyblob" | "mediumblob" | "longblob" => FieldType::Bytes,
        "uuid" => FieldType::Uuid,
        "date" => FieldType::Date,
        "time" => FieldType::Time,
        _ => return None,
    })
}

/// SQLite stores anything anywhere, and has no dates: who declares one writes an instant.
fn of_sqlite(kind: &str, column: &LiveColumn) -> FieldType {
    match kind {
        "boolean" | "bool" => FieldType::Boolean,
        "bigint" | "int8" => FieldType::BigInteger,
        _ if kind.ends_with("int") || kind == "integer" => FieldType::Integer,
        "double" | "real" | "float" => FieldType::Float,
        "decimal" | "numeric" => FieldType::Decimal,
        "json" | "jsonb" => FieldType::Json,
        "blob" => FieldType::Bytes,
        _ if kind.starts_with("timestamp") || kind.starts_with("date") => FieldType::Timestamp,
        _ if holds_instants(column) => FieldType::Timestamp,
        _ => FieldType::String,
    }
}

fn holds_instants(column: &LiveColumn) -> bool {
    column.holds.contains(&Held::InstantsWithZ) || column.holds.contains(&Held::InstantsWithOffset)
}
