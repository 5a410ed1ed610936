//! The adapter: each operation as one statement where that is whole by itself, else as a transaction of its own.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use auth_core::adapter::transaction::{Attempts, run};
use auth_core::adapter::{
    Adapter, AdapterError, Batch, Capabilities, Consume, Deleted, FieldId, Filter, Increment, ModelId, Query,
    Record, Row, Schema, Transaction,
};
use auth_core::config::TransactionConfig;
use auth_core::domain::Random;
use auth_schema::SchemaError;
use mongodb::bson::{Bson, Document};
use mongodb::{Client, Database};

use crate::builder::MongoBuilder;
use crate::collection::{Collection, Column};
use crate::executor::Executor;
use crate::transaction::{MongoTransaction, Open};
use crate::turns::Turns;
use crate::unit::{Done, Unit};
use crate::{document, filter, id, operation};

/// The adapter on a database of MongoDB. Cloning it costs nothing; clones share the driver's connections.
#[derive(Clone)]
pub struct MongoAdapter {
    shared: Arc<Shared>,
    executor: Executor,
}

pub(crate) struct Shared {
    pub(crate) client: Client,
    pub(crate) database: Database,
    pub(crate) schema: Schema,
    pub(crate) collections: Vec<Collection>,
    /// Whether the deployment has transactions: a replica set, or shards.
    pub(crate) transactions: bool,
    pub(crate) retry: TransactionConfig,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) turns: Turns,
}

impl fmt::Debug for MongoAdapter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut adapter = formatter.debug_struct("MongoAdapter");
        adapter.field("database", &self.shared.database.name()).field("within", &self.is_within());
        adapter.finish_non_exhaustive()
    }
}

impl MongoAdapter {
    /// Opens a database: `mongodb://user:password@host:27017/name?options`, or `mongodb+srv://…`.
    pub fn builder(url: &str) -> MongoBuilder {
        MongoBuilder::new(url)
    }

    pub(crate) fn new(shared: Shared) -> Self {
        let executor = Executor::Alone(shared.database.clone());
        Self { shared: Arc::new(shared), executor }
    }

    /// The same, its statements going elsewhere.
    pub(crate) fn on(&self, executor: Executor) -> Self {
        Self { shared: Arc::clone(&self.shared), executor }
    }

    pub(crate) fn executor(&self) -> &Executor {
        &self.executor
    }

    /// The collection of a model.
    pub(crate) fn collection(&self, model: ModelId) -> Result<&Collection, AdapterError> {
        let foreign = || SchemaError::ForeignModel { id: model };
        self.shared.collections.get(model.position()).ok_or_else(|| foreign().into())
    }

    /// Whether a transaction is open.
    pub(crate) fn is_within(&self) -> bool {
        matches!(self.executor, Executor::Within(_))
    }

    /// Whether several statements belong together as they are: in a transaction, or where there is none to be had.
    fn goes_on(&self) -> bool {
        self.is_within() || !self.shared.transactions
    }

    async fn run(&self, unit: Unit) -> Result<Done, AdapterError> {
        run(self, Attempts::new(&self.shared.retry, &*self.shared.random), &unit).await
    }

    /// The driver's database, for the application's own collections.
    pub fn database(&self) -> &Database {
        &self.shared.database
    }
}

#[async_trait]
impl Adapter for MongoAdapter {
    fn schema(&self) -> &Schema {
        &self.shared.schema
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::default();
        capabilities.insert_returning = true;
        capabilities.delete_returning = true;
        capabilities.update_returning = true;
        capabilities.case_sensitive = true;
        capabilities.transactions = self.shared.transactions;
        capabilities
    }

    /// One statement; for a row that points to others, a transaction of one more for each and the commit. Of rows that point to one document, one
    /// is created at a time.
    async fn create(&self, model: ModelId, mut record: Record) -> Result<Record, AdapterError> {
        let of = self.collection(model)?;
        let new = document::new(of, &record)?;
        let Some(target) = pointed_to(of, &new).filter(|_| !self.goes_on()) else {
            return self.insert(model, new).await;
        };
        let _turn = self.shared.turns.wait(target).await;
        // A second run creates the same row.
        record.set(FieldId::ID, id::text(&document::id(&new)).into());
        Ok(self.run(Unit::Create { model, record }).await?.record.unwrap_or_default())
    }

    async fn find_one(&self, query: Query) -> Result<Option<Row>, AdapterError> {
        Ok(self.find(&query.limit(1)).await?.pop())
    }

