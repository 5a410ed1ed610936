//! Reads all tables as they were at one moment, while others write.

use std::sync::Arc;

use sea_orm::DbBackend;

use super::adapter::{SqlAdapter, SqlTransaction};
use super::error::classify;
use super::executor::Executor;
use super::open::Open;
use crate::adapter::{AdapterError, Transaction};

impl SqlAdapter<'static> {
    /// Opens a transaction that sees all rows as they are when it is first asked, whatever others write, and keeps nobody from
    /// writing: `REPEATABLE READ`, read only, on PostgreSQL, MySQL and MariaDB; a read transaction on SQLite. It writes nothing.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Unsupported`] behind a pooler: such work takes the database's own address.
    pub async fn snapshot(&self) -> Result<Box<dyn Transaction>, AdapterError> {
        let Executor::Pool(pool) = &self.executor else {
            return Err(AdapterError::Unsupported { what: "take a snapshot", advice: ON_THE_POOL });
        };
        if pool.opening.is_some() {
            return Err(AdapterError::Unsupported { what: "take a snapshot", advice: PAST_THE_POOLER });
        }
        let transaction = pool.snapshot().await.map_err(|error| classify(error, "begin", None))?;
        let executor = Executor::Transaction(Open::new(transaction));
        Ok(Box::new(SqlTransaction(SqlAdapter { shared: Arc::clone(&self.shared), executor })))
    }
}

impl SqlAdapter<'_> {
    /// Gives the snapshot of this transaction a name by which another connection sees the same rows, for as long as the
    /// transaction is open: `pg_dump --snapshot`. `None` where the engine has no such thing. One statement, or none.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn name_snapshot(&self) -> Result<Option<String>, AdapterError> {
        if self.executor.backend() != DbBackend::Postgres {
            return Ok(None);
        }
        let about = self.about_transaction();
        let row = self.executor.one(&"SELECT pg_export_snapshot()".into(), Vec::new(), about).await;
        let row = row.map_err(|error| classify(error, "name the snapshot", None))?;
        let name = row.map(|row| row.try_get_by_index(0)).transpose();
        name.map_err(|error| classify(error, "name the snapshot", None))
    }
}

const ON_THE_POOL: &str = "ask the adapter that is outside of every transaction";
const PAST_THE_POOLER: &str = "connect past the pooler, to the server itself";
