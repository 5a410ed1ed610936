//! What stands between this library and PostgreSQL.

use std::time::Duration;

use super::DatabaseConfig;

/// Whether server connections are shared between transactions of many clients.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PoolerMode {
    /// A connection is a session on one server connection: no pooler, one in session mode, or one that follows prepared
    /// statements (pgbouncer from 1.22 with `max_prepared_statements`).
    #[default]
    None,
    /// Each transaction may run on another server connection (pgbouncer with `pool_mode = transaction`). What a statement
    /// would leave behind on its connection is then found by somebody else: a prepared statement of another client may be
    /// run instead of one's own, without any error. PostgreSQL only.
    Transaction,
}

/// How an adapter works behind a pooler. Made from a [`DatabaseConfig`], or from a [`PoolerMode`] where the application has a
/// connection of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolerConfig {
    /// Default: none.
    pub mode: PoolerMode,
    /// The server ends a statement that takes longer. It is set in each transaction, because a pooler refuses it for a
    /// connection. Default `None`: as the server says.
    pub statement_timeout: Option<Duration>,
    /// PostgreSQL schema that holds the tables, set in each transaction. Default: the user's `search_path`.
    pub schema: Option<String>,
}

impl From<PoolerMode> for PoolerConfig {
    fn from(mode: PoolerMode) -> Self {
        Self { mode, ..Self::default() }
    }
}

impl From<&DatabaseConfig> for PoolerConfig {
    fn from(config: &DatabaseConfig) -> Self {
        let (statement_timeout, schema) = (config.statement_timeout, config.schema.clone());
        Self { mode: config.pooler, statement_timeout, schema }
    }
}
