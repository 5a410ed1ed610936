//! SQLite: a file in WAL mode, foreign keys on, a busy timeout on every connection.

use std::time::Duration;

use sea_orm::ConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};

use crate::config::DatabaseConfig;

pub(super) fn configure(config: &DatabaseConfig, options: &mut ConnectOptions) {
    let sqlite = config.sqlite.clone();
    if config.is_in_memory() {
        // The database lives as long as its connection.
        options.idle_timeout(None::<Duration>).max_lifetime(None::<Duration>).min_connections(1);
    }
    options.map_sqlx_sqlite_opts(move |driver| {
        let journal = if sqlite.wal { SqliteJournalMode::Wal } else { SqliteJournalMode::Delete };
        driver
            .create_if_missing(true)
            .journal_mode(journal)
            .synchronous(if sqlite.wal { SqliteSynchronous::Normal } else { SqliteSynchronous::Full })
            .busy_timeout(sqlite.busy_timeout)
            .foreign_keys(sqlite.foreign_keys)
    });
}
