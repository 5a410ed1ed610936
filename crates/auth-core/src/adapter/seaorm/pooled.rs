//! Statements behind a pooler that gives each transaction another server connection.
//!
//! A statement is prepared in one round trip and run in the next. Outside a transaction, a pooler may send the two to different
//! server connections, and what runs there is what another client has prepared. So every statement stands in a transaction of its
//! own. `BEGIN`, `COMMIT` and settings are sent as text, which is one round trip; the statement has no name, so that it is nobody
//! else's. Where a name cannot be avoided (SeaORM gives one inside a transaction, the driver when it looks a type up), it must be
//! free: each transaction first forgets what others have left on its server connection.

use std::sync::Arc;

use sea_orm::sea_query::{Value as SqlValue, Values};
use sea_orm::sqlx::pool::PoolConnection;
use sea_orm::sqlx::query::Query;
use sea_orm::sqlx::{self, AssertSqlSafe, Connection as _, Executor as _, PgPool, Postgres};
use sea_orm::{DatabaseConnectionType, DbErr, ExecResult, QueryResult, RuntimeErr};
use sea_query_sqlx::SqlxValues;
use tracing::instrument::WithSubscriber;

use super::driver::acquire;
use super::error::{Failure, classify};
use super::executor::trace;
use super::opening::Opening;
use super::pool::Pool;
use crate::adapter::AdapterError;

impl Opening {
    /// Refuses a connection that keeps prepared statements: behind a pooler they would be others'. One transaction.
    pub(super) async fn check(&self, pool: &Pool) -> Result<(), AdapterError> {
        driver_pool(pool).map_err(|error| misplaced(error.to_string()))?;
        let told = |failure| classify(failure, "connect", None);
        let mut connection = open(pool, Arc::clone(&self.begin)).await.map_err(told)?;
        let asked = sqlx::query("SELECT 1").fetch_one(&mut *connection).await;
        let kept = connection.cached_statements_size();
        close(connection, asked, true).await.map_err(told)?;
        if kept == 0 {
            return Ok(());
        }
        Err(misplaced(
            "behind a pooler, a connection must keep no prepared statements: set DatabaseConfig::pooler before connecting, \
             or, on a connection of your own, the driver's statement_cache_capacity(0)"
                .to_owned(),
        ))
    }

    /// Runs a statement in a transaction of its own and gives its rows. Four round trips. A caller who goes away does not
    /// interrupt it: the driver would forget a transaction whose `BEGIN` was under way.
    pub(super) async fn rows(
        &self,
        pool: &Pool,
        sql: Arc<str>,
        values: Vec<SqlValue>,
    ) -> Result<Vec<QueryResult>, Failure> {
        let (pool, begin) = (pool.clone(), Arc::clone(&self.begin));
        uninterrupted(async move {
            let mut connection = open(&pool, begin).await?;
            trace(&sql);
            let reads = sql.starts_with("SELECT");
            let rows = question(sql, values).fetch_all(&mut *connection).await;
            let rows = close(connection, rows, reads).await?;
            Ok(rows.into_iter().map(Into::into).collect())
        })
        .await
    }

    /// The same for a statement that gives no rows.
    pub(super) async fn execute(
        &self,
        pool: &Pool,
        sql: Arc<str>,
        values: Vec<SqlValue>,
    ) -> Result<ExecResult, Failure> {
        let (pool, begin) = (pool.clone(), Arc::clone(&self.begin));
        uninterrupted(async move {
            let mut connection = open(&pool, begin).await?;
            trace(&sql);
            let result = question(sql, values).execute(&mut *connection).await;
            close(connection, result, false).await.map(Into::into)
        })
        .await
    }
}

async fn uninterrupted<T: Send + 'static>(
    work: impl Future<Output = Result<T, Failure>> + Send + 'static,
) -> Result<T, Failure> {
    let outcome = tokio::spawn(work.with_current_subscriber()).await;
    outcome.map_err(|error| DbErr::Custom(error.to_string()))?
}

/// The text is rendered here and holds no value.
fn question(sql: Arc<str>, values: Vec<SqlValue>) -> Query<'static, Postgres, SqlxValues> {
    sqlx::query_with(AssertSqlSafe(sql), SqlxValues(Values(values))).persistent(false)
}

/// A connection in a transaction.
async fn open(pool: &Pool, begin: Arc<str>) -> Result<PoolConnection<Postgres>, Failure> {
    let (mut connection, _) = acquire(driver_pool(pool)?, pool.meter()).await?;
    trace("BEGIN");
    if let Err(error) = connection.execute(AssertSqlSafe(begin)).await {
        // It may stand in a transaction.
        let _ = connection.close().await;
        // Nothing of ours was sent.
        return Err(DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))).into());
    }
    Ok(connection)
}

/// Ends the transaction as its statement ended.
async fn close<T>(
    mut connection: PoolConnection<Postgres>,
    outcome: Result<T, sqlx::Error>,
    reads: bool,
) -> Result<T, Failure> {
    let end = if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" };
    trace(end);
    let ended = connection.execute(end).await;
    if ended.is_err() {
        let _ = connection.close().await;
    }
    match (outcome, ended) {
        (Err(error), _) => Err(failed(error).into()),
        // What was read was read.
        (Ok(_), Err(error)) if !reads => Err(Failure::Commit(failed(error))),
        (Ok(answer), _) => Ok(answer),
    }
}

/// The driver's pool.
fn driver_pool(pool: &Pool) -> Result<&PgPool, DbErr> {
    let connection = &pool.connection;
    match &connection.inner {
        DatabaseConnectionType::SqlxPostgresPoolConnection(_) => {
            Ok(connection.get_postgres_connection_pool())
        }
        _ => Err(DbErr::Custom("a pooler stands before a pool of PostgreSQL connections only".to_owned())),
    }
}

fn misplaced(problem: String) -> AdapterError {
    AdapterError::Configuration { problem }
}

fn failed(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(error)))
}
