//! What `auth generate entity --from-database` makes of each database in `tests/databases`, committed as it comes: a test
//! generates it anew and compares. Databases whose entities are the same share a module.

#[rustfmt::skip]
#[path = "drizzle_mysql/lib.rs"]
pub mod drizzle_mysql;
#[rustfmt::skip]
#[path = "drizzle_postgres/lib.rs"]
pub mod drizzle_postgres;
#[rustfmt::skip]
#[path = "drizzle_sqlite/lib.rs"]
pub mod drizzle_sqlite;
/// Kysely on every engine, with UUIDs where the engine has none, and Prisma on SQLite and MySQL.
#[rustfmt::skip]
#[path = "kysely/lib.rs"]
pub mod kysely;
/// Numbered ids on PostgreSQL and MySQL.
#[rustfmt::skip]
#[path = "kysely_serial/lib.rs"]
pub mod kysely_serial;
#[rustfmt::skip]
#[path = "kysely_serial_sqlite/lib.rs"]
pub mod kysely_serial_sqlite;
#[rustfmt::skip]
#[path = "kysely_snake/lib.rs"]
pub mod kysely_snake;
#[rustfmt::skip]
#[path = "kysely_uuid_postgres/lib.rs"]
pub mod kysely_uuid_postgres;
#[rustfmt::skip]
#[path = "prisma_postgres/lib.rs"]
pub mod prisma_postgres;
