//! The statements of the index for full-text search.

use sea_orm_migration::sea_orm::DbBackend;

/// A table whose rows are searched by words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchedTable<'a> {
    /// The table.
    pub table: &'a str,
    /// Its column of ids.
    pub id: &'a str,
    /// Its column of names.
    pub name: &'a str,
    /// Its column of addresses.
    pub email: &'a str,
}

/// The statements that create it, each of which may be run again.
pub fn create(engine: DbBackend, of: &SearchedTable<'_>) -> Vec<String> {
    let SearchedTable { table, id, name, email } = of;
    match engine {
        DbBackend::Postgres => vec![format!(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS \"{table}_search_idx\" ON \"{table}\" USING gin \
             (to_tsvector('simple', \"{name}\" || ' ' || \"{email}\"))"
        )],
        // One index takes columns of one collation, and an address is compared bytewise.
        DbBackend::MySql => {
            vec![format!("CREATE FULLTEXT INDEX `{table}_search_idx` ON `{table}` (`{name}`)")]
        }
        _ => vec![format!("CREATE TABLE IF NOT EXISTS \"{table}_search\" (\"{id}\" text)")],
    }
}

/// The statements that drop it, each of which may be run again.
pub fn drop(engine: DbBackend, of: &SearchedTable<'_>) -> Vec<String> {
    let table = of.table;
    match engine {
        DbBackend::Postgres => vec![format!("DROP INDEX CONCURRENTLY IF EXISTS \"{table}_search_idx\"")],
        DbBackend::MySql => vec![format!("DROP INDEX `{table}_search_idx` ON `{table}`")],
        _ => vec![format!("DROP TABLE IF EXISTS \"{table}_search\"")],
    }
}
