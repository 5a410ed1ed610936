//! The operations that need a transaction of their own outside of one. The library's runner opens, retries and closes it.

use async_trait::async_trait;
use auth_core::adapter::transaction::UnitOfWork;
use auth_core::adapter::{Adapter, AdapterError, Batch, Consume, FieldId, Filter, ModelId, Query, Record};

/// An operation of several statements.
#[derive(Debug)]
pub(crate) enum Unit {
    /// The record has its id.
    Create {
        model: ModelId,
        record: Record,
    },
    Update {
        model: ModelId,
        filter: Filter,
        change: Record,
    },
    UpdateMany {
        model: ModelId,
        filter: Filter,
        change: Record,
    },
    DeleteMany {
        model: ModelId,
        filter: Filter,
    },
    DeleteBatch(Batch),
    Consume(Consume),
    Increment(auth_core::adapter::Increment),
}

/// What it gives: a row, or how many there were.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) record: Option<Record>,
    pub(crate) count: u64,
}

impl Done {
    fn record(record: Option<Record>) -> Self {
        Self { record, count: 0 }
    }

    fn count(count: u64) -> Self {
        Self { record: None, count }
    }
}

#[async_trait]
impl UnitOfWork for Unit {
    type Output = Done;
    type Error = AdapterError;

    async fn run(&self, transaction: &dyn Adapter) -> Result<Done, AdapterError> {
        match self {
            Self::Create { model, record } => {
                transaction.create(*model, record.clone()).await.map(|record| Done::record(Some(record)))
            }
            Self::Update { model, filter, change } => {
                transaction.update(*model, filter.clone(), change.clone()).await.map(Done::record)
            }
            Self::UpdateMany { model, filter, change } => {
                transaction.update_many(*model, filter.clone(), change.clone()).await.map(Done::count)
            }
            Self::DeleteMany { model, filter } => {
                transaction.delete_many(*model, filter.clone()).await.map(Done::count)
            }
            Self::DeleteBatch(batch) => {
                transaction.delete_batch(batch.clone()).await.map(|deleted| Done::count(deleted.count))
            }
            Self::Consume(consume) => transaction.consume_one(consume.clone()).await.map(Done::record),
            Self::Increment(increment) => {
                transaction.increment_one(increment.clone()).await.map(Done::record)
            }
        }
    }

    /// A created row is looked for by its id; what was changed or deleted cannot be told from what others did.
    async fn is_done(&self, _output: &Done, adapter: &dyn Adapter) -> Result<Option<bool>, AdapterError> {
        let Self::Create { model, record } = self else {
            return Ok(None);
        };
        let by_id = Filter::equal(FieldId::ID, record.get(FieldId::ID).cloned());
        adapter.find_one(Query::new(*model).filter(by_id)).await.map(|found| Some(found.is_some()))
    }
}
