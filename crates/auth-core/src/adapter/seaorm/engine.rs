//! Which engine is behind a connection, and how its dialect differs.

use sea_orm::{DatabaseConnection, DbBackend};

use super::error;
use super::pool::Pool;
use crate::adapter::{AdapterError, Capabilities};

/// The server behind a connection, as it introduces itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Server {
    /// `SQLite`, `PostgreSQL`, `MySQL` or `MariaDB`.
    pub engine: &'static str,
    /// Its version: `15.18`.
    pub version: String,
}

/// Asks the server what it is. One round trip.
///
/// # Errors
///
/// [`AdapterError::Unavailable`] when it does not answer.
pub async fn server(connection: &DatabaseConnection) -> Result<Server, AdapterError> {
    let pool = Pool::plain(connection.clone());
    let version = version(&pool).await?;
    let engine = match pool.backend() {
        DbBackend::Postgres => "PostgreSQL",
        DbBackend::MySql if version.contains("MariaDB") => "MariaDB",
        DbBackend::MySql => "MySQL",
        _ => "SQLite",
    };
    let version = version.split([' ', '-']).next().unwrap_or_default().to_owned();
    Ok(Server { engine, version })
}

/// The engine behind a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Engine {
    pub(super) backend: DbBackend,
    /// As OpenTelemetry has it in `db.system.name`.
    pub(super) name: &'static str,
    pub(super) capabilities: Capabilities,
}

impl Engine {
    /// Asks the server what it is; SQLite and PostgreSQL are known without a question.
    pub(super) async fn detect(pool: &Pool) -> Result<Self, AdapterError> {
        let backend = pool.backend();
        let mariadb = backend == DbBackend::MySql && version(pool).await?.contains("MariaDB");
        let name = match backend {
            DbBackend::Postgres => "postgresql",
            DbBackend::MySql if mariadb => "mariadb",
            DbBackend::MySql => "mysql",
            _ => "sqlite",
        };
        Ok(Self { backend, name, capabilities: capabilities(backend, mariadb) })
    }

    /// The quotation mark around names.
    pub(super) fn quote(self) -> char {
        if self.backend == DbBackend::MySql { '`' } else { '"' }
    }

    /// Locks the rows that a `SELECT` inside a transaction reads; SQLite locks the whole database instead.
    pub(super) fn lock_clause(self) -> &'static str {
        if self.backend == DbBackend::Sqlite { "" } else { " FOR UPDATE" }
    }

    /// The limit that means none, where `OFFSET` requires one.
    pub(super) fn unlimited(self) -> Option<&'static str> {
        match self.backend {
            DbBackend::Sqlite => Some("-1"),
            DbBackend::MySql => Some("18446744073709551615"),
            _ => None,
        }
    }
}

async fn version(pool: &Pool) -> Result<String, AdapterError> {
    let question = match pool.backend() {
        DbBackend::Postgres => "SHOW server_version",
        DbBackend::MySql => "SELECT VERSION()",
        _ => "SELECT sqlite_version()",
    };
    let row = pool.one(&question.into(), Vec::new()).await;
    let row = row.map_err(|failure| error::classify(failure, "detect", None))?;
    let text = row.map_or(Ok(String::new()), |row| row.try_get_by_index(0));
    text.map_err(|failure| error::classify(failure, "detect", None))
}

fn capabilities(backend: DbBackend, mariadb: bool) -> Capabilities {
    let server = backend != DbBackend::Sqlite;
    let returning = backend != DbBackend::MySql;
    Capabilities {
        insert_returning: returning || mariadb,
        delete_returning: returning || mariadb,
        update_returning: returning,
        skip_locked: server,
        case_sensitive: backend == DbBackend::Postgres,
        transactions: true,
        single_writer: !server,
    }
}
