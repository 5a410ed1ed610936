//! Runs statements on the pool or inside a transaction. Every statement of this library passes here.

use std::sync::Arc;

use sea_orm::sea_query::{Value as SqlValue, Values};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseExecutor, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    QueryResult, Statement, TransactionTrait,
};

use super::driver;
use super::error::Failure;
use super::open::{Open, begin_on};

/// Where statements go.
#[derive(Debug)]
pub(super) enum Executor<'t> {
    Pool(DatabaseConnection),
    /// Opened here, closed here.
    Transaction(Open),
    /// Opened here inside another transaction, closed here.
    Savepoint(Open),
    /// Opened by the application, which alone closes it.
    Joined(&'t DatabaseTransaction),
}

impl Executor<'_> {
    /// The connection itself, for an entity's behaviour: what it breaks, the statement of the row itself finds broken.
    pub(super) fn connection(&self) -> DatabaseExecutor<'_> {
        match self {
            Self::Transaction(open) | Self::Savepoint(open) => open.transaction().into(),
            other => other.lend(),
        }
    }

    /// The connection itself, for what the application does with it.
    pub(super) fn lend(&self) -> DatabaseExecutor<'_> {
        match self {
            Self::Pool(pool) => pool.into(),
            Self::Transaction(open) | Self::Savepoint(open) => open.lend().into(),
            Self::Joined(transaction) => (*transaction).into(),
        }
    }

    /// Whether statements belong to an open transaction.
    pub(super) fn is_transaction(&self) -> bool {
        !matches!(self, Self::Pool(_))
    }

    pub(super) async fn execute(&self, sql: &str, values: Vec<SqlValue>) -> Result<ExecResult, Failure> {
        #[cfg(feature = "testing")]
        super::explain::note(self, sql, &values).await;
        let statement = self.statement(sql, values);
        match self {
            Self::Pool(pool) => Ok(pool.execute_raw(statement).await?),
            Self::Transaction(open) | Self::Savepoint(open) => {
                open.note(open.usable()?.execute_raw(statement).await)
            }
            Self::Joined(transaction) => Ok(transaction.execute_raw(statement).await?),
        }
    }

    pub(super) async fn one(
        &self,
        sql: &Arc<str>,
        values: Vec<SqlValue>,
    ) -> Result<Option<QueryResult>, Failure> {
        #[cfg(feature = "testing")]
        super::explain::note(self, sql, &values).await;
        if let Self::Pool(pool) = self {
            trace(sql);
            return Ok(driver::one(pool, sql, values).await?);
        }
        // Boxed: the question of every request carries no room for it.
        Box::pin(self.one_inside(sql, values)).await
    }

    async fn one_inside(&self, sql: &str, values: Vec<SqlValue>) -> Result<Option<QueryResult>, Failure> {
        let statement = self.statement(sql, values);
        match self {
            Self::Pool(pool) => Ok(pool.query_one_raw(statement).await?),
            Self::Transaction(open) | Self::Savepoint(open) => {
                open.note(open.usable()?.query_one_raw(statement).await)
            }
            Self::Joined(transaction) => Ok(transaction.query_one_raw(statement).await?),
        }
    }

    pub(super) async fn all(&self, sql: &str, values: Vec<SqlValue>) -> Result<Vec<QueryResult>, Failure> {
        #[cfg(feature = "testing")]
        super::explain::note(self, sql, &values).await;
        let statement = self.statement(sql, values);
        match self {
            Self::Pool(pool) => Ok(pool.query_all_raw(statement).await?),
            Self::Transaction(open) | Self::Savepoint(open) => {
                open.note(open.usable()?.query_all_raw(statement).await)
            }
            Self::Joined(transaction) => Ok(transaction.query_all_raw(statement).await?),
        }
    }

    /// `BEGIN`, or `SAVEPOINT` inside a transaction.
    pub(super) async fn begin(&self) -> Result<Executor<'static>, Failure> {
        match self {
            Self::Pool(pool) => {
                trace("BEGIN");
                Ok(Executor::Transaction(Open::new(begin_on(pool).await?)))
            }
            Self::Transaction(open) | Self::Savepoint(open) => {
                trace("SAVEPOINT");
                let inner = open.note(open.usable()?.begin().await)?;
                Ok(Executor::Savepoint(open.nested(inner)))
            }
            Self::Joined(transaction) => {
                trace("SAVEPOINT");
                Ok(Executor::Savepoint(Open::new(transaction.begin().await?)))
            }
        }
    }

    pub(super) async fn commit(self) -> Result<(), Failure> {
        let (open, word) = match self {
            Self::Pool(_) | Self::Joined(_) => return Ok(()),
            Self::Transaction(open) => (open, "COMMIT"),
            Self::Savepoint(open) => (open, "RELEASE SAVEPOINT"),
        };
        let transaction = open.into_committable().await?;
        trace(word);
        Ok(transaction.commit().await?)
    }

    pub(super) async fn rollback(self) -> Result<(), DbErr> {
        let (open, word) = match self {
            Self::Pool(_) | Self::Joined(_) => return Ok(()),
            Self::Transaction(open) => (open, "ROLLBACK"),
            Self::Savepoint(open) => (open, "ROLLBACK TO SAVEPOINT"),
        };
        trace(word);
        open.rollback().await
    }

    fn statement(&self, sql: &str, values: Vec<SqlValue>) -> Statement {
        trace(sql);
        Statement { sql: sql.to_owned(), values: Some(Values(values)), db_backend: self.backend() }
    }

    pub(super) fn backend(&self) -> DbBackend {
        match self {
            Self::Pool(pool) => pool.get_database_backend(),
            Self::Transaction(open) | Self::Savepoint(open) => open.backend(),
            Self::Joined(transaction) => transaction.get_database_backend(),
        }
    }
}

/// One event for each statement, at level trace; the text holds no value.
pub(super) fn trace(sql: &str) {
    tracing::trace!(target: "auth_core::statement", sql);
}
