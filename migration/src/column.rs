//! The columns of the auth tables in the type that each engine gives them.
//!
//! Released migrations use these: a released form never changes, a new form gets a new name.
//!
//! | form | PostgreSQL | MySQL, MariaDB | SQLite |
//! |---|---|---|---|
//! | `id`, `reference` | `text` | `varchar(64)`, bytewise | `text` |
//! | `key` | `text` | `varchar(255)`, bytewise | `text` |
//! | `short_text` | `text` | `varchar(255)` | `text` |
//! | `text` | `text` | `text` | `text` |
//! | `long_text` | `text` | `mediumtext` | `text` |
//! | `timestamp` | `timestamptz(3)` | `datetime(3)` | `timestamp_with_timezone_text` |
//! | `flag` | `boolean` | `bool` | `boolean` |
//! | `count`, `milliseconds` | `integer`, `bigint` | `int`, `bigint` | `integer` |
//!
//! Bytewise is the collation `utf8mb4_bin`, which MySQL 8 and MariaDB both have: `A` is not `a`. (Like every collation
//! that both have, it ignores spaces at the end.) `datetime(3)` holds UTC: `timestamp` would end in 2038 and follow the
//! session's time zone.

use sea_orm_migration::sea_orm::sea_query::{ColumnDef, ColumnType};
use sea_orm_migration::{SchemaManager, sea_orm::DbBackend};

/// Makes columns for one engine. Every column is NOT NULL unless `optional` is applied to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Columns {
    backend: DbBackend,
}

impl Columns {
    /// Makes columns for the engine of this connection.
    pub(crate) fn of(manager: &SchemaManager<'_>) -> Self {
        Self { backend: manager.get_database_backend() }
    }

    /// The column `id`; the primary key is made of it by the table.
    pub(crate) fn id(self) -> ColumnDef {
        self.reference("id")
    }

    /// The id of another row.
    pub(crate) fn reference(self, name: &'static str) -> ColumnDef {
        self.column(name, "varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", ColumnType::Text)
    }

    /// A text of at most 255 characters that rows are looked up by, exactly as written.
    pub(crate) fn key(self, name: &'static str) -> ColumnDef {
        self.column(name, "varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", ColumnType::Text)
    }

    /// A text of at most 255 characters for people to read and sort by.
    pub(crate) fn short_text(self, name: &'static str) -> ColumnDef {
        self.column(name, "varchar(255)", ColumnType::Text)
    }

    /// A text that nothing is looked up by.
    pub(crate) fn text(self, name: &'static str) -> ColumnDef {
        self.column(name, "text", ColumnType::Text)
    }

    /// A text that may grow beyond 64 KiB, such as a token or a JSON value.
    pub(crate) fn long_text(self, name: &'static str) -> ColumnDef {
        self.column(name, "mediumtext", ColumnType::Text)
    }

    /// An instant, with milliseconds.
    pub(crate) fn timestamp(self, name: &'static str) -> ColumnDef {
        let elsewhere = match self.backend {
            // Instants are read with milliseconds: a finer one would be told apart by the database alone.
            DbBackend::Postgres => ColumnType::custom("timestamp(3) with time zone"),
            _ => ColumnType::TimestampWithTimeZone,
        };
        self.column(name, "datetime(3)", elsewhere)
    }

    /// Yes or no.
    pub(crate) fn flag(self, name: &'static str) -> ColumnDef {
        self.column(name, "bool", ColumnType::Boolean)
    }

    /// A small number.
    pub(crate) fn count(self, name: &'static str) -> ColumnDef {
        self.column(name, "int", ColumnType::Integer)
    }

    /// An instant as milliseconds since 1970, 64 bits.
    pub(crate) fn milliseconds(self, name: &'static str) -> ColumnDef {
        self.column(name, "bigint", ColumnType::BigInteger)
    }

    fn column(self, name: &'static str, mysql: &'static str, elsewhere: ColumnType) -> ColumnDef {
        let column_type = match self.backend {
            DbBackend::MySql => ColumnType::custom(mysql),
            _ => elsewhere,
        };
        ColumnDef::new_with_type(name, column_type).not_null().take()
    }
}

/// Lets a column be NULL.
pub(crate) fn optional(mut column: ColumnDef) -> ColumnDef {
    column.null().take()
}
