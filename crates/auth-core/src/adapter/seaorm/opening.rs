//! How a transaction opens behind a pooler that gives each another server connection.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::config::{PoolerConfig, PoolerMode};

/// How transactions open behind a pooler.
#[derive(Debug, Clone)]
pub(super) struct Opening {
    /// What comes before the first statement of a transaction.
    pub(super) first: Arc<str>,
    /// The same with `BEGIN` in front.
    pub(super) begin: Arc<str>,
}

impl Opening {
    /// `None` without a pooler.
    pub(super) fn new(config: &PoolerConfig) -> Option<Self> {
        if config.mode == PoolerMode::None {
            return None;
        }
        let mut first = "DEALLOCATE ALL".to_owned();
        if let Some(timeout) = config.statement_timeout {
            let _ = write!(first, "; SET LOCAL statement_timeout = {}", timeout.as_millis());
        }
        if let Some(schema) = &config.schema {
            let schema = schema.replace('\'', "''");
            let _ = write!(first, "; SELECT set_config('search_path', '{schema}', true)");
        }
        let begin = format!("BEGIN; {first}").into();
        Some(Self { first: first.into(), begin })
    }
}

#[cfg(not(feature = "postgres"))]
mod without_driver {
    use std::sync::Arc;

    use sea_orm::sea_query::Value as SqlValue;
    use sea_orm::{DbErr, ExecResult, QueryResult};

    use super::Opening;
    use crate::adapter::AdapterError;
    use crate::adapter::seaorm::error::Failure;
    use crate::adapter::seaorm::pool::Pool;

    impl Opening {
        pub(in super::super) async fn check(&self, _: &Pool) -> Result<(), AdapterError> {
            Err(AdapterError::Configuration { problem: PROBLEM.to_owned() })
        }

        pub(in super::super) async fn rows(
            &self,
            _: &Pool,
            _: Arc<str>,
            _: Vec<SqlValue>,
        ) -> Result<Vec<QueryResult>, Failure> {
            Err(DbErr::Custom(PROBLEM.to_owned()).into())
        }

        pub(in super::super) async fn execute(
            &self,
            _: &Pool,
            _: Arc<str>,
            _: Vec<SqlValue>,
        ) -> Result<ExecResult, Failure> {
            Err(DbErr::Custom(PROBLEM.to_owned()).into())
        }
    }

    const PROBLEM: &str = "a pooler stands before PostgreSQL only, and this build lacks its driver";
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_transaction_opens_in_one_message() {
        let mut config = PoolerConfig::from(PoolerMode::Transaction);
        assert_eq!(&*Opening::new(&config).unwrap().begin, "BEGIN; DEALLOCATE ALL");
        config.statement_timeout = Some(Duration::from_secs(2));
        config.schema = Some("auth, o'brien".to_owned());
        assert_eq!(
            &*Opening::new(&config).unwrap().first,
            "DEALLOCATE ALL; SET LOCAL statement_timeout = 2000; \
             SELECT set_config('search_path', 'auth, o''brien', true)"
        );
        assert!(Opening::new(&PoolerConfig::default()).is_none());
    }
}