    /// One statement, with joins too; with a lock, two.
    async fn find_many(&self, query: Query) -> Result<Vec<Row>, AdapterError> {
        self.find(&query).await
    }

    async fn count(&self, model: ModelId, filter: Filter) -> Result<u64, AdapterError> {
        let of = self.collection(model)?;
        self.executor.count(of, filter::document(of, &filter)?).await
    }

    /// One statement where the filter names one row, else a transaction of four.
    async fn update(
        &self,
        model: ModelId,
        filter: Filter,
        change: Record,
    ) -> Result<Option<Record>, AdapterError> {
        let of = self.collection(model)?;
        let set = document::change(of, &change)?;
        if filter.is_empty() {
            return Ok(None);
        }
        let is_one = filter::names_one(of, &filter);
        if !self.goes_on() && (!is_one || points(of, &set)) {
            return Ok(self.run(Unit::Update { model, filter, change }).await?.record);
        }
        if is_one {
            self.update_named(of, &filter, set).await
        } else {
            self.update_all(of, &filter, set).await
        }
    }

    /// One statement where the filter names one row, else a transaction of two.
    async fn update_many(&self, model: ModelId, filter: Filter, change: Record) -> Result<u64, AdapterError> {
        let of = self.collection(model)?;
        let set = document::change(of, &change)?;
        if set.is_empty() {
            return self.count(model, filter).await;
        }
        let is_one = filter::names_one(of, &filter) && !points(of, &set);
        if self.goes_on() || is_one {
            return self.update_matches(of, &filter, set).await;
        }
        Ok(self.run(Unit::UpdateMany { model, filter, change }).await?.count)
    }

    /// One statement where the filter names one row that nothing points to, else a transaction.
    async fn delete_many(&self, model: ModelId, filter: Filter) -> Result<u64, AdapterError> {
        let of = self.collection(model)?;
        let is_one = filter::names_one(of, &filter) && of.dependants.is_empty();
        if self.goes_on() || is_one {
            return self.delete_matches(of, &filter).await;
        }
        Ok(self.run(Unit::DeleteMany { model, filter }).await?.count)
    }

    /// A transaction of three, and one more for each reference that follows; run again when it gives way.
    async fn delete_batch(&self, batch: Batch) -> Result<Deleted, AdapterError> {
        let of = self.collection(batch.model)?;
        let mut deleted = Deleted::default();
        if batch.limit > 0 {
            deleted.count = if self.goes_on() {
                self.delete_first(of, &batch).await?
            } else {
                self.run(Unit::DeleteBatch(batch)).await?.count
            };
        }
        Ok(deleted)
    }

    /// One statement; with all matches, a transaction of four.
    async fn consume_one(&self, consume: Consume) -> Result<Option<Record>, AdapterError> {
        let of = self.collection(consume.model)?;
        if self.goes_on() || operation::is_one_statement(of, &consume) {
            return self.take(of, &consume).await;
        }
        Ok(self.run(Unit::Consume(consume)).await?.record)
    }

    /// One statement.
    async fn increment_one(&self, increment: Increment) -> Result<Option<Record>, AdapterError> {
        increment.check(self.schema())?;
        let of = self.collection(increment.model)?;
        if self.goes_on() || !points(of, &document::change(of, &increment.set)?) {
            return self.add(of, &increment).await;
        }
        Ok(self.run(Unit::Increment(increment)).await?.record)
    }

    /// No statement: the first one of the transaction tells the server.
    async fn begin(&self) -> Result<Box<dyn Transaction>, AdapterError> {
        match &self.executor {
            Executor::Within(open) => Ok(Box::new(MongoTransaction::savepoint(self, open).await?)),
            Executor::Alone(_) if !self.shared.transactions => {
                let advice = "make the server a replica set, of one member at least";
                Err(AdapterError::Unsupported {
                    what: "open a transaction on a standalone MongoDB server",
                    advice,
                })
            }
            Executor::Alone(_) => {
                let open = Open::begin(&self.shared.client, &self.shared.database).await?;
                Ok(Box::new(MongoTransaction::new(self, open)))
            }
        }
    }
}

/// Whether a document points to another.
fn points(of: &Collection, written: &Document) -> bool {
    pointed_to(of, written).is_some()
}

/// What a document points to first.
fn pointed_to<'a>(of: &Collection, written: &'a Document) -> Option<&'a Bson> {
    let pointing = of.columns.iter().filter(|column: &&Column| column.target.is_some());
    let mut keys = pointing.filter_map(|column| written.get(&column.name));
    keys.find(|key| **key != Bson::Null)
}
