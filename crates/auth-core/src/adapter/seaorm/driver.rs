//! Asks the driver itself. SeaORM's own way copies the statement and its parameters, moves a future of several kilobytes three
//! times, and does not tell how long it waited for a connection. The driver's pool and its settings are SeaORM's.

use std::pin::Pin;
use std::sync::Arc;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
use std::time::Instant;

use sea_orm::sea_query::{Value as SqlValue, Values};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, ExecResult, QueryResult, Statement};
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
use {
    sea_orm::sqlx::{self, AssertSqlSafe},
    sea_orm::{ConnAcquireErr, RuntimeErr},
    sea_query_sqlx::SqlxValues,
};

use super::statistics::Meter;

/// What is on its way. It is boxed: one that can be each driver's would have room for all of them, and be moved from caller to
/// caller.
pub(super) type Asked<'a, T> = Pin<Box<dyn Future<Output = Result<T, DbErr>> + Send + 'a>>;

/// The first row of a statement that gives one at most.
pub(super) fn one<'a>(
    connection: &'a DatabaseConnection,
    meter: &'a Meter,
    sql: &'a Arc<str>,
    values: Vec<SqlValue>,
) -> Asked<'a, Option<QueryResult>> {
    match &connection.inner {
        #[cfg(feature = "postgres")]
        sea_orm::DatabaseConnectionType::SqlxPostgresPoolConnection(_) => {
            Box::pin(first(connection.get_postgres_connection_pool(), meter, sql, values))
        }
        #[cfg(feature = "mysql")]
        sea_orm::DatabaseConnectionType::SqlxMySqlPoolConnection(_) => {
            Box::pin(first(connection.get_mysql_connection_pool(), meter, sql, values))
        }
        #[cfg(feature = "sqlite")]
        sea_orm::DatabaseConnectionType::SqlxSqlitePoolConnection(_) => {
            Box::pin(first(connection.get_sqlite_connection_pool(), meter, sql, values))
        }
        _ => Box::pin(connection.query_one_raw(statement(connection, sql, values))),
    }
}

/// All rows of a statement.
pub(super) fn all<'a>(
    connection: &'a DatabaseConnection,
    meter: &'a Meter,
    sql: &'a Arc<str>,
    values: Vec<SqlValue>,
) -> Asked<'a, Vec<QueryResult>> {
    match &connection.inner {
        #[cfg(feature = "postgres")]
        sea_orm::DatabaseConnectionType::SqlxPostgresPoolConnection(_) => {
            Box::pin(rows(connection.get_postgres_connection_pool(), meter, sql, values))
        }
        #[cfg(feature = "mysql")]
        sea_orm::DatabaseConnectionType::SqlxMySqlPoolConnection(_) => {
            Box::pin(rows(connection.get_mysql_connection_pool(), meter, sql, values))
        }
        #[cfg(feature = "sqlite")]
        sea_orm::DatabaseConnectionType::SqlxSqlitePoolConnection(_) => {
            Box::pin(rows(connection.get_sqlite_connection_pool(), meter, sql, values))
        }
        _ => Box::pin(connection.query_all_raw(statement(connection, sql, values))),
    }
}

/// Runs a statement that gives no rows.
pub(super) fn execute<'a>(
    connection: &'a DatabaseConnection,
    meter: &'a Meter,
    sql: &'a Arc<str>,
    values: Vec<SqlValue>,
) -> Asked<'a, ExecResult> {
    match &connection.inner {
        #[cfg(feature = "postgres")]
        sea_orm::DatabaseConnectionType::SqlxPostgresPoolConnection(_) => {
            Box::pin(done(connection.get_postgres_connection_pool(), meter, sql, values))
        }
        #[cfg(feature = "mysql")]
        sea_orm::DatabaseConnectionType::SqlxMySqlPoolConnection(_) => {
            Box::pin(done(connection.get_mysql_connection_pool(), meter, sql, values))
        }
        #[cfg(feature = "sqlite")]
        sea_orm::DatabaseConnectionType::SqlxSqlitePoolConnection(_) => {
            Box::pin(done(connection.get_sqlite_connection_pool(), meter, sql, values))
        }
        _ => Box::pin(connection.execute_raw(statement(connection, sql, values))),
    }
}

fn statement(connection: &DatabaseConnection, sql: &str, values: Vec<SqlValue>) -> Statement {
    let db_backend = connection.get_database_backend();
    Statement { sql: sql.to_owned(), values: Some(Values(values)), db_backend }
}

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
async fn first<DB>(
    pool: &sqlx::Pool<DB>,
    meter: &Meter,
    sql: &Arc<str>,
    values: Vec<SqlValue>,
) -> Result<Option<QueryResult>, DbErr>
where
    DB: sqlx::Database,
    DB::Row: Into<QueryResult>,
    SqlxValues: sqlx::IntoArguments<DB>,
    for<'c> &'c mut DB::Connection: sqlx::Executor<'c, Database = DB>,
{
    let (mut connection, since) = acquire(pool, meter).await?;
    let row = query::<DB>(sql, values).fetch_optional(&mut *connection).await;
    meter.sent(sql, 0, since);
    row.map(|row| row.map(Into::into)).map_err(failed)
}

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
async fn rows<DB>(
    pool: &sqlx::Pool<DB>,
    meter: &Meter,
    sql: &Arc<str>,
    values: Vec<SqlValue>,
) -> Result<Vec<QueryResult>, DbErr>
where
    DB: sqlx::Database,
    DB::Row: Into<QueryResult>,
    SqlxValues: sqlx::IntoArguments<DB>,
    for<'c> &'c mut DB::Connection: sqlx::Executor<'c, Database = DB>,
{
    let (mut connection, since) = acquire(pool, meter).await?;
    let rows = query::<DB>(sql, values).fetch_all(&mut *connection).await;
    meter.sent(sql, 0, since);
    rows.map(|rows| rows.into_iter().map(Into::into).collect()).map_err(failed)
}

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
async fn done<DB>(
    pool: &sqlx::Pool<DB>,
    meter: &Meter,
    sql: &Arc<str>,
    values: Vec<SqlValue>,
) -> Result<ExecResult, DbErr>
where
    DB: sqlx::Database,
    DB::QueryResult: Into<ExecResult>,
    SqlxValues: sqlx::IntoArguments<DB>,
    for<'c> &'c mut DB::Connection: sqlx::Executor<'c, Database = DB>,
{
    let (mut connection, since) = acquire(pool, meter).await?;
    let done = query::<DB>(sql, values).execute(&mut *connection).await;
    meter.sent(sql, 0, since);
    done.map(Into::into).map_err(failed)
}

/// The text is rendered here and holds no value.
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
fn query<DB>(sql: &Arc<str>, values: Vec<SqlValue>) -> sqlx::query::Query<'static, DB, SqlxValues>
where
    DB: sqlx::Database,
    SqlxValues: sqlx::IntoArguments<DB>,
{
    sqlx::query_with::<DB, _>(AssertSqlSafe(Arc::clone(sql)), SqlxValues(Values(values)))
}

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub(super) async fn acquire<DB: sqlx::Database>(
    pool: &sqlx::Pool<DB>,
    meter: &Meter,
) -> Result<(sqlx::pool::PoolConnection<DB>, Instant), DbErr> {
    meter.measure(async { pool.acquire().await.map_err(not_acquired) }).await
}

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
fn failed(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

/// As SeaORM tells it.
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
fn not_acquired(error: sqlx::Error) -> DbErr {
    match error {
        sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        other => DbErr::Conn(RuntimeErr::SqlxError(other.into())),
    }
}
