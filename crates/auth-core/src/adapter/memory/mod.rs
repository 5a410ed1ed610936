//! The adapter that keeps everything in the process, for tests and first steps.
//!
//! Transactions are serialised: while one is open, everything else waits. Unique fields and foreign keys hold
//! as in a database. Each write costs time in proportion to the number of rows.

mod filter;
mod state;

use std::sync::Arc;

use async_trait::async_trait;
use auth_schema::{ModelId, Schema};
use tokio::sync::{Mutex, OwnedMutexGuard};

use self::state::State;
use super::{
    Adapter, AdapterError, Capabilities, Consume, Filter, Increment, JoinKind, Joined, Query, Record, Row,
    Transaction, Value,
};

/// The in-process adapter.
#[derive(Debug)]
pub struct MemoryAdapter {
    schema: Arc<Schema>,
    scope: Scope,
}

#[derive(Debug)]
enum Scope {
    Shared(Arc<Mutex<State>>),
    /// The lock on the shared state is held as long as the transaction lives.
    Transaction(Arc<Mutex<OwnedMutexGuard<State>>>),
}

/// An open transaction; keeps what to return to.
#[derive(Debug)]
struct MemoryTransaction {
    adapter: MemoryAdapter,
    before: Option<State>,
}

impl MemoryAdapter {
    /// Serves the core models.
    pub fn new() -> Self {
        Self::with_schema(Schema::core())
    }

    /// Serves a schema of the application's own.
    pub fn with_schema(schema: Schema) -> Self {
        let schema = Arc::new(schema);
        let state = State::empty(Arc::clone(&schema));
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
        look: impl FnOnce(&State) -> Result<T, AdapterError> + Send,
    ) -> Result<T, AdapterError> {
        match &self.scope {
            Scope::Shared(state) => look(&*state.lock().await),
            Scope::Transaction(state) => look(&*state.lock().await),
        }
    }

    /// Works on a copy, which becomes the state when all went well: a failure changes nothing.
    async fn write<T>(
        &self,
        work: impl FnOnce(&mut State) -> Result<T, AdapterError> + Send,
    ) -> Result<T, AdapterError> {
        let apply = |state: &mut State| {
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
        self.write(|state| state.insert(model, record)).await
    }

    async fn find_one(&self, query: Query) -> Result<Option<Row>, AdapterError> {
        Ok(self.find_many(query.limit(1)).await?.pop())
    }

    async fn find_many(&self, query: Query) -> Result<Vec<Row>, AdapterError> {
        self.read(|state| find(state, &query)).await
    }

    async fn count(&self, model: ModelId, filter: Filter) -> Result<u64, AdapterError> {
        self.read(|state| Ok(state.matching(model, &filter)?.len() as u64)).await
    }

    async fn update(
        &self,
        model: ModelId,
        filter: Filter,
        change: Record,
    ) -> Result<Option<Record>, AdapterError> {
        if filter.is_empty() {
            return Ok(None);
        }
        self.write(|state| {
            let positions = state.matching(model, &filter)?;
            state.change(model, &positions, &[], &change)?;
            positions.first().map(|position| state.record(model, *position)).transpose()
        })
        .await
    }

    async fn update_many(&self, model: ModelId, filter: Filter, change: Record) -> Result<u64, AdapterError> {
        self.write(|state| {
            let positions = state.matching(model, &filter)?;
            state.change(model, &positions, &[], &change)?;
            Ok(positions.len() as u64)
        })
        .await
    }

    async fn delete_many(&self, model: ModelId, filter: Filter) -> Result<u64, AdapterError> {
        self.write(|state| {
            let positions = state.matching(model, &filter)?;
            state.remove(model, &positions)?;
            Ok(positions.len() as u64)
        })
        .await
    }

    async fn consume_one(&self, consume: Consume) -> Result<Option<Record>, AdapterError> {
        self.write(|state| {
            let mut positions = state.matching(consume.model, &consume.filter)?;
            state.sort(consume.model, &mut positions, consume.sort.as_slice())?;
            let Some(first) = positions.first().copied() else {
                return Ok(None);
            };
            let record = state.record(consume.model, first)?;
            if !consume.with_all_matches {
                positions.truncate(1);
            }
            state.remove(consume.model, &positions)?;
            Ok(Some(record))
        })
        .await
    }

    async fn increment_one(&self, increment: Increment) -> Result<Option<Record>, AdapterError> {
        increment.check(&self.schema)?;
        self.write(|state| {
            let mut positions = state.matching(increment.model, &increment.filter)?;
            positions.truncate(1);
            state.change(increment.model, &positions, &increment.add, &increment.set)?;
            positions.first().map(|position| state.record(increment.model, *position)).transpose()
        })
        .await
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

fn find(state: &State, query: &Query) -> Result<Vec<Row>, AdapterError> {
    let mut positions = state.matching(query.model, &query.filter)?;
    state.sort(query.model, &mut positions, &query.sort)?;
    let offset = usize::try_from(query.offset).unwrap_or(usize::MAX);
    let limit = query.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let mut rows = Vec::new();
    for position in positions.into_iter().skip(offset).take(limit) {
        let record = state.record(query.model, position)?;
        let joined =
            query.joins.iter().map(|join| find_joined(state, &record, join)).collect::<Result<_, _>>()?;
        let record = match &query.select {
            None => record,
            Some(fields) => record.project(fields),
        };
        rows.push(Row { record, joined });
    }
    Ok(rows)
}

fn find_joined(state: &State, record: &Record, join: &super::Join) -> Result<Joined, AdapterError> {
    let key = record.get(join.from).cloned().unwrap_or(Value::Null);
    let found = if key.is_null() {
        Vec::new()
    } else {
        state.matching(join.model, &join.filter.clone().and(join.to, super::Operator::Equal, key))?
    };
    let limit = match join.kind {
        JoinKind::One => 1,
        JoinKind::Many { limit } => {
            limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX))
        }
    };
    let mut records = found
        .into_iter()
        .take(limit)
        .map(|position| state.record(join.model, position))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(match join.kind {
        JoinKind::One => Joined::One(records.pop()),
        JoinKind::Many { .. } => Joined::Many(records),
    })
}
