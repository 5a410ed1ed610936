//! A transaction that this library has opened, and whether it can still be committed.
//!
//! Engines take a commit of a transaction that they have given up without a word: PostgreSQL rolls back an aborted one, MySQL
//! has rolled back one that lost a deadlock and runs what follows outside any transaction. Code that passes over a failed
//! statement would be told that all went well. So failures are remembered here, and such a commit is refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, IsolationLevel,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use tracing::instrument::WithSubscriber;

use super::error::{Failure, gave_way};
use super::executor::trace;

/// An open transaction or savepoint.
#[derive(Debug)]
pub(super) struct Open {
    transaction: DatabaseTransaction,
    /// A statement failed at this level.
    failed: AtomicBool,
    /// The application has had the connection: what failed there is not seen here.
    lent: AtomicBool,
    /// The engine gave the whole transaction up; shared with its savepoints.
    gave_way: Arc<AtomicBool>,
}

impl Open {
    pub(super) fn new(transaction: DatabaseTransaction) -> Self {
        Self::with(transaction, Arc::default())
    }

    /// A savepoint of this transaction.
    pub(super) fn nested(&self, transaction: DatabaseTransaction) -> Self {
        Self::with(transaction, Arc::clone(&self.gave_way))
    }

    fn with(transaction: DatabaseTransaction, gave_way: Arc<AtomicBool>) -> Self {
        Self { transaction, failed: AtomicBool::default(), lent: AtomicBool::default(), gave_way }
    }

    pub(super) fn backend(&self) -> DbBackend {
        self.transaction.get_database_backend()
    }

    pub(super) fn transaction(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// The transaction, for statements of the application.
    pub(super) fn lend(&self) -> &DatabaseTransaction {
        self.lent.store(true, Ordering::Release);
        &self.transaction
    }

    /// The transaction, unless the engine has given it up.
    pub(super) fn usable(&self) -> Result<&DatabaseTransaction, Failure> {
        if self.gave_way.load(Ordering::Acquire) { Err(Failure::GaveWay) } else { Ok(&self.transaction) }
    }

    /// Remembers a failure.
    pub(super) fn note<T>(&self, outcome: Result<T, DbErr>) -> Result<T, Failure> {
        outcome.map_err(|error| {
            self.failed.store(true, Ordering::Release);
            if gave_way(&error) {
                self.gave_way.store(true, Ordering::Release);
            }
            Failure::Engine(error)
        })
    }

    /// The transaction, if a commit would keep what it has written; else it is rolled back.
    pub(super) async fn into_committable(self) -> Result<DatabaseTransaction, Failure> {
        let postgres = self.backend() == DbBackend::Postgres;
        if postgres && self.lent.load(Ordering::Acquire) && !self.failed.load(Ordering::Acquire) {
            trace("SELECT 1");
            let probe = self.transaction.execute_unprepared("SELECT 1").await;
            self.failed.store(probe.is_err(), Ordering::Release);
        }
        let failure = match self.usable() {
            Err(failure) => failure,
            Ok(_) if postgres && self.failed.load(Ordering::Acquire) => Failure::Aborted,
            Ok(_) => return Ok(self.transaction),
        };
        if let Err(error) = self.transaction.rollback().await {
            tracing::debug!(name: "db.transaction.rollback", %error, "the connection undoes it when it closes");
        }
        Err(failure)
    }

    pub(super) async fn rollback(self) -> Result<(), DbErr> {
        self.transaction.rollback().await
    }
}

/// Opens a transaction. SQLite takes its write lock at once: a reader that turns writer would fail where it now waits.
///
/// The drivers forget a transaction whose `BEGIN` was under way when its caller went away: the connection would return to the
/// pool with the transaction open, and take later statements into it. So the caller cannot interrupt it.
/// `first` is sent as text before anything else.
pub(super) async fn begin_on(
    pool: &DatabaseConnection,
    first: Option<Arc<str>>,
) -> Result<DatabaseTransaction, DbErr> {
    let pool = pool.clone();
    let begin = async move {
        if pool.get_database_backend() != DbBackend::Sqlite {
            let transaction = pool.begin_with_config(None, None::<AccessMode>).await?;
            if let Some(first) = first {
                trace(&first);
                transaction.execute_unprepared(&first).await?;
            }
            return Ok(transaction);
        }
        let sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode, ..TransactionOptions::default() };
        pool.begin_with_options(options).await
    };
    tokio::spawn(Box::pin(begin).with_current_subscriber())
        .await
        .map_err(|error| DbErr::Custom(error.to_string()))?
}

/// Opens a transaction that reads the rows of one moment and writes nothing: that of its first question. As [`begin_on`], the
/// caller cannot interrupt it.
pub(super) async fn snapshot_on(pool: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let pool = pool.clone();
    let begin = async move {
        if pool.get_database_backend() == DbBackend::Sqlite {
            // Deferred: it takes no lock that keeps a writer out.
            return pool.begin_with_options(TransactionOptions::default()).await;
        }
        pool.begin_with_config(Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly)).await
    };
    tokio::spawn(Box::pin(begin).with_current_subscriber())
        .await
        .map_err(|error| DbErr::Custom(error.to_string()))?
}
