//! Chooses the form from the field's type and the column's.

use auth_schema::FieldType;
use auth_schema::live::Held;
use sea_orm::DbBackend;

use super::Storage;

impl Storage {
    /// Chooses the form for a field in a column of a live type (lower case, without length) and, on SQLite, with values of
    /// these forms. `None`: the column cannot hold the field.
    pub(in super::super) fn choose(
        field_type: FieldType,
        backend: DbBackend,
        live: &str,
        holds: &[Held],
    ) -> Option<Self> {
        match backend {
            DbBackend::Postgres => Self::choose_postgres(field_type, live),
            DbBackend::MySql => Self::choose_mysql(field_type, live),
            _ if field_type == FieldType::Timestamp => Some(Self::choose_sqlite_instant(live, holds)),
            _ => Some(Self::choose_sqlite(field_type, live)),
        }
    }

    /// Chooses the form for an id, or a reference to one.
    pub(in super::super) fn choose_id(backend: DbBackend, live: &str) -> Option<Self> {
        Some(match (backend, live) {
            (DbBackend::Sqlite, _) if live.contains("int") => Self::IdBigInteger,
            (DbBackend::Sqlite, "uuid_text" | "blob")
            | (DbBackend::Postgres, "uuid")
            | (DbBackend::MySql, "binary") => Self::IdUuid,
            (DbBackend::Sqlite, _) | (DbBackend::MySql, "uuid") => Self::Text,
            (DbBackend::Postgres, "integer") => Self::IdInteger,
            (_, "bigint") | (DbBackend::MySql, "int") => Self::IdBigInteger,
            (DbBackend::MySql, "int unsigned" | "bigint unsigned") => Self::IdUnsigned,
            _ => Self::choose(FieldType::String, backend, live, &[])?,
        })
    }

    fn choose_postgres(field_type: FieldType, live: &str) -> Option<Self> {
        Some(match (field_type, live) {
            (FieldType::String, "text" | "character varying" | "character" | "citext") => Self::Text,
            (FieldType::Integer | FieldType::BigInteger, "integer") => Self::Integer,
            (FieldType::Integer | FieldType::BigInteger, "bigint") => Self::BigInteger,
            (FieldType::Float, "double precision") => Self::Float,
            (FieldType::Decimal, "numeric") => Self::Decimal,
            (FieldType::Boolean, "boolean") => Self::Boolean,
            (FieldType::Timestamp, "timestamp with time zone") => Self::Timestamp,
            (FieldType::Timestamp, "timestamp without time zone") => Self::TimestampWithoutZone,
            (FieldType::Json, "json" | "jsonb") => Self::Json,
            (FieldType::StringList | FieldType::NumberList, "json" | "jsonb") => Self::List,
            // Drizzle and Prisma make lists of the engine's own kind.
            (FieldType::StringList, "text[]") => Self::TextArray,
            (FieldType::NumberList, "integer[]") => Self::IntegerArray,
            (FieldType::NumberList, "bigint[]") => Self::BigIntegerArray,
            (FieldType::Bytes, "bytea") => Self::Bytes,
            (FieldType::Uuid, "uuid") => Self::Uuid,
            (FieldType::Uuid, "text" | "character varying" | "character") => Self::UuidText,
            (FieldType::Date, "date") => Self::Date,
            (FieldType::Time, "time without time zone") => Self::Time,
            _ => return None,
        })
    }

    fn choose_mysql(field_type: FieldType, live: &str) -> Option<Self> {
        let text = matches!(live, "varchar" | "char" | "text" | "tinytext" | "mediumtext" | "longtext");
        let text = text || (live == "enum" && field_type == FieldType::String);
        let bytes = matches!(live, "binary" | "varbinary" | "blob" | "tinyblob" | "mediumblob" | "longblob");
        Some(match (field_type, live) {
            (FieldType::String, _) if text => Self::Text,
            (FieldType::Integer | FieldType::BigInteger, "int") => Self::Integer,
            (FieldType::Integer | FieldType::BigInteger, "bigint") => Self::BigInteger,
            (FieldType::Integer | FieldType::BigInteger, "int unsigned" | "bigint unsigned") => {
                Self::Unsigned
            }
            (FieldType::Float, "double") => Self::Float,
            (FieldType::Decimal, "decimal") => Self::Decimal,
            (FieldType::Boolean, "tinyint") => Self::Boolean,
            (FieldType::Timestamp, "timestamp") => Self::TimestampUntil2038,
            // Bound as a zoned instant, `datetime` would end where MySQL's `timestamp` does, in 2038.
            (FieldType::Timestamp, "datetime") => Self::TimestampWithoutZone,
            (FieldType::Json, "json") => Self::Json,
            (FieldType::Json, _) if text => Self::JsonText,
            (FieldType::StringList | FieldType::NumberList, "json") => Self::List,
            (FieldType::StringList | FieldType::NumberList, _) if text => Self::ListText,
            (FieldType::Uuid, "binary") => Self::Uuid,
            (FieldType::Uuid, _) if text || live == "uuid" => Self::UuidText,
            (FieldType::Bytes, _) if bytes => Self::Bytes,
            (FieldType::Date, "date") => Self::Date,
            (FieldType::Time, "time") => Self::Time,
            _ => return None,
        })
    }

    /// What stands in the column decides, its declared type only while it is empty. Kysely declares `date` and writes text,
    /// Drizzle `integer` and writes milliseconds, Prisma `datetime` and writes text with an offset unless it is told to
    /// write milliseconds.
    fn choose_sqlite_instant(live: &str, holds: &[Held]) -> Self {
        let counted = live.starts_with("int") || live == "bigint";
        // A stray text in a column of numbers makes it no column of texts.
        if counted && holds.contains(&Held::Integers) {
            return Self::TimestampMillis;
        }
        if holds.contains(&Held::InstantsWithZ) {
            return Self::TimestampText;
        }
        if holds.contains(&Held::InstantsWithOffset) {
            return Self::TimestampOffsetText;
        }
        match (holds.first(), live) {
            (Some(Held::Integers), _) => Self::TimestampMillis,
            (None, _) if counted => Self::TimestampMillis,
            (None, "datetime") => Self::TimestampOffsetText,
            _ => Self::TimestampText,
        }
    }

    /// SQLite stores anything anywhere; what has two forms is told apart by the declared type.
    fn choose_sqlite(field_type: FieldType, live: &str) -> Self {
        let text = live.contains("text") || live.contains("char");
        match field_type {
            FieldType::Integer | FieldType::BigInteger => Self::BigInteger,
            FieldType::Float => Self::Float,
            FieldType::Decimal if text => Self::DecimalText,
            FieldType::Decimal => Self::DecimalFloat,
            FieldType::Boolean => Self::Boolean,
            FieldType::Json => Self::JsonText,
            FieldType::StringList | FieldType::NumberList => Self::ListText,
            FieldType::Bytes => Self::Bytes,
            // The driver's own form of a UUID is its 16 bytes, also in a column that is called `uuid_text`.
            FieldType::Uuid if live == "uuid_text" || !text => Self::Uuid,
            FieldType::Uuid => Self::UuidText,
            FieldType::Date => Self::Date,
            FieldType::Time => Self::Time,
            _ => Self::Text,
        }
    }
}
