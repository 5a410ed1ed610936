//! The type of a field in Prisma's words, and the one that the DDL gives its column.

use auth_schema::ddl::{ColumnPlan, Engine};
use auth_schema::{FieldType, IdStrategy, IdType, Model};

/// Prisma's type, and the engine's where it is not the one that Prisma takes by itself.
pub(super) fn kind(column: &ColumnPlan<'_>, engine: Engine) -> (&'static str, Option<String>) {
    let native = |kind, native: &str| (kind, Some(native.to_owned()));
    match (column.id_type, engine) {
        (Some(IdType::Integer), _) => return ("BigInt", None),
        (Some(IdType::Uuid), Engine::Postgres) => return native("String", "Uuid"),
        (Some(_), Engine::Mysql) => return native("String", "VarChar(64)"),
        (Some(_), _) => return ("String", None),
        (None, _) => {}
    }
    match (column.field.field_type, engine) {
        (FieldType::String, Engine::Mysql) => ("String", Some(text(&column.sql_type))),
        (FieldType::Integer, _) => ("Int", None),
        (FieldType::BigInteger, _) => ("BigInt", None),
        (FieldType::Float, _) => ("Float", None),
        (FieldType::Boolean, _) => ("Boolean", None),
        (FieldType::Timestamp, Engine::Postgres) => native("DateTime", "Timestamptz(3)"),
        (FieldType::Timestamp, Engine::Mysql) => native("DateTime", "DateTime(3)"),
        (FieldType::Timestamp, _) => ("DateTime", None),
        (FieldType::Decimal, Engine::Postgres) => native("Decimal", "Decimal"),
        (FieldType::Decimal, Engine::Mysql) => native("Decimal", "Decimal(38, 12)"),
        (FieldType::Bytes, Engine::Mysql) => native("Bytes", "LongBlob"),
        (FieldType::Bytes, _) => ("Bytes", None),
        (FieldType::Uuid, Engine::Postgres) => native("String", "Uuid"),
        (FieldType::Uuid, Engine::Mysql) => native("String", "Char(36)"),
        (FieldType::Date, Engine::Postgres | Engine::Mysql) => native("DateTime", "Date"),
        (FieldType::Time, Engine::Postgres | Engine::Mysql) => native("DateTime", "Time(6)"),
        (FieldType::Json | FieldType::StringList | FieldType::NumberList, Engine::Postgres) => ("Json", None),
        // Better Auth's adapter hands JSON over as text; as `Json` it would be a text inside JSON.
        (FieldType::Json | FieldType::StringList | FieldType::NumberList, Engine::Mysql) => {
            native("String", "LongText")
        }
        _ => ("String", None),
    }
}

/// Who makes the id, if not Better Auth.
pub(super) fn made(model: &Model, engine: Engine) -> Option<&'static str> {
    Some(match (model.ids(), engine) {
        (IdStrategy::Serial, _) => "@default(autoincrement())",
        (IdStrategy::UuidV4, _) => "@default(uuid())",
        (IdStrategy::UuidV7, _) => "@default(uuid(7))",
        (IdStrategy::NanoId, _) => "@default(nanoid())",
        (IdStrategy::Cuid2, _) => "@default(cuid(2))",
        (IdStrategy::Database(IdType::Uuid), Engine::Postgres) => {
            "@default(dbgenerated(\"gen_random_uuid()\"))"
        }
        (IdStrategy::Database(_), Engine::Postgres) => "@default(dbgenerated(\"(gen_random_uuid())::text\"))",
        (IdStrategy::Database(_), Engine::Mysql) => "@default(dbgenerated(\"(uuid())\"))",
        (IdStrategy::Database(_), _) => "@default(dbgenerated(\"(lower(hex(randomblob(16))))\"))",
        _ => return None,
    })
}

/// A text on MySQL, bounded as the DDL bounds it.
fn text(sql_type: &str) -> String {
    let kind = sql_type.split(' ').next().unwrap_or_default();
    match kind.strip_prefix("varchar") {
        Some(length) => format!("VarChar{length}"),
        None if kind == "mediumtext" => "MediumText".to_owned(),
        None => "Text".to_owned(),
    }
}
