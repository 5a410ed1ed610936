//! Adds what a database lacks.

use auth_schema::difference::{Needed, Step};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, TransactionTrait};

use super::adapter::SqlAdapter;
use super::error::{classify, is_duplicate};
use crate::adapter::AdapterError;

impl SqlAdapter<'static> {
    /// Runs the statements of some steps in their order. Steps that may stand together are one transaction where the engine
    /// rolls back DDL (PostgreSQL, SQLite); an index that is built while others write stands alone. `told` hears of each step
    /// before it begins. A run that failed or was killed is run again from a new difference.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Duplicates`] when a unique index is refused for the rows that are there; [`AdapterError::Database`] with the step's description; what stood before it in its transaction is undone with it.
    pub async fn apply(
        connection: &DatabaseConnection,
        steps: &[Step],
        mut told: impl FnMut(&Step) + Send,
    ) -> Result<(), AdapterError> {
        let together = connection.get_database_backend() != DbBackend::MySql;
        let mut open: Option<DatabaseTransaction> = None;
        for step in steps {
            if step.concurrent || !together {
                commit(open.take()).await?;
            } else if open.is_none() {
                open = Some(begin(connection).await?);
            }
            told(step);
            for statement in &step.up {
                let outcome = match &open {
                    Some(transaction) => transaction.execute_unprepared(statement).await,
                    None => connection.execute_unprepared(statement).await,
                };
                outcome.map_err(|error| failed(error, step))?;
            }
        }
        commit(open).await
    }
}

/// On PostgreSQL, whoever waits for a busy table makes everybody else wait behind it: not for long.
async fn begin(connection: &DatabaseConnection) -> Result<DatabaseTransaction, AdapterError> {
    let transaction = connection.begin().await.map_err(|error| classify(error, "begin", None))?;
    if connection.get_database_backend() == DbBackend::Postgres {
        let limited = transaction.execute_unprepared("SET LOCAL lock_timeout = '10s'").await;
        limited.map_err(|error| classify(error, "begin", None))?;
    }
    Ok(transaction)
}

async fn commit(open: Option<DatabaseTransaction>) -> Result<(), AdapterError> {
    match open {
        Some(transaction) => transaction.commit().await.map_err(|error| classify(error, "commit", None)),
        None => Ok(()),
    }
}

fn failed(error: sea_orm::DbErr, step: &Step) -> AdapterError {
    if matches!(step.needed, Needed::Index(..)) && is_duplicate(&error) {
        return AdapterError::Duplicates { step: step.what.clone(), source: Box::new(error) };
    }
    match classify(error, "change the tables", None) {
        AdapterError::Database { source, .. } => {
            AdapterError::Database { operation: "change the tables", table: step.what.clone(), source }
        }
        other => other,
    }
}
