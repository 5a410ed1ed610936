//! MySQL and MariaDB: utf8mb4, a UTC session, a statement timeout under the name that the server knows.

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
    if let Some(timeout) = config.statement_timeout {
        options.map_sqlx_mysql_pool_opts(move |pool| {
            pool.after_connect(move |connection, _| Box::pin(limit_statements(connection, timeout)))
        });
    }
}

/// MariaDB takes seconds, MySQL milliseconds (and applies them to reads only).
async fn limit_statements(connection: &mut MySqlConnection, timeout: Duration) -> Result<(), Error> {
    let seconds = format!("SET SESSION max_statement_time = {}", timeout.as_secs_f64());
    if connection.execute(AssertSqlSafe(seconds)).await.is_ok() {
        return Ok(());
    }
    let millis = format!("SET SESSION max_execution_time = {}", timeout.as_millis());
    connection.execute(AssertSqlSafe(millis)).await.map(|_| ())
}
