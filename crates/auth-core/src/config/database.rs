//! How to reach the database.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use super::PoolerMode;
use crate::adapter::AdapterError;
use crate::domain::Secret;

/// Connection, pool and session settings. Every duration is a [`Duration`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DatabaseConfig {
    /// `sqlite:PATH`, `sqlite::memory:`, `postgres://USER:PASSWORD@HOST:PORT/NAME`, `mysql://…`. `Debug` does
    /// not show it: it may hold a password.
    pub url: Secret,
    /// Most connections at once. Default 10; SQLite in memory always has 1. Too low: requests wait; too high:
    /// the server's own limit is reached and its memory spent.
    pub max_connections: u32,
    /// Connections that are kept open while idle. Default 0: opened on demand. More: the first requests after
    /// a quiet time are faster.
    pub min_connections: u32,
    /// How long one connection may take to be made. Default 5 s.
    pub connect_timeout: Duration,
    /// How long a request waits for a free connection before it fails. Default 5 s. Too high: requests pile up
    /// behind a dead database.
    pub acquire_timeout: Duration,
    /// How long an idle connection is kept. Default 10 min. Too low: connections churn.
    pub idle_timeout: Duration,
    /// How long a connection lives at all. Default 30 min. Longer than a firewall's or proxy's limit: requests
    /// meet dead connections.
    pub max_lifetime: Duration,
    /// A connection that was idle for so long is pinged before it is used. Default 30 s. Zero pings at every
    /// use, which costs a round trip each time.
    pub ping_after_idle: Duration,
    /// The server ends a statement that takes longer. Default 30 s; `None`: never. SQLite has no such limit.
    pub statement_timeout: Option<Duration>,
    /// The name under which PostgreSQL lists the connection. Default `auth`.
    pub application_name: String,
    /// Whether the connection is encrypted and the server verified. `None`: as the URL says, else the driver's
    /// default (encrypt if offered, verify nothing). Use [`TlsMode::VerifyFull`] across a network.
    pub tls: Option<TlsMode>,
    /// A file with the certificates of the authority that signed the server's. Default: the public ones.
    pub tls_ca_file: Option<PathBuf>,
    /// PostgreSQL schema that holds the tables. Default: the user's `search_path`.
    pub schema: Option<String>,
    /// Whether a pooler gives each transaction another server connection. Default: no. The adapter must be told as well:
    /// [`crate::adapter::seaorm::SeaOrmAdapterBuilder::pooler`].
    pub pooler: PoolerMode,
    /// How long [`crate::connect`] keeps trying a server that does not answer. Default 10 s; zero: one try.
    pub connect_retry_for: Duration,
    /// SQLite only.
    pub sqlite: SqliteConfig,
}

/// Settings of SQLite, made on every connection.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SqliteConfig {
    /// Write-ahead log: readers and the writer do not block each other. Default true. A file system without
    /// shared memory (some network mounts) needs false.
    pub wal: bool,
    /// How long a writer waits for another. Default 5 s. Too low: busy errors under load.
    pub busy_timeout: Duration,
    /// Enforces foreign keys: sessions and accounts go with their user. Default true.
    pub foreign_keys: bool,
}

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsMode {
    /// Never.
    Disable,
    /// If the server offers it.
    Prefer,
    /// Always; the server is not verified.
    Require,
    /// Always; its certificate is verified.
    VerifyCa,
    /// Always; its certificate and name are verified.
    VerifyFull,
}

impl DatabaseConfig {
    /// The defaults for a URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: Secret::new(url),
            max_connections: 10,
            min_connections: 0,
            connect_timeout: Duration::from_secs(5),
            acquire_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_mins(10),
            max_lifetime: Duration::from_mins(30),
            ping_after_idle: Duration::from_secs(30),
            statement_timeout: Some(Duration::from_secs(30)),
            application_name: "auth".to_owned(),
            tls: None,
            tls_ca_file: None,
            schema: None,
            pooler: PoolerMode::None,
            connect_retry_for: Duration::from_secs(10),
            sqlite: SqliteConfig { wal: true, busy_timeout: Duration::from_secs(5), foreign_keys: true },
        }
    }

    pub(crate) fn scheme(&self) -> Result<&str, AdapterError> {
        let scheme = self.url.expose().split(':').next().unwrap_or_default();
        match scheme {
            "sqlite" | "postgres" | "postgresql" | "mysql" | "mariadb" => Ok(scheme),
            other => Err(AdapterError::Configuration {
                problem: format!(
                    "{other:?} is no known database: begin the URL with sqlite:, postgres:// or mysql://"
                ),
            }),
        }
    }

    /// The URL as drivers take it. One that they could not read is refused here, because they would repeat it with its password.
    pub(crate) fn driver_url(&self) -> Result<String, AdapterError> {
        let (scheme, url) = (self.scheme()?, self.url.expose());
        if scheme == "sqlite" {
            return Ok(url.to_owned());
        }
        let is_whole = url.contains("://") && Url::parse(url).is_ok_and(|url| url.fragment().is_none());
        if !is_whole {
            return Err(AdapterError::Configuration {
                problem: format!(
                    "the URL is not of the form {scheme}://USER:PASSWORD@HOST:PORT/NAME: is the port a number, and every \
                     sign of the password but letters and digits percent-encoded (# is %23, / is %2F, @ is %40)?"
                ),
            });
        }
        Ok(url.strip_prefix("mariadb:").map_or_else(|| url.to_owned(), |rest| format!("mysql:{rest}")))
    }

    /// Where the database is, without the login.
    pub(crate) fn address(&self) -> &str {
        let url = self.url.expose();
        let rest = url.split_once(':').map_or(url, |(_, rest)| rest.trim_start_matches("//"));
        let rest = rest.split('?').next().unwrap_or_default();
        rest.rsplit_once('@').map_or(rest, |(_, address)| address)
    }

    pub(crate) fn is_in_memory(&self) -> bool {
        self.url.expose().contains(":memory:")
    }

    pub(crate) fn effective_max_connections(&self) -> u32 {
        if self.is_in_memory() { 1 } else { self.max_connections.max(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_not_shown() {
        let config = DatabaseConfig::new("postgres://u:hunter2@localhost/x");
        assert!(!format!("{config:?}").contains("hunter2"));
    }

    #[test]
    fn the_address_has_no_login() {
        let address = |url: &str| DatabaseConfig::new(url).address().to_owned();
        assert_eq!(address("postgres://u:p@ss@host:5432/x?sslmode=disable"), "host:5432/x");
        assert_eq!(address("mysql://localhost/x"), "localhost/x");
        assert_eq!(address("sqlite:auth.db?mode=rwc"), "auth.db");
    }

    #[test]
    fn a_url_that_no_driver_reads_is_refused_without_its_password() {
        for url in
            ["postgres://u:hush#x@h/x", "mysql://u:hush/x@h:1/x", "mysql:u:hush", "postgres://u:hush@h:xx/x"]
        {
            let problem = DatabaseConfig::new(url).driver_url().unwrap_err().to_string();
            assert!(problem.contains("percent-encoded") && !problem.contains("hush"), "{url}: {problem}");
        }
        assert_eq!(DatabaseConfig::new("mariadb://u@h/x").driver_url().unwrap(), "mysql://u@h/x");
        assert_eq!(DatabaseConfig::new("sqlite:a.db").driver_url().unwrap(), "sqlite:a.db");
    }

    #[test]
    fn an_unknown_database_is_named() {
        let problem = DatabaseConfig::new("oracle://x").scheme().unwrap_err().to_string();
        assert!(problem.contains("\"oracle\""), "{problem}");
    }
}
