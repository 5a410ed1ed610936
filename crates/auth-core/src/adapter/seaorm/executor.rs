//! Runs statements on the pool or inside a transaction. Every statement of this library passes here.

use sea_orm::sea_query::{Value as SqlValue, Values};
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseExecutor, DatabaseTransaction, DbBackend, DbErr,
    ExecResult, QueryResult, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

/// Where statements go.
#[derive(Debug)]
pub(super) enum Executor<'t> {
    Pool(DatabaseConnection),
    /// Opened here, closed here.
    Transaction(DatabaseTransaction),
    /// Opened here inside another transaction, closed here.
    Savepoint(DatabaseTransaction),
    /// Opened by the application, which alone closes it.
    Joined(&'t DatabaseTransaction),
}

impl Executor<'_> {
    /// The connection itself, for what the application does with it.
    pub(super) fn connection(&self) -> DatabaseExecutor<'_> {
        match self {
            Self::Pool(pool) => pool.into(),
            Self::Transaction(transaction) | Self::Savepoint(transaction) => transaction.into(),
            Self::Joined(transaction) => (*transaction).into(),
        }
    }

    /// Whether statements belong to an open transaction.
    pub(super) fn is_transaction(&self) -> bool {
        !matches!(self, Self::Pool(_))
    }

    pub(super) async fn execute(&self, sql: &str, values: Vec<SqlValue>) -> Result<ExecResult, DbErr> {
        let statement = self.statement(sql, values);
        match self {
            Self::Pool(pool) => pool.execute_raw(statement).await,
            Self::Transaction(transaction) | Self::Savepoint(transaction) => {
                transaction.execute_raw(statement).await
            }
            Self::Joined(transaction) => transaction.execute_raw(statement).await,
        }
    }

    pub(super) async fn one(&self, sql: &str, values: Vec<SqlValue>) -> Result<Option<QueryResult>, DbErr> {
        let statement = self.statement(sql, values);
        match self {
            Self::Pool(pool) => pool.query_one_raw(statement).await,
            Self::Transaction(transaction) | Self::Savepoint(transaction) => {
                transaction.query_one_raw(statement).await
            }
            Self::Joined(transaction) => transaction.query_one_raw(statement).await,
        }
    }

    pub(super) async fn all(&self, sql: &str, values: Vec<SqlValue>) -> Result<Vec<QueryResult>, DbErr> {
        let statement = self.statement(sql, values);
        match self {
            Self::Pool(pool) => pool.query_all_raw(statement).await,
            Self::Transaction(transaction) | Self::Savepoint(transaction) => {
                transaction.query_all_raw(statement).await
            }
            Self::Joined(transaction) => transaction.query_all_raw(statement).await,
        }
    }

    /// `BEGIN`, or `SAVEPOINT` inside a transaction. SQLite takes its write lock at once: a reader that turns
    /// writer would fail where it now waits.
    pub(super) async fn begin(&self) -> Result<Executor<'static>, DbErr> {
        let outer = match self {
            Self::Pool(pool) => return begin_on(pool).await.map(Executor::Transaction),
            Self::Transaction(transaction) | Self::Savepoint(transaction) => transaction,
            Self::Joined(transaction) => *transaction,
        };
        trace("SAVEPOINT");
        outer.begin().await.map(Executor::Savepoint)
    }

    pub(super) async fn commit(self) -> Result<(), DbErr> {
        match self {
            Self::Pool(_) | Self::Joined(_) => Ok(()),
            Self::Transaction(transaction) => {
                trace("COMMIT");
                transaction.commit().await
            }
            Self::Savepoint(transaction) => {
                trace("RELEASE SAVEPOINT");
                transaction.commit().await
            }
        }
    }

    pub(super) async fn rollback(self) -> Result<(), DbErr> {
        match self {
            Self::Pool(_) | Self::Joined(_) => Ok(()),
            Self::Transaction(transaction) => {
                trace("ROLLBACK");
                transaction.rollback().await
            }
            Self::Savepoint(transaction) => {
                trace("ROLLBACK TO SAVEPOINT");
                transaction.rollback().await
            }
        }
    }

    fn statement(&self, sql: &str, values: Vec<SqlValue>) -> Statement {
        trace(sql);
        let db_backend = self.connection().get_database_backend();
        Statement { sql: sql.to_owned(), values: Some(Values(values)), db_backend }
    }
}

async fn begin_on(pool: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    trace("BEGIN");
    if pool.get_database_backend() != DbBackend::Sqlite {
        return pool.begin_with_config(None, None::<AccessMode>).await;
    }
    let sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
    pool.begin_with_options(TransactionOptions { sqlite_transaction_mode, ..TransactionOptions::default() })
        .await
}

/// One event for each statement, at level trace; the text holds no value.
fn trace(sql: &str) {
    tracing::trace!(target: "auth_core::statement", sql);
}
