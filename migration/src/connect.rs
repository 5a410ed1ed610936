//! A connection that is fit for migrating, from a URL.

use std::time::Duration;

use sea_orm_migration::DbErr;
use sea_orm_migration::sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sea_orm_migration::sea_orm::{ConnectOptions, Database, DatabaseConnection};
use tokio::time::sleep;

use crate::MigrationError;
use crate::error::is_contention;

/// Connects to `sqlite:FILE`, `sqlite://FILE`, `sqlite::memory:`, `postgres://…`, `mysql://…` or `mariadb://…`.
///
/// A SQLite file is created when it is missing, unless the URL has a `mode` of its own; it is put into WAL mode and
/// waits 10 s for another writer. A server is waited for up to 8 s.
///
/// # Errors
/// [`MigrationError::UnsupportedUrl`] and [`MigrationError::Unreachable`]; neither holds the URL's password.
pub async fn connect(url: &str) -> Result<DatabaseConnection, MigrationError> {
    let Some(options) = options(url) else {
        return Err(MigrationError::UnsupportedUrl { target: without_credentials(url) });
    };
    let unreachable = |source| MigrationError::Unreachable { target: without_credentials(url), source };
    open(options).await.map_err(unreachable)
}

/// Two processes that put a new SQLite file into WAL mode at once are in each other's way, and SQLite does not wait
/// there by itself.
async fn open(options: ConnectOptions) -> Result<DatabaseConnection, DbErr> {
    let mut retries = 50_u8;
    loop {
        match Database::connect(options.clone()).await {
            Err(error) if retries > 0 && is_contention(&error) => retries -= 1,
            answer => return answer,
        }
        sleep(Duration::from_millis(100)).await;
    }
}

fn options(url: &str) -> Option<ConnectOptions> {
    let (scheme, rest) = url.split_once(':')?;
    let mut options = match scheme {
        "sqlite" => sqlite(url),
        "postgres" | "postgresql" | "mysql" => server(url.to_owned()),
        "mariadb" => server(format!("mysql:{rest}")),
        _ => return None,
    };
    options.sqlx_logging(false).acquire_timeout(Duration::from_secs(8));
    Some(options)
}

fn sqlite(url: &str) -> ConnectOptions {
    let own_mode = url.split_once('?').is_some_and(|(_, query)| query.contains("mode="));
    let mut options = ConnectOptions::new(url.to_owned());
    options.max_connections(1).idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
    options.map_sqlx_sqlite_opts(move |sqlite: SqliteConnectOptions| {
        let sqlite = sqlite.foreign_keys(true).busy_timeout(Duration::from_secs(10));
        if own_mode { sqlite } else { sqlite.create_if_missing(true).journal_mode(SqliteJournalMode::Wal) }
    });
    options
}

/// Two connections: one migrates, one renews the lease.
fn server(url: String) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(2);
    options
}

/// The URL for people to read: no user, no password, no parameters.
fn without_credentials(url: &str) -> String {
    let url = url.split_once('?').map_or(url, |(url, _)| url);
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
            format!("{scheme}://{place}")
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::without_credentials;

    #[test]
    fn a_url_is_shown_without_user_password_and_parameters() {
        let cases = [
            ("postgres://me:p@ss@db:5432/app?sslmode=require&password=x", "postgres://db:5432/app"),
            ("mysql://root@127.0.0.1/app", "mysql://127.0.0.1/app"),
            ("sqlite:auth.db", "sqlite:auth.db"),
            ("sqlite://data/auth.db?mode=rw", "sqlite://data/auth.db"),
        ];
        for (url, shown) in cases {
            assert_eq!(without_credentials(url), shown);
        }
    }
}
