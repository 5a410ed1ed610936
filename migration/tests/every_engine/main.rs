//! The migrations on SQLite, PostgreSQL and MySQL or MariaDB: each test gets a database of its own on each of them.

#![expect(clippy::disallowed_methods, reason = "tests read the servers' addresses and name their databases")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod command_line;
mod foreign_tables;
mod indexes;
mod lease;
mod mysql_tables;
mod support;
mod tables;
mod two_runners;
mod up_and_down;
