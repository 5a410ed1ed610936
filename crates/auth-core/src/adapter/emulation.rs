//! The operations that give a row back, for an engine that cannot return what it wrote, or that does not keep what the
//! schema promises: the row is locked and read first, in a transaction of four or five statements.

use async_trait::async_trait;
use auth_schema::{FieldId, ModelId};

use super::transaction::{UnitOfWork, run};
use super::{
    Adapter, AdapterError, Attempts, Batch, Consume, Filter, Increment, Operator, Query, Record, Value,
};

/// An operation that is emulated.
#[derive(Debug)]
pub(super) enum Emulated {
    Create { model: ModelId, record: Record },
    Update { model: ModelId, filter: Filter, change: Record },
    Consume(Consume),
    Increment(Increment),
}

impl Emulated {
    /// Does it in a transaction of its own, or in a savepoint.
    pub(super) async fn run(
        &self,
        adapter: &dyn Adapter,
        attempts: Attempts<'_>,
    ) -> Result<Option<Record>, AdapterError> {
        run(adapter, attempts, self).await
    }
}

#[async_trait]
impl UnitOfWork for Emulated {
    type Output = Option<Record>;
    type Error = AdapterError;

    async fn run(&self, transaction: &dyn Adapter) -> Result<Option<Record>, AdapterError> {
        match self {
            Self::Create { model, record } => transaction.create(*model, record.clone()).await.map(Some),
            Self::Update { model, filter, change } => update(transaction, *model, filter, change).await,
            Self::Consume(consume) => take(transaction, consume).await,
            Self::Increment(increment) => add(transaction, increment).await,
        }
    }
}

/// [`Adapter::delete_batch`] in a transaction of its own, or in a savepoint; without one where the store has none.
pub(super) async fn delete_batch<A: Adapter + ?Sized>(
    adapter: &A,
    batch: &Batch,
) -> Result<u64, AdapterError> {
    if batch.limit == 0 {
        return Ok(0);
    }
    if !adapter.capabilities().transactions {
        return delete_first(adapter, batch).await;
    }
    let transaction = adapter.begin().await?;
    match delete_first(transaction.adapter(), batch).await {
        Ok(deleted) => transaction.commit().await.map(|()| deleted),
        Err(error) => {
            if let Err(rollback) = transaction.rollback().await {
                tracing::debug!(name: "db.transaction.rollback", error = %rollback, "dropped, it is undone");
            }
            Err(error)
        }
    }
}

/// Finds and locks the rows of a batch, then deletes them.
pub(super) async fn delete_first<A: Adapter + ?Sized>(
    adapter: &A,
    batch: &Batch,
) -> Result<u64, AdapterError> {
    let mut query = Query::new(batch.model)
        .filter(batch.filter.clone())
        .limit(batch.limit)
        .select(vec![FieldId::ID])
        .lock();
    query.sort.extend(batch.sort);
    let rows = adapter.find_many(query).await?;
    let ids: Vec<Value> = rows.into_iter().filter_map(|mut row| row.record.take(FieldId::ID)).collect();
    let mut deleted = 0;
    for some in ids.chunks(AT_ONCE) {
        // The filter again: where nothing locks the rows, one may have changed since.
        let some = batch.filter.clone().and(FieldId::ID, Operator::In, Value::List(some.to_vec()));
        deleted += adapter.delete_many(batch.model, some).await?;
    }
    Ok(deleted)
}

async fn update(
    transaction: &dyn Adapter,
    model: ModelId,
    filter: &Filter,
    change: &Record,
) -> Result<Option<Record>, AdapterError> {
    let Some(record) = locked(transaction, model, filter).await? else {
        return Ok(None);
    };
    let id = change.get(FieldId::ID).or(record.get(FieldId::ID)).cloned();
    transaction.update_many(model, filter.clone(), change.clone()).await?;
    read_back(transaction, model, id).await
}

async fn take(transaction: &dyn Adapter, consume: &Consume) -> Result<Option<Record>, AdapterError> {
    let mut query = Query::new(consume.model).filter(consume.filter.clone()).lock();
    query.sort.extend(consume.sort);
    if !consume.with_all_matches {
        query = query.limit(1);
    }
    let mut found = transaction.find_many(query).await?;
    if found.is_empty() {
        return Ok(None);
    }
    // Only what was read and locked: a value that came meanwhile is not superseded.
    let ids = Filter::ids(found.iter().filter_map(|row| row.record.get(FieldId::ID).cloned()));
    let record = found.swap_remove(0).record;
    let deleted = transaction.delete_many(consume.model, ids).await?;
    Ok((deleted > 0).then_some(record))
}

/// The row is locked: what was read is what is added to.
async fn add(transaction: &dyn Adapter, increment: &Increment) -> Result<Option<Record>, AdapterError> {
    let Some(record) = locked(transaction, increment.model, &increment.filter).await? else {
        return Ok(None);
    };
    let mut change = increment.set.clone();
    for (field, delta) in &increment.add {
        if let Some(Value::Int(counter)) = record.get(*field) {
            change.set(*field, Value::Int(counter.saturating_add(*delta)));
        }
    }
    let id = change.get(FieldId::ID).or(record.get(FieldId::ID)).cloned();
    transaction.update_many(increment.model, by_id(&record), change).await?;
    read_back(transaction, increment.model, id).await
}

async fn locked(
    transaction: &dyn Adapter,
    model: ModelId,
    filter: &Filter,
) -> Result<Option<Record>, AdapterError> {
    let query = Query::new(model).filter(filter.clone()).limit(1).lock();
    Ok(transaction.find_many(query).await?.pop().map(|row| row.record))
}

async fn read_back(
    transaction: &dyn Adapter,
    model: ModelId,
    id: Option<Value>,
) -> Result<Option<Record>, AdapterError> {
    let query = Query::new(model).filter(Filter::equal(FieldId::ID, id));
    Ok(transaction.find_one(query).await?.map(|row| row.record))
}

fn by_id(record: &Record) -> Filter {
    Filter::equal(FieldId::ID, record.get(FieldId::ID).cloned())
}

/// Values in one `IN`.
const AT_ONCE: usize = 500;
