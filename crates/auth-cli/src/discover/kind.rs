//! What a column holds, by the type that its engine declares.

use auth_schema::FieldType;
use auth_schema::ddl::Engine;
use auth_schema::live::{Held, LiveColumn};

/// The field type of a column.
pub(super) fn field_type(engine: Engine, column: &LiveColumn) -> FieldType {
    let kind = column.kind();
    let kind = kind.trim_end_matches(" unsigned");
    if column.declared.eq_ignore_ascii_case("tinyint(1)") {
        return FieldType::Boolean;
    }
    match kind {
        "boolean" | "bool" => FieldType::Boolean,
        "bigint" | "int8" => FieldType::BigInteger,
        _ if kind.ends_with("[]") && kind.starts_with("text") => FieldType::StringList,
        _ if kind.ends_with("[]") => FieldType::NumberList,
        _ if kind.ends_with("int") || kind == "integer" => FieldType::Integer,
        "double" | "double precision" | "real" | "float" => FieldType::Float,
        "decimal" | "numeric" => FieldType::Decimal,
        "json" | "jsonb" => FieldType::Json,
        "uuid" => FieldType::Uuid,
        "bytea" | "blob" | "longblob" | "mediumblob" | "tinyblob" | "binary" | "varbinary" => {
            FieldType::Bytes
        }
        // SQLite has no dates: who declares one writes an instant.
        "date" if engine != Engine::Sqlite => FieldType::Date,
        "time" | "time without time zone" => FieldType::Time,
        _ if kind.starts_with("timestamp") || kind.starts_with("date") => FieldType::Timestamp,
        _ if holds_instants(column) => FieldType::Timestamp,
        _ => FieldType::String,
    }
}

fn holds_instants(column: &LiveColumn) -> bool {
    column.holds.contains(&Held::InstantsWithZ) || column.holds.contains(&Held::InstantsWithOffset)
}
