//! The adapter that keeps everything in the process, for tests and first steps.
//!
//! Transactions are serialised: while one is open, everything else waits. Unique fields and foreign keys hold
//! as in a database. Each write costs time in proportion to the number of rows.

mod filter;
mod operations;
mod tables;

use std::sync::Arc;

use async_trait::async_trait;
use auth_schema::{ModelId, Schema};
use tokio::sync::{Mutex, OwnedMutexGuard};

pub use self::tables::Tables;
use super::{
    Adapter, AdapterError, Batch, Capabilities, Consume, Deleted, Filter, Increment, Query, Record, Row,
    Transaction,
};

/// The in-process adapter.
#[derive(Debug)]
pub struct MemoryAdapter {
    schema: Arc<Schema>,
    scope: Scope,
}

#[derive(Debug)]
enum Scope {
    Shared(Arc<Mutex<Tables>>),
    /// The lock on the shared state is held as long as the transaction lives.
    Transaction(Arc<Mutex<OwnedMutexGuard<Tables>>>),
}

/// An open transaction; keeps what to return to.
#[derive(Debug)]
struct MemoryTransaction {
    adapter: MemoryAdapter,
    before: Option<Tables>,
}

impl MemoryAdapter {
    /// Serves the core models.
    pub fn new() -> Self {
        Self::with_schema(Schema::core())
    }

    /// Serves a schema of the application's own.
    pub fn with_schema(schema: Schema) -> Self {
        let schema = Arc::new(schema);
        let state = Tables::new(Arc::clone(&schema));
        Self { schema, scope: Scope::Shared(Arc::new(Mutex::new(state))) }
    }

    /// The same rows under a description that differs in ids, defaults and transforms only: the models and their
    /// fields must be the same.
    #[must_use]
    pub fn redescribed(&self, schema: Schema) -> Self {
        let scope = match &self.scope {
            Scope::Shared(state) => Scope::Shared(Arc::clone(state)),
            Scope::Transaction(state) => Scope::Transaction(Arc::clone(state)),
        };
        Self { schema: Arc::new(schema), scope }
    }

    async fn read<T>(
        &self,
        look: impl FnOnce(&Tables) -> Result<T, AdapterError> + Send,
    ) -> Result<T, AdapterError> {
        match &self.scope {
            Scope::Shared(state) => look(&*state.lock().await),
            Scope::Transaction(state) => look(&*state.lock().await),
        }
    }

    /// Works on a copy, which becomes the state when all went well: a failure changes nothing.
    async fn write<T>(
        &self,
        work: impl FnOnce(&mut Tables) -> Result<T, AdapterError> + Send,
    ) -> Result<T, AdapterError> {
        let apply = |state: &mut Tables| {
            let mut next = state.clone();
            let value = work(&mut next)?;
            *state = next;
            Ok(value)
        };
        match &self.scope {
            Scope::Shared(state) => apply(&mut *state.lock().await),
            Scope::Transaction(state) => apply(&mut *state.lock().await),
        }
    }
}

impl Default for MemoryAdapter {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Adapter for MemoryAdapter {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            insert_returning: true,
            delete_returning: true,
            update_returning: true,
            skip_locked: false,
            case_sensitive: true,
            transactions: true,
            single_writer: true,
        }
    }

    async fn create(&self, model: ModelId, record: Record) -> Result<Record, AdapterError> {
        self.write(|tables| tables.create(model, record)).await
    }

    async fn find_one(&self, query: Query) -> Result<Option<Row>, AdapterError> {
        Ok(self.find_many(query.limit(1)).await?.pop())
    }

    async fn find_many(&self, query: Query) -> Result<Vec<Row>, AdapterError> {
        self.read(|tables| tables.find(&query)).await
    }

    async fn count(&self, model: ModelId, filter: Filter) -> Result<u64, AdapterError> {
        self.read(|tables| tables.count(model, &filter)).await
    }

    async fn update(
        &self,
        model: ModelId,
        filter: Filter,
        change: Record,
    ) -> Result<Option<Record>, AdapterError> {
        self.write(|tables| tables.update(model, &filter, &change)).await
    }

    async fn update_many(&self, model: ModelId, filter: Filter, change: Record) -> Result<u64, AdapterError> {
        self.write(|tables| tables.update_many(model, &filter, &change)).await
    }

    async fn delete_many(&self, model: ModelId, filter: Filter) -> Result<u64, AdapterError> {
        self.write(|tables| tables.delete_many(model, &filter)).await
    }

    async fn delete_batch(&self, batch: Batch) -> Result<Deleted, AdapterError> {
        let count = self.write(|tables| tables.delete_batch(&batch)).await?;
        Ok(Deleted { count, last: None })
    }

    async fn consume_one(&self, consume: Consume) -> Result<Option<Record>, AdapterError> {
        self.write(|tables| tables.consume_one(&consume)).await
    }

    async fn increment_one(&self, increment: Increment) -> Result<Option<Record>, AdapterError> {
        self.write(|tables| tables.increment_one(&increment)).await
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>, AdapterError> {
        let held = match &self.scope {
            Scope::Shared(state) => Arc::new(Mutex::new(Arc::clone(state).lock_owned().await)),
            Scope::Transaction(state) => Arc::clone(state),
        };
        let before = held.lock().await.clone();
        let adapter = Self { schema: Arc::clone(&self.schema), scope: Scope::Transaction(held) };
        Ok(Box::new(MemoryTransaction { adapter, before: Some(before) }))
    }
}

#[async_trait]
impl Transaction for MemoryTransaction {
    fn adapter(&self) -> &dyn Adapter {
        &self.adapter
    }

    async fn commit(mut self: Box<Self>) -> Result<(), AdapterError> {
        self.before = None;
        Ok(())
    }

    async fn rollback(self: Box<Self>) -> Result<(), AdapterError> {
        // Dropping is rolling back.
        drop(self);
        Ok(())
    }
}

impl Drop for MemoryTransaction {
    fn drop(&mut self) {
        if let (Some(before), Scope::Transaction(held)) = (self.before.take(), &self.adapter.scope)
            && let Ok(mut state) = held.try_lock()
        {
            **state = before;
        }
    }
}
