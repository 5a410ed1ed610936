//! The pool: each statement goes to whichever connection is free.

use std::sync::Arc;

use sea_orm::sea_query::{Value as SqlValue, Values};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, ExecResult, QueryResult, Statement,
};

use super::driver;
use super::error::Failure;
use super::executor::trace;
use super::open::begin_on;
use super::opening::Opening;

/// A pool of connections, and how it is used. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Pool {
    pub(super) connection: DatabaseConnection,
    /// `None`: no pooler stands between.
    pub(super) opening: Option<Opening>,
}

impl Pool {
    pub(super) fn new(connection: DatabaseConnection, opening: Option<Opening>) -> Self {
        Self { connection, opening }
    }

    pub(super) fn backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    pub(super) async fn execute(&self, sql: &str, values: Vec<SqlValue>) -> Result<ExecResult, Failure> {
        match &self.opening {
            Some(opening) => opening.execute(&self.connection, sql.into(), values).await,
            None => Ok(self.connection.execute_raw(self.statement(sql, values)).await?),
        }
    }

    /// The first row of a statement that gives one at most.
    pub(super) async fn one(
        &self,
        sql: &Arc<str>,
        values: Vec<SqlValue>,
    ) -> Result<Option<QueryResult>, Failure> {
        if let Some(opening) = &self.opening {
            // Boxed: the question of every request carries no room for it.
            let rows = Box::pin(opening.rows(&self.connection, Arc::clone(sql), values));
            return Ok(rows.await?.into_iter().next());
        }
        trace(sql);
        Ok(driver::one(&self.connection, sql, values).await?)
    }

    pub(super) async fn all(&self, sql: &str, values: Vec<SqlValue>) -> Result<Vec<QueryResult>, Failure> {
        match &self.opening {
            Some(opening) => opening.rows(&self.connection, sql.into(), values).await,
            None => Ok(self.connection.query_all_raw(self.statement(sql, values)).await?),
        }
    }

    pub(super) async fn begin(&self) -> Result<DatabaseTransaction, Failure> {
        trace("BEGIN");
        let first = self.opening.as_ref().map(|opening| Arc::clone(&opening.first));
        Ok(begin_on(&self.connection, first).await?)
    }

    fn statement(&self, sql: &str, values: Vec<SqlValue>) -> Statement {
        trace(sql);
        Statement { sql: sql.to_owned(), values: Some(Values(values)), db_backend: self.backend() }
    }
}
