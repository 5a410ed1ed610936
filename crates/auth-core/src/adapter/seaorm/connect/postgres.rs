//! PostgreSQL: a UTC session with its timeout and schema set when the connection starts; behind a pooler, a connection that
//! asks for nothing which a pooler refuses.

use sea_orm::ConnectOptions;
use sea_orm::sqlx::postgres::PgSslMode;

use crate::config::{DatabaseConfig, PoolerMode, TlsMode};

pub(super) fn configure(config: &DatabaseConfig, options: &mut ConnectOptions) {
    configure_with(config, options, vec![("timezone", "UTC".to_owned())]);
}

/// As [`configure`], with transactions that cannot write; behind a pooler, which does not hear of it, as [`configure`].
pub(super) fn configure_to_examine(config: &DatabaseConfig, options: &mut ConnectOptions) {
    let read_only = ("default_transaction_read_only", "on".to_owned());
    configure_with(config, options, vec![("timezone", "UTC".to_owned()), read_only]);
}

fn configure_with(
    config: &DatabaseConfig,
    options: &mut ConnectOptions,
    mut settings: Vec<(&'static str, String)>,
) {
    if let Some(timeout) = config.statement_timeout {
        settings.push(("statement_timeout", timeout.as_millis().to_string()));
    }
    if let Some(schema) = &config.schema {
        settings.push(("search_path", schema.clone()));
    }
    let (name, tls, ca) = (config.application_name.clone(), config.tls, config.tls_ca_file.clone());
    let pooled = config.pooler == PoolerMode::Transaction;
    options.map_sqlx_postgres_opts(move |driver| {
        let mut driver = driver.application_name(&name);
        driver = if pooled {
            // Timeout and schema are set in each transaction. A statement that was kept would be another client's.
            driver.extra_float_digits(None).statement_cache_capacity(0)
        } else {
            driver.options(settings.clone())
        };
        if let Some(tls) = tls {
            driver = driver.ssl_mode(match tls {
                TlsMode::Disable => PgSslMode::Disable,
                TlsMode::Prefer => PgSslMode::Prefer,
                TlsMode::Require => PgSslMode::Require,
                TlsMode::VerifyCa => PgSslMode::VerifyCa,
                TlsMode::VerifyFull => PgSslMode::VerifyFull,
            });
        }
        match &ca {
            Some(file) => driver.ssl_root_cert(file),
            None => driver,
        }
    });
}
