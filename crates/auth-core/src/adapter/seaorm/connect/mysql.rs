//! MySQL and MariaDB: utf8mb4, a strict UTC session, a statement timeout under the name that the server knows.

use std::time::Duration;

use sea_orm::ConnectOptions;
use sea_orm::sqlx::mysql::{MySqlConnection, MySqlSslMode};
use sea_orm::sqlx::{AssertSqlSafe, Error, Executor};

use crate::config::{DatabaseConfig, TlsMode};

pub(super) fn configure(config: &DatabaseConfig, options: &mut ConnectOptions) {
    let (tls, ca) = (config.tls, config.tls_ca_file.clone());
    options.map_sqlx_mysql_opts(move |driver| {
        let mut driver = driver.charset("utf8mb4").timezone(Some("+00:00".to_owned()));
        if let Some(tls) = tls {
            driver = driver.ssl_mode(match tls {
                TlsMode::Disable => MySqlSslMode::Disabled,
                TlsMode::Prefer => MySqlSslMode::Preferred,
                TlsMode::Require => MySqlSslMode::Required,
                TlsMode::VerifyCa => MySqlSslMode::VerifyCa,
                TlsMode::VerifyFull => MySqlSslMode::VerifyIdentity,
            });
        }
        match &ca {
            Some(file) => driver.ssl_ca(file),
            None => driver,
        }
    });
    let timeout = config.statement_timeout;
    options.map_sqlx_mysql_pool_opts(move |pool| {
        pool.after_connect(move |connection, _| Box::pin(set_up(connection, timeout)))
    });
}

/// As [`configure`], with transactions that cannot write.
pub(super) fn configure_to_examine(config: &DatabaseConfig, options: &mut ConnectOptions) {
    let timeout = config.statement_timeout;
    options.map_sqlx_mysql_pool_opts(move |pool| {
        pool.after_connect(move |connection, _| {
            Box::pin(async move {
                set_up(connection, timeout).await?;
                // MySQL shows sizes that may be a day old otherwise. MariaDB has no such variable, and nothing is lost.
                let fresh = "SET SESSION information_schema_stats_expiry = 0";
                let _ = connection.execute(AssertSqlSafe(fresh)).await;
                connection.execute(AssertSqlSafe("SET SESSION TRANSACTION READ ONLY")).await.map(|_| ())
            })
        })
    });
}

/// Strict, because a server that is not would cut a text that is too long without a word. The limit of a statement has two
/// names: MariaDB takes seconds, MySQL milliseconds (and applies them to reads only).
async fn set_up(connection: &mut MySqlConnection, timeout: Option<Duration>) -> Result<(), Error> {
    let strict = "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')";
    let Some(timeout) = timeout else {
        return connection.execute(AssertSqlSafe(strict)).await.map(|_| ());
    };
    let seconds = format!("{strict}, max_statement_time = {}", timeout.as_secs_f64());
    if connection.execute(AssertSqlSafe(seconds)).await.is_ok() {
        return Ok(());
    }
    let millis = format!("{strict}, max_execution_time = {}", timeout.as_millis());
    connection.execute(AssertSqlSafe(millis)).await.map(|_| ())
}
