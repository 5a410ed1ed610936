//! The waist: one trait of ten operations and `begin` that every storage backend implements.
//!
//! Everything above speaks [`Adapter`] and nothing else. Models and fields are addressed by handles of the
//! [`Schema`]; a [`Record`] holds one row's values in the order of its model's fields. Ids are text above
//! the waist, whatever type their column has.

pub(crate) mod cached;
mod capabilities;
mod emulation;
mod error;
mod hit;
pub mod memory;
mod named;
mod order;
mod query;
mod record;
pub mod seaorm;
mod search;
#[cfg(feature = "testing")]
pub mod testing;
pub mod transaction;
pub(crate) mod with_storage;

use async_trait::async_trait;
pub use auth_schema::{FieldId, ModelId, Schema, Value};

pub use capabilities::Capabilities;
pub use error::{AdapterError, BoxError};
pub use hit::{Counted, Hit};
pub use query::{
    Batch, Case, Condition, Consume, Deleted, Direction, Filter, Increment, Join, JoinKind, Operator, Query,
    Sort,
};
pub use record::{Joined, Record, Row};
pub use search::Search;
pub(crate) use transaction::{AsAdapterError, Attempts, UnitOfWork, run};

/// A storage backend.
///
/// Every operation is atomic on its own: it happens whole or not at all, and a failed one changes nothing.
/// Inside a transaction it belongs to the transaction. Times are UTC with whole milliseconds.
#[async_trait]
pub trait Adapter: std::fmt::Debug + Send + Sync {
    /// The models that this adapter serves.
    fn schema(&self) -> &Schema;

    /// What the engine behind can do.
    fn capabilities(&self) -> Capabilities;

    /// Inserts a row and returns it as stored. Fields that the record lacks take the column's own default, else
    /// null; an absent id is made by the database. One statement where the engine returns inserted rows or
    /// nothing has to be read back, else two.
    async fn create(&self, model: ModelId, record: Record) -> Result<Record, AdapterError>;

    /// Finds the first row in the query's order. One statement when every join is [`JoinKind::One`].
    async fn find_one(&self, query: Query) -> Result<Option<Row>, AdapterError>;

    /// Finds all rows of a query, without any hidden limit. One statement, and one more for each
    /// [`JoinKind::Many`]. With [`Query::lock`], inside a transaction, the rows stay as they are until it ends.
    async fn find_many(&self, query: Query) -> Result<Vec<Row>, AdapterError>;

    /// Finds rows that have every word of a text in one of the fields, upper and lower case alike for ASCII letters; the best first
    /// (whole words before beginnings of words, earlier fields before later ones), among equals the newest, then the greatest id.
    /// Of more than a thousand matches the newest thousand are ranked. The text is never a pattern: `%`, `*` and quotes are letters.
    /// Of a longer text the first eight words count, of a longer word the first 64 characters.
    ///
    /// The provided form asks [`Adapter::find_many`] and finds a word also inside another one; an adapter with an index of words
    /// may find only words that begin so. One statement, and one more for each further thousand rows that have to be read where
    /// the text has several words.
    async fn search(&self, search: Search) -> Result<Vec<Record>, AdapterError> {
        search::by_reading(self, search).await
    }

    /// Counts rows. One statement.
    async fn count(&self, model: ModelId, filter: Filter) -> Result<u64, AdapterError>;

    /// Writes the fields that `change` holds to every match and returns one of the rows as it is
    /// afterwards, even when it no longer matches. An empty filter matches nothing here.
    async fn update(
        &self,
        model: ModelId,
        filter: Filter,
        change: Record,
    ) -> Result<Option<Record>, AdapterError>;

    /// Writes the fields that `change` holds to every match and tells how many there were; an empty filter
    /// matches all rows. One statement.
    async fn update_many(&self, model: ModelId, filter: Filter, change: Record) -> Result<u64, AdapterError>;

    /// Deletes every match; that there is none is no error. One statement.
    async fn delete(&self, model: ModelId, filter: Filter) -> Result<(), AdapterError> {
        self.delete_many(model, filter).await.map(|_| ())
    }

    /// Deletes every match and tells how many there were; an empty filter matches all rows. One statement.
    async fn delete_many(&self, model: ModelId, filter: Filter) -> Result<u64, AdapterError>;

    /// Deletes the first `limit` matches in an order and tells how many there were: fewer than `limit` when no others are left,
    /// or when other callers are at work on them. Of any number of concurrent callers each counts only what it deleted itself. A
    /// row that stops matching meanwhile stays. One statement where the engine can say it; by default a transaction
    /// of four, and one more for each 500 rows beyond the first, which is not run again when the store gives way.
    async fn delete_batch(&self, batch: Batch) -> Result<Deleted, AdapterError> {
        let count = emulation::delete_batch(self, &batch).await?;
        Ok(Deleted { count, last: None })
    }

    /// Takes a row exactly once: deletes the first match and returns it. Of any number of concurrent
    /// callers at most one receives a given row. One statement where the engine returns deleted rows, else
    /// four in a transaction.
    async fn consume_one(&self, consume: Consume) -> Result<Option<Record>, AdapterError>;

    /// Adds to counters of one matching row, guard and write in one step, and returns the row afterwards;
    /// `None` when no row passed the guard. A null counter stays null.
    async fn increment_one(&self, increment: Increment) -> Result<Option<Record>, AdapterError>;

    /// Counts a request with a key of the model `rate_limit` and tells the count. The first one makes the counter; one that comes when
    /// the window since the last that was let through is over begins anew; of any number of concurrent callers exactly as many
    /// are let through as the limit says. A refused one leaves `last_request` as it is. Not for inside a transaction, which would
    /// keep all others with the key waiting until it ends.
    ///
    /// One statement where a unique key over `key` can decide; by default two, and two more for each concurrent caller who was
    /// first.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Schema`] when there is no table of counters, which nothing else needs.
    async fn hit(&self, hit: Hit) -> Result<Counted, AdapterError> {
        hit::by_steps(self, &hit).await
    }

    /// Opens a transaction; inside a transaction, a savepoint. One statement.
    async fn begin(&self) -> Result<Box<dyn Transaction>, AdapterError>;

    /// The SeaORM adapter behind this one, for what only it can do: joining an application's transaction,
    /// giving typed models. An adapter that wraps another forwards the question.
    fn seaorm(&self) -> Option<&seaorm::SqlAdapter<'_>> {
        None
    }
}

/// An open transaction. Its writes are seen by others after [`Transaction::commit`]; dropped, it is undone. One operation at a
/// time: savepoints of operations that overlap would not know each other apart.
#[async_trait]
pub trait Transaction: std::fmt::Debug + Send + Sync {
    /// The adapter whose operations happen inside this transaction.
    fn adapter(&self) -> &dyn Adapter;

    /// Makes the writes durable.
    ///
    /// # Errors
    ///
    /// [`AdapterError::UnknownOutcome`] when the connection was lost meanwhile: the writes may or may not
    /// have happened.
    async fn commit(self: Box<Self>) -> Result<(), AdapterError>;

    /// Undoes the writes.
    async fn rollback(self: Box<Self>) -> Result<(), AdapterError>;
}
