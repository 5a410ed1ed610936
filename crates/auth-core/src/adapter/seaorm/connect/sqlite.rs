//! SQLite: a file in WAL mode, foreign keys on, a busy timeout on every connection.

use std::time::Duration;

use sea_orm::ConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};

use crate::config::DatabaseConfig;

/// Creates a database file that is not there for its owner alone: it holds tokens of sessions. The driver would create it for
/// everybody. What fails here fails again in the driver, which says why.
#[cfg(unix)]
pub(super) fn create_private(config: &DatabaseConfig) {
    use std::os::unix::fs::OpenOptionsExt;

    let Some(file) = config.url.expose().strip_prefix("sqlite:").filter(|_| !config.is_in_memory()) else {
        return;
    };
    let file = file.strip_prefix("//").unwrap_or(file).split('?').next().unwrap_or_default();
    if !file.is_empty() {
        let _ = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    }
}

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

/// As [`configure`], but for what the file itself would remember; `query_only` refuses what writes.
pub(super) fn configure_to_examine(config: &DatabaseConfig, options: &mut ConnectOptions) {
    let sqlite = config.sqlite.clone();
    options.map_sqlx_sqlite_opts(move |driver| {
        driver
            .create_if_missing(false)
            .synchronous(if sqlite.wal { SqliteSynchronous::Normal } else { SqliteSynchronous::Full })
            .busy_timeout(sqlite.busy_timeout)
            .foreign_keys(sqlite.foreign_keys)
            .pragma("query_only", "ON")
    });
}
