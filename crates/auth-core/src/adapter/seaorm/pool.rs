//! The pool: each statement goes to whichever connection is free.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sea_orm::sea_query::Value as SqlValue;
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbBackend, ExecResult, QueryResult};

use super::driver;
use super::error::Failure;
use super::executor::trace;
use super::open::{begin_on, snapshot_on};
use super::opening::Opening;
use super::statistics::{Meter, PoolStatistics};
use crate::telemetry;

/// A pool of connections, and how it is used. Cheap to clone; clones count together. The ways behind a pooler are boxed: those of
/// every request carry no room for them.
#[derive(Debug, Clone)]
pub(super) struct Pool {
    pub(super) connection: DatabaseConnection,
    /// `None`: no pooler stands between.
    pub(super) opening: Option<Opening>,
    meter: Arc<Meter>,
}

impl Pool {
    pub(super) fn new(connection: DatabaseConnection, opening: Option<Opening>, slow: Duration) -> Self {
        Self { connection, opening, meter: Arc::new(Meter::new(slow)) }
    }

    /// A pool without anything special.
    pub(super) fn plain(connection: DatabaseConnection) -> Self {
        Self::new(connection, None, SLOW)
    }

    pub(super) fn backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    pub(super) fn statistics(&self) -> PoolStatistics {
        self.meter.statistics(&self.connection)
    }

    pub(super) async fn execute(&self, sql: &str, values: Vec<SqlValue>) -> Result<ExecResult, Failure> {
        let sql: Arc<str> = sql.into();
        if let Some(opening) = &self.opening {
            return self.around(&sql, Box::pin(opening.execute(self, Arc::clone(&sql), values))).await;
        }
        trace(&sql);
        Ok(driver::execute(&self.connection, &self.meter, &sql, values).await?)
    }

    /// The first row of a statement that gives one at most.
    pub(super) async fn one(
        &self,
        sql: &Arc<str>,
        values: Vec<SqlValue>,
    ) -> Result<Option<QueryResult>, Failure> {
        if let Some(opening) = &self.opening {
            let rows = Box::pin(opening.rows(self, Arc::clone(sql), values));
            return Ok(self.around(sql, rows).await?.into_iter().next());
        }
        trace(sql);
        Ok(driver::one(&self.connection, &self.meter, sql, values).await?)
    }

    pub(super) async fn all(&self, sql: &str, values: Vec<SqlValue>) -> Result<Vec<QueryResult>, Failure> {
        let sql: Arc<str> = sql.into();
        if let Some(opening) = &self.opening {
            return self.around(&sql, Box::pin(opening.rows(self, Arc::clone(&sql), values))).await;
        }
        trace(&sql);
        Ok(driver::all(&self.connection, &self.meter, &sql, values).await?)
    }

    pub(super) async fn begin(&self) -> Result<DatabaseTransaction, Failure> {
        trace("BEGIN");
        let first = self.opening.as_ref().map(|opening| Arc::clone(&opening.first));
        let (transaction, _) = self.meter.measure(Box::pin(begin_on(&self.connection, first))).await?;
        // Its time is that of the acquisition.
        telemetry::sent(1, Duration::ZERO);
        Ok(transaction)
    }

    /// A statement in a transaction of its own: the wait for its connection is part of its time, for it runs in a task of its own.
    async fn around<T>(
        &self,
        sql: &str,
        asked: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let since = Instant::now();
        let outcome = asked.await;
        self.meter.sent(sql, 2, since);
        outcome
    }

    /// A transaction that reads the rows of one moment.
    pub(super) async fn snapshot(&self) -> Result<DatabaseTransaction, Failure> {
        trace("BEGIN");
        let (transaction, _) = self.meter.measure(Box::pin(snapshot_on(&self.connection))).await?;
        telemetry::sent(1, Duration::ZERO);
        Ok(transaction)
    }

    pub(super) fn meter(&self) -> &Meter {
        &self.meter
    }
}

/// From when on a wait for a connection is worth a warning.
pub(super) const SLOW: Duration = Duration::from_millis(500);
