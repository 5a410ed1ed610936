//! Asks the driver itself for one row. It is the question that every request asks; SeaORM's own way copies the statement and its
//! parameters, and moves a future of several kilobytes three times. The driver's pool and its settings are SeaORM's.

use std::pin::Pin;
use std::sync::Arc;

use sea_orm::sea_query::{Value as SqlValue, Values};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, QueryResult, Statement};
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
use {
    sea_orm::sqlx::{self, AssertSqlSafe},
    sea_orm::{ConnAcquireErr, RuntimeErr},
    sea_query_sqlx::SqlxValues,
};

/// The first row of a statement that gives one at most. The future is boxed here: one that can be each driver's would have
/// room for all of them, and be moved from caller to caller.
pub(super) fn one<'a>(
    connection: &'a DatabaseConnection,
    sql: &'a Arc<str>,
    values: Vec<SqlValue>,
) -> Pin<Box<dyn Future<Output = Result<Option<QueryResult>, DbErr>> + Send + 'a>> {
    match &connection.inner {
        #[cfg(feature = "postgres")]
        sea_orm::DatabaseConnectionType::SqlxPostgresPoolConnection(_) => {
            Box::pin(first(connection.get_postgres_connection_pool(), sql, values))
        }
        #[cfg(feature = "mysql")]
        sea_orm::DatabaseConnectionType::SqlxMySqlPoolConnection(_) => {
            Box::pin(first(connection.get_mysql_connection_pool(), sql, values))
        }
        #[cfg(feature = "sqlite")]
        sea_orm::DatabaseConnectionType::SqlxSqlitePoolConnection(_) => {
            Box::pin(first(connection.get_sqlite_connection_pool(), sql, values))
        }
        _ => {
            let db_backend = connection.get_database_backend();
            let statement = Statement { sql: sql.to_string(), values: Some(Values(values)), db_backend };
            Box::pin(connection.query_one_raw(statement))
        }
    }
}

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
async fn first<DB>(
    pool: &sqlx::Pool<DB>,
    sql: &Arc<str>,
    values: Vec<SqlValue>,
) -> Result<Option<QueryResult>, DbErr>
where
    DB: sqlx::Database,
    DB::Row: Into<QueryResult>,
    SqlxValues: sqlx::IntoArguments<DB>,
    for<'c> &'c mut DB::Connection: sqlx::Executor<'c, Database = DB>,
{
    let mut connection = pool.acquire().await.map_err(not_acquired)?;
    // The text is rendered here and holds no value.
    let query = sqlx::query_with::<DB, _>(AssertSqlSafe(Arc::clone(sql)), SqlxValues(Values(values)));
    let row = query.fetch_optional(&mut *connection).await;
    row.map(|row| row.map(Into::into)).map_err(|error| DbErr::Query(RuntimeErr::SqlxError(error.into())))
}

/// As SeaORM tells it.
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub(super) fn not_acquired(error: sqlx::Error) -> DbErr {
    match error {
        sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        other => DbErr::Conn(RuntimeErr::SqlxError(other.into())),
    }
}
