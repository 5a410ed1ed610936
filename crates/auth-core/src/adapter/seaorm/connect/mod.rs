//! Opens a pool as [`DatabaseConfig`] describes it.

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::time::Duration;

use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbErr};
use tokio::time::Instant;

use super::error::{classify, is_refused_protocol};
use crate::adapter::AdapterError;
use crate::config::{DatabaseConfig, PoolerMode};

/// Connects and keeps trying, with growing pauses, for as long as `connect_retry_for` says.
///
/// # Errors
///
/// [`AdapterError::Unreachable`] when the server did not answer in that time;
/// [`AdapterError::Configuration`] when the URL or the login is wrong, at once.
pub async fn connect(config: &DatabaseConfig) -> Result<DatabaseConnection, AdapterError> {
    #[cfg(all(feature = "sqlite", unix))]
    sqlite::create_private(config);
    open(config, options(config)?).await
}

/// Connects as [`connect`] does, to look and to change nothing: PostgreSQL, MySQL and MariaDB refuse what writes; SQLite, too, and its
/// file, which must be there, keeps its journal as it is.
///
/// # Errors
///
/// As [`connect`].
pub async fn connect_to_examine(config: &DatabaseConfig) -> Result<DatabaseConnection, AdapterError> {
    let mut options = options(config)?;
    match config.scheme()? {
        #[cfg(feature = "sqlite")]
        "sqlite" => sqlite::configure_to_examine(config, &mut options),
        #[cfg(feature = "mysql")]
        "mysql" | "mariadb" => mysql::configure_to_examine(config, &mut options),
        #[cfg(feature = "postgres")]
        "postgres" | "postgresql" => postgres::configure_to_examine(config, &mut options),
        _ => {}
    }
    open(config, options).await
}

async fn open(config: &DatabaseConfig, options: ConnectOptions) -> Result<DatabaseConnection, AdapterError> {
    let deadline = Instant::now() + config.connect_retry_for;
    let mut pause = FIRST_PAUSE;
    loop {
        let error = match Database::connect(options.clone()).await {
            Ok(connection) => return Ok(connection),
            Err(error) => classify_connect(error, config),
        };
        let passing = matches!(
            error,
            AdapterError::Unavailable(_) | AdapterError::ConnectionLost(_) | AdapterError::Retryable(_)
        );
        if !passing || Instant::now() + pause > deadline {
            return Err(if passing {
                AdapterError::Unreachable { address: config.address().to_owned(), source: Box::new(error) }
            } else {
                error
            });
        }
        tracing::info!(name: "db.connect.retry", pause_ms = pause.as_millis(), "the database does not answer yet");
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

fn classify_connect(error: DbErr, config: &DatabaseConfig) -> AdapterError {
    if config.pooler == PoolerMode::None && is_refused_protocol(&error) {
        let problem = format!("{error}; if a pooler stands there, set DatabaseConfig::pooler");
        return AdapterError::Configuration { problem };
    }
    match classify(error, "connect", None) {
        AdapterError::Database { source, .. } => AdapterError::Configuration {
            problem: format!("{source}; check the URL, the user, the password and the database's name"),
        },
        other => other,
    }
}

fn options(config: &DatabaseConfig) -> Result<ConnectOptions, AdapterError> {
    let mut options = ConnectOptions::new(config.driver_url()?);
    options
        .max_connections(config.effective_max_connections())
        .min_connections(config.min_connections)
        .acquire_timeout(config.acquire_timeout)
        .connect_timeout(config.connect_timeout)
        .idle_timeout(config.idle_timeout)
        .max_lifetime(config.max_lifetime)
        .test_before_acquire_if_idle_for(config.ping_after_idle)
        .sqlx_logging(false);
    let scheme = config.scheme()?;
    if config.pooler != PoolerMode::None && !matches!(scheme, "postgres" | "postgresql") {
        return Err(AdapterError::Configuration {
            problem: format!(
                "a pooler stands before PostgreSQL only, not before {scheme}: leave `pooler` out"
            ),
        });
    }
    #[cfg(feature = "sqlite")]
    if scheme == "sqlite" {
        sqlite::configure(config, &mut options);
        return Ok(options);
    }
    #[cfg(feature = "mysql")]
    if matches!(scheme, "mysql" | "mariadb") {
        mysql::configure(config, &mut options);
        return Ok(options);
    }
    #[cfg(feature = "postgres")]
    if matches!(scheme, "postgres" | "postgresql") {
        postgres::configure(config, &mut options);
        return Ok(options);
    }
    Err(AdapterError::Configuration {
        problem: format!("this build lacks the driver of {scheme}: enable auth-core's feature for it"),
    })
}

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
