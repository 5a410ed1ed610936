//! Operations that an entity's behaviour makes several statements of, behind a pooler: in a transaction they meet the same
//! server connection.

use async_trait::async_trait;
use auth_schema::ModelId;

use super::adapter::SqlAdapter;
use super::table::Table;
use crate::adapter::transaction::{UnitOfWork, run};
use crate::adapter::{Adapter, AdapterError, Filter, Increment, Record};

/// An operation that gives a row.
#[derive(Debug)]
pub(super) enum Whole {
    Create { model: ModelId, record: Record },
    Update { model: ModelId, filter: Filter, change: Record },
    Increment(Increment),
}

#[async_trait]
impl UnitOfWork for Whole {
    type Output = Option<Record>;
    type Error = AdapterError;

    async fn run(&self, transaction: &dyn Adapter) -> Result<Option<Record>, AdapterError> {
        match self {
            Self::Create { model, record } => transaction.create(*model, record.clone()).await.map(Some),
            Self::Update { model, filter, change } => {
                transaction.update(*model, filter.clone(), change.clone()).await
            }
            Self::Increment(increment) => transaction.increment_one(increment.clone()).await,
        }
    }
}

impl SqlAdapter<'_> {
    /// Whether statements of an entity's behaviour could meet other server connections than the write that they belong to.
    pub(super) fn parts_behaviour(&self, table: &Table) -> bool {
        table.entity.is_some() && self.executor.parts_statements()
    }

    /// Does an operation inside a transaction of its own.
    pub(super) async fn whole(&self, operation: Whole) -> Result<Option<Record>, AdapterError> {
        run(self, self.attempts(), &operation).await
    }
}
