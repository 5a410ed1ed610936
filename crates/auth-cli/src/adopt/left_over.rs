//! The models as their tables are: columns that no field claims are part of a row that goes, so a backup must read them; fields
//! that have no column yet are added when the cases are done.

use auth_schema::ddl::Engine;
use auth_schema::live::{LiveColumn, LiveTable};
use auth_schema::{Field, FieldType, Model, Schema, SchemaError, same_name};

/// A model as it is worked on: with a field for every column of its table, and without anything unique, because that is what its
/// rows are not yet. The columns whose type is not known are told by name.
pub(super) fn whole(
    model: &Model,
    table: &LiveTable,
    engine: Engine,
) -> Result<(Model, Vec<String>), SchemaError> {
    // The adapter tells which of the core fields lack a column.
    let core = Schema::core();
    let needed =
        core.find(model.name()).and_then(|id| core.model(id)).map_or(0, |model| model.fields().len());
    let is_there = |field: &Field| table.column(&field.column).is_some();
    let present = model.fields().iter().enumerate().skip(1);
    let present = present.filter(|(position, field)| *position < needed || is_there(field));
    let mut fields: Vec<Field> = present.map(|(_, field)| field.clone()).collect();
    for field in &mut fields {
        field.unique = false;
    }
    let mut unreadable = Vec::new();
    let claimed = |column: &LiveColumn| model.fields().iter().any(|field| field.column == column.name);
    for (number, column) in table.columns.iter().filter(|column| !claimed(column)).enumerate() {
        let meets = fields.iter().any(|field| same_name(&field.column, &column.name));
        match field_type(engine, column).filter(|_| !meets) {
            Some(kind) => {
                let mut field = Field::new(format!("left_over_{number}"), kind).column(column.name.clone());
                field.required = column.required && !column.has_default;
                fields.push(field);
            }
            None => unreadable.push(column.name.clone()),
        }
    }
    let whole = Model::new(model.name(), model.table(), fields)?.with_ids(model.ids().clone());
    Ok((whole, unreadable))
}

/// A type of field that reads what stands in a column.
fn field_type(engine: Engine, column: &LiveColumn) -> Option<FieldType> {
    if column.generated {
        return None;
    }
    let kind = column.kind();
    Some(match (engine, kind.as_str()) {
        (Engine::Sqlite, kind) => sqlite_type(kind),
        (Engine::Postgres, "text" | "character varying" | "character" | "citext")
        | (Engine::Mysql, "varchar" | "char" | "text" | "tinytext" | "mediumtext" | "longtext" | "enum") => {
            FieldType::String
        }
        (Engine::Postgres, "integer" | "bigint")
        | (Engine::Mysql, "int" | "bigint" | "int unsigned" | "bigint unsigned") => FieldType::BigInteger,
        (Engine::Postgres, "boolean") | (Engine::Mysql, "tinyint") => FieldType::Boolean,
        (Engine::Postgres, "timestamp with time zone" | "timestamp without time zone")
        | (Engine::Mysql, "timestamp" | "datetime") => FieldType::Timestamp,
        (Engine::Postgres, "json" | "jsonb") | (Engine::Mysql, "json") => FieldType::Json,
        (Engine::Postgres, "double precision") | (Engine::Mysql, "double") => FieldType::Float,
        (Engine::Postgres, "numeric") | (Engine::Mysql, "decimal") => FieldType::Decimal,
        (Engine::Postgres, "uuid") => FieldType::Uuid,
        (Engine::Postgres, "bytea") | (Engine::Mysql, "blob" | "mediumblob" | "longblob" | "varbinary") => {
            FieldType::Bytes
        }
        (Engine::Postgres, "text[]") => FieldType::StringList,
        (Engine::Postgres | Engine::Mysql, "date") => FieldType::Date,
        _ => return None,
    })
}

/// SQLite's types say little: what stands there in another form fails the reading, and nothing is written then.
fn sqlite_type(kind: &str) -> FieldType {
    if kind.contains("int") {
        FieldType::BigInteger
    } else if kind.contains("bool") {
        FieldType::Boolean
    } else if kind.contains("date") || kind.contains("time") {
        FieldType::Timestamp
    } else if kind.contains("blob") {
        FieldType::Bytes
    } else if kind.contains("real") || kind.contains("floa") || kind.contains("doub") {
        FieldType::Float
    } else {
        FieldType::String
    }
}
