//! An authentication database in one JSON file, for command line tools and demonstrations.
//!
//! The rows are held in the process. Each write outside a transaction, and each commit, replaces the whole file. While
//! a transaction is open, everything beside it waits.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use auth_core::adapter::memory::Tables;
use auth_core::adapter::{
    Adapter, AdapterError, Capabilities, Consume, FieldId, Filter, Increment, ModelId, Query, Record, Row,
    Schema, Transaction,
};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::database_file::{Contents, DatabaseFile, OpenError};

/// The adapter on a file.
#[derive(Debug)]
pub struct FileAdapter {
    schema: Arc<Schema>,
    scope: Scope,
}

#[derive(Debug)]
enum Scope {
    Shared(Arc<Mutex<DatabaseFile>>),
    /// The lock on the rows is held as long as the transaction lives.
    Transaction(Arc<Mutex<OwnedMutexGuard<DatabaseFile>>>),
}

/// An open transaction or savepoint.
#[derive(Debug)]
struct FileTransaction {
    adapter: FileAdapter,
    held: Arc<Mutex<OwnedMutexGuard<DatabaseFile>>>,
    /// What to return to; `None` once it is committed.
    before: Option<Contents>,
    is_savepoint: bool,
}

impl FileAdapter {
    /// Opens a file, or a new one that the first write creates.
    pub fn open(path: impl Into<PathBuf>, schema: Schema) -> Result<Self, OpenError> {
        let schema = Arc::new(schema);
        let file = DatabaseFile::open(path.into(), &schema)?;
        Ok(Self { schema, scope: Scope::Shared(Arc::new(Mutex::new(file))) })
    }

    async fn read<T>(
        &self,
        look: impl FnOnce(&Tables) -> Result<T, AdapterError> + Send,
    ) -> Result<T, AdapterError> {
        self.locked(|file, _| look(&file.contents.tables)).await
    }

    /// Works on a copy, which takes the place of the rows when all went well: a failure changes nothing. Nothing
    /// is awaited between file and rows, so a caller that gives up cannot leave them apart.
    async fn write<T>(
        &self,
        work: impl FnOnce(&mut Contents) -> Result<T, AdapterError> + Send,
    ) -> Result<T, AdapterError> {
        self.locked(|file, in_transaction| {
            let (value, next) = file.contents.after(work)?;
            if !in_transaction {
                file.save(&next)?;
            }
            file.contents = next;
            Ok(value)
        })
        .await
    }

    async fn locked<T>(
        &self,
        work: impl FnOnce(&mut DatabaseFile, bool) -> Result<T, AdapterError> + Send,
    ) -> Result<T, AdapterError> {
        match &self.scope {
            Scope::Shared(file) => work(&mut *file.lock().await, false),
            Scope::Transaction(held) => work(&mut *held.lock().await, true),
        }
    }
}

#[async_trait]
impl Adapter for FileAdapter {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::default();
        capabilities.insert_returning = true;
        capabilities.delete_returning = true;
        capabilities.update_returning = true;
        capabilities.case_sensitive = true;
        capabilities.transactions = true;
        capabilities.single_writer = true;
        capabilities
    }

    async fn create(&self, model: ModelId, mut record: Record) -> Result<Record, AdapterError> {
        self.write(|contents| {
            if record.get(FieldId::ID).is_none() {
                record.set(FieldId::ID, contents.make_id(model)?);
            }
            contents.tables.create(model, record)
        })
        .await
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
        self.write(|contents| contents.tables.update(model, &filter, &change)).await
    }

    async fn update_many(&self, model: ModelId, filter: Filter, change: Record) -> Result<u64, AdapterError> {
        self.write(|contents| contents.tables.update_many(model, &filter, &change)).await
    }

    async fn delete_many(&self, model: ModelId, filter: Filter) -> Result<u64, AdapterError> {
        self.write(|contents| contents.tables.delete_many(model, &filter)).await
    }

    async fn consume_one(&self, consume: Consume) -> Result<Option<Record>, AdapterError> {
        self.write(|contents| contents.tables.consume_one(&consume)).await
    }

    async fn increment_one(&self, increment: Increment) -> Result<Option<Record>, AdapterError> {
        self.write(|contents| contents.tables.increment_one(&increment)).await
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>, AdapterError> {
        let (held, is_savepoint) = match &self.scope {
            Scope::Shared(file) => (Arc::new(Mutex::new(Arc::clone(file).lock_owned().await)), false),
            Scope::Transaction(held) => (Arc::clone(held), true),
        };
        let before = Some(held.lock().await.contents.clone());
        let scope = Scope::Transaction(Arc::clone(&held));
        let adapter = Self { schema: Arc::clone(&self.schema), scope };
        Ok(Box::new(FileTransaction { adapter, held, before, is_savepoint }))
    }
}

#[async_trait]
impl Transaction for FileTransaction {
    fn adapter(&self) -> &dyn Adapter {
        &self.adapter
    }

    async fn commit(mut self: Box<Self>) -> Result<(), AdapterError> {
        if !self.is_savepoint {
            let file = self.held.lock().await;
            file.save(&file.contents)?;
        }
        self.before = None;
        Ok(())
    }

    async fn rollback(self: Box<Self>) -> Result<(), AdapterError> {
        // Dropping is rolling back.
        drop(self);
        Ok(())
    }
}

impl Drop for FileTransaction {
    fn drop(&mut self) {
        if let Some(before) = self.before.take()
            && let Ok(mut file) = self.held.try_lock()
        {
            file.contents = before;
        }
    }
}
