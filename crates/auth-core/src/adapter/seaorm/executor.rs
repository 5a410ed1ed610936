//! Runs statements on the pool or inside a transaction. Every statement of this library passes here.

use std::sync::Arc;

use sea_orm::sea_query::{Value as SqlValue, Values};
use sea_orm::{
    ConnectionTrait, DatabaseExecutor, DbBackend, DbErr, ExecResult, QueryResult, Statement, TransactionTrait,
};

use tracing::Instrument;

use super::about::About;
use super::error::Failure;
use super::joined::Joined;
use super::open::Open;
use super::pool::Pool;

/// Where statements go.
#[derive(Debug)]
pub(super) enum Executor<'t> {
    Pool(Pool),
    /// Opened here, closed here.
    Transaction(Open),
    /// Opened here inside another transaction, closed here.
    Savepoint(Open),
    /// Opened by the application, which alone closes it.
    Joined(Joined<'t>),
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
            Self::Pool(pool) => (&pool.connection).into(),
            Self::Transaction(open) | Self::Savepoint(open) => open.lend().into(),
            Self::Joined(joined) => joined.transaction().into(),
        }
    }

    /// Whether statements belong to an open transaction.
    pub(super) fn is_transaction(&self) -> bool {
        !matches!(self, Self::Pool(_))
    }

    /// Whether several statements that belong together must be in a transaction, so that they meet the same server connection.
    pub(super) fn parts_statements(&self) -> bool {
        matches!(self, Self::Pool(Pool { opening: Some(_), .. }))
    }

    pub(super) async fn execute(
        &self,
        sql: &str,
        values: Vec<SqlValue>,
        about: About<'_>,
    ) -> Result<ExecResult, Failure> {
        #[cfg(feature = "testing")]
        super::explain::note(self, sql, &values).await;
        let span = about.span(sql);
        if let Self::Pool(pool) = self {
            return pool.execute(sql, values).instrument(span).await;
        }
        about.timed(sql, self.execute_inside(sql, values)).instrument(span).await
    }

    async fn execute_inside(&self, sql: &str, values: Vec<SqlValue>) -> Result<ExecResult, Failure> {
        match self {
            Self::Pool(pool) => pool.execute(sql, values).await,
            Self::Transaction(open) | Self::Savepoint(open) => {
                open.note(open.usable()?.execute_raw(self.statement(sql, values)).await)
            }
            Self::Joined(joined) => {
                Ok(joined.ready().await?.execute_raw(self.statement(sql, values)).await?)
            }
        }
    }

    pub(super) async fn one(
        &self,
        sql: &Arc<str>,
        values: Vec<SqlValue>,
        about: About<'_>,
    ) -> Result<Option<QueryResult>, Failure> {
        #[cfg(feature = "testing")]
        super::explain::note(self, sql, &values).await;
        let span = about.span(sql);
        if let Self::Pool(pool) = self {
            return pool.one(sql, values).instrument(span).await;
        }
        // Boxed: the question of every request carries no room for it.
        Box::pin(about.timed(sql, self.one_inside(sql, values)).instrument(span)).await
    }

    async fn one_inside(
        &self,
        sql: &Arc<str>,
        values: Vec<SqlValue>,
    ) -> Result<Option<QueryResult>, Failure> {
        match self {
            Self::Pool(pool) => pool.one(sql, values).await,
            Self::Transaction(open) | Self::Savepoint(open) => {
                open.note(open.usable()?.query_one_raw(self.statement(sql, values)).await)
            }
            Self::Joined(joined) => {
                Ok(joined.ready().await?.query_one_raw(self.statement(sql, values)).await?)
            }
        }
    }

    pub(super) async fn all(
        &self,
        sql: &str,
        values: Vec<SqlValue>,
        about: About<'_>,
    ) -> Result<Vec<QueryResult>, Failure> {
        #[cfg(feature = "testing")]
        super::explain::note(self, sql, &values).await;
        let span = about.span(sql);
        if let Self::Pool(pool) = self {
            return pool.all(sql, values).instrument(span).await;
        }
        about.timed(sql, self.all_inside(sql, values)).instrument(span).await
    }

    async fn all_inside(&self, sql: &str, values: Vec<SqlValue>) -> Result<Vec<QueryResult>, Failure> {
        match self {
            Self::Pool(pool) => pool.all(sql, values).await,
            Self::Transaction(open) | Self::Savepoint(open) => {
                open.note(open.usable()?.query_all_raw(self.statement(sql, values)).await)
            }
            Self::Joined(joined) => {
                Ok(joined.ready().await?.query_all_raw(self.statement(sql, values)).await?)
            }
        }
    }

    /// `BEGIN`, or `SAVEPOINT` inside a transaction.
    pub(super) async fn begin(&self, about: About<'_>) -> Result<Executor<'static>, Failure> {
        let span = about.span("BEGIN");
        if let Self::Pool(pool) = self {
            return Ok(Executor::Transaction(Open::new(pool.begin().instrument(span).await?)));
        }
        about.timed("SAVEPOINT", self.begin_inside()).instrument(span).await
    }

    async fn begin_inside(&self) -> Result<Executor<'static>, Failure> {
        match self {
            Self::Pool(pool) => Ok(Executor::Transaction(Open::new(pool.begin().await?))),
            Self::Transaction(open) | Self::Savepoint(open) => {
                trace("SAVEPOINT");
                let inner = open.note(open.usable()?.begin().await)?;
                Ok(Executor::Savepoint(open.nested(inner)))
            }
            Self::Joined(joined) => {
                let transaction = joined.ready().await?;
                trace("SAVEPOINT");
                Ok(Executor::Savepoint(Open::new(transaction.begin().await?)))
            }
        }
    }

    pub(super) async fn commit(self, about: About<'_>) -> Result<(), Failure> {
        let (open, word) = match self {
            Self::Pool(_) | Self::Joined(_) => return Ok(()),
            Self::Transaction(open) => (open, "COMMIT"),
            Self::Savepoint(open) => (open, "RELEASE SAVEPOINT"),
        };
        let transaction = open.into_committable().await?;
        trace(word);
        Ok(about.timed(word, transaction.commit()).instrument(about.span(word)).await?)
    }

    pub(super) async fn rollback(self, about: About<'_>) -> Result<(), DbErr> {
        let (open, word) = match self {
            Self::Pool(_) | Self::Joined(_) => return Ok(()),
            Self::Transaction(open) => (open, "ROLLBACK"),
            Self::Savepoint(open) => (open, "ROLLBACK TO SAVEPOINT"),
        };
        trace(word);
        about.timed(word, open.rollback()).instrument(about.span(word)).await
    }

    fn statement(&self, sql: &str, values: Vec<SqlValue>) -> Statement {
        trace(sql);
        Statement { sql: sql.to_owned(), values: Some(Values(values)), db_backend: self.backend() }
    }

    pub(super) fn backend(&self) -> DbBackend {
        match self {
            Self::Pool(pool) => pool.backend(),
            Self::Transaction(open) | Self::Savepoint(open) => open.backend(),
            Self::Joined(joined) => joined.transaction().get_database_backend(),
        }
    }
}

/// One event for each statement, at level trace; the text holds no value.
pub(super) fn trace(sql: &str) {
    tracing::trace!(target: "auth_core::statement", sql);
}
