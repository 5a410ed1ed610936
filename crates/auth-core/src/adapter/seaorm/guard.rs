//! Keeps, in a transaction, what a database without the constraint does not keep by itself: that values are unique, that
//! references have a counterpart, that dependent rows go with the one they point to.
//!
//! Two writers through this library cannot pass each other: before it looks, each takes a lock on the values. A writer that takes
//! no lock, such as Better Auth in TypeScript, is only seen once it has committed; nothing but the constraint itself stops it.

use std::collections::HashSet;

use async_trait::async_trait;
use auth_schema::{FieldId, ModelId};
use sea_orm::DbBackend;
use sea_orm::sea_query::Value as SqlValue;
use serde_json::json;

use super::adapter::SqlAdapter;
use super::error::classify;
use super::table::Table;
use crate::adapter::emulation::delete_first;
use crate::adapter::transaction::{UnitOfWork, run};
use crate::adapter::{Adapter, AdapterError, Batch, Filter, Operator, Query, Record, Value};

/// A write to many rows that needs a transaction of its own.
#[derive(Debug)]
pub(super) enum Guarded {
    Update { model: ModelId, filter: Filter, change: Record },
    Delete { model: ModelId, filter: Filter },
    DeleteBatch(Batch),
}

#[async_trait]
impl UnitOfWork for Guarded {
    type Output = u64;
    type Error = AdapterError;

    async fn run(&self, transaction: &dyn Adapter) -> Result<u64, AdapterError> {
        match self {
            Self::Update { model, filter, change } => {
                transaction.update_many(*model, filter.clone(), change.clone()).await
            }
            Self::Delete { model, filter } => transaction.delete_many(*model, filter.clone()).await,
            Self::DeleteBatch(batch) => delete_first(transaction, batch).await,
        }
    }
}

impl Table {
    /// Whether a new row must be looked at.
    pub(super) fn guards_new_rows(&self) -> bool {
        !self.unguarded.is_empty() || !self.unchecked.is_empty()
    }

    /// Whether a field must be looked at.
    pub(super) fn guards_field(&self, field: FieldId) -> bool {
        self.unguarded.iter().flatten().chain(&self.unchecked).any(|guarded| *guarded == field)
    }

    /// Whether a change must be looked at.
    pub(super) fn guards(&self, change: &Record) -> bool {
        change.iter().any(|(field, _)| self.guards_field(field))
    }

    /// Whether a change may have to be looked at once the entity's behaviour has had its say.
    pub(super) fn may_guard(&self, change: &Record) -> bool {
        self.guards(change) || (self.entity.is_some() && self.guards_new_rows())
    }
}

impl SqlAdapter<'_> {
    /// Does a write again inside a transaction.
    pub(super) async fn in_transaction(&self, write: Guarded) -> Result<u64, AdapterError> {
        run(self, self.attempts(), &write).await
    }

    /// Refuses a new row whose values are taken, or that points to nothing.
    pub(super) async fn guard_new(&self, table: &Table, record: &Record) -> Result<(), AdapterError> {
        for group in &table.unguarded {
            self.guard_group(table, group, record, None).await?;
        }
        self.guard_references(table, record).await
    }

    /// Refuses a change that makes a value stand twice, or point to nothing. Gives the ids of the rows that were looked at.
    pub(super) async fn guard_change(
        &self,
        table: &Table,
        filter: &Filter,
        change: &Record,
    ) -> Result<Vec<Value>, AdapterError> {
        let rows = self.find_many(Query::new(table.model).filter(filter.clone()).lock()).await?;
        let mut seen = HashSet::new();
        let mut ids = Vec::with_capacity(rows.len());
        for row in rows {
            let mut after = row.record;
            let id = after.get(FieldId::ID).cloned();
            for (field, value) in change.iter() {
                after.set(field, value.clone());
            }
            for group in table.unguarded.iter().filter(|group| touches(change, group)) {
                // Two of the rows themselves may become alike.
                if let Some(values) = values_of(&after, group)
                    && !seen.insert(lock_key(table, group, &values))
                {
                    return Err(taken(table, group));
                }
                self.guard_group(table, group, &after, id.clone()).await?;
            }
            ids.extend(id);
        }
        self.guard_references(table, change).await?;
        Ok(ids)
    }

    /// Locks the values of a group, then looks whether another row has them. Null is never taken.
    async fn guard_group(
        &self,
        table: &Table,
        group: &[FieldId],
        record: &Record,
        but: Option<Value>,
    ) -> Result<(), AdapterError> {
        let Some(values) = values_of(record, group) else {
            return Ok(());
        };
        self.lock_values(table, group, &values).await?;
        let mut filter = Filter::everything();
        for (field, value) in group.iter().zip(values) {
            filter = filter.and(*field, Operator::Equal, value);
        }
        if let Some(id) = but {
            filter = filter.and(FieldId::ID, Operator::NotEqual, id);
        }
        let query = Query::new(table.model).filter(filter).limit(1).lock();
        if self.find_many(query).await?.is_empty() { Ok(()) } else { Err(taken(table, group)) }
    }

    /// Until the transaction ends, no other one that asks passes here with the same values. MySQL's reading for update locks
    /// the gap where the row would stand; SQLite has one writer.
    async fn lock_values(
        &self,
        table: &Table,
        group: &[FieldId],
        values: &[Value],
    ) -> Result<(), AdapterError> {
        if self.shared.engine.backend != DbBackend::Postgres {
            return Ok(());
        }
        let key = SqlValue::String(Some(lock_key(table, group, values)));
        let failed = |error| classify(error, "lock", Some(table));
        let row = self.executor.one(&LOCK.into(), vec![key], self.about(table)).await.map_err(failed)?;
        let level: Option<String> = row.and_then(|row| row.try_get_by_index(0).ok());
        // The snapshot of such a transaction was taken before it waited: it would not see what the other has written.
        if level.as_deref() == Some("repeatable read") {
            return Err(AdapterError::Unsupported {
                what: "keep values unique that no index keeps, in a transaction of the level REPEATABLE READ",
                advice: "make the unique index (auth adopt), or use READ COMMITTED or SERIALIZABLE",
            });
        }
        Ok(())
    }

    /// Looks whether what a row points to is there, and keeps it there until the transaction ends.
    async fn guard_references(&self, table: &Table, record: &Record) -> Result<(), AdapterError> {
        for field in &table.unchecked {
            let Some(value) = record.get(*field).filter(|value| !value.is_null()) else {
                continue;
            };
            let model = self.shared.schema.model(table.model)?;
            let Some(reference) = model.field(*field).and_then(|field| field.references.as_ref()) else {
                continue;
            };
            let target = self.shared.schema.find(&reference.model)?;
            let to = self.shared.schema.model(target)?.find(&reference.field)?;
            let query = Query::new(target).filter(Filter::equal(to, value.clone())).limit(1).lock();
            if self.find_many(query).await?.is_empty() {
                return Err(dangling(table, *field));
            }
        }
        Ok(())
    }
}

/// The values of a group; `None` when one is null, which is never taken.
fn values_of(record: &Record, group: &[FieldId]) -> Option<Vec<Value>> {
    group.iter().map(|field| record.get(*field).filter(|value| !value.is_null()).cloned()).collect()
}

/// One text for values that the column takes for equal.
fn lock_key(table: &Table, group: &[FieldId], values: &[Value]) -> String {
    let fields: Vec<usize> = group.iter().map(|field| field.position()).collect();
    let plain = |value: &Value| match value {
        Value::Decimal(number) => json!(number.normalize().to_string()),
        Value::Float(number) => json!(number + 0.0),
        other => other.to_json(),
    };
    let values: Vec<_> = values.iter().map(plain).collect();
    json!([table.name, fields, values]).to_string()
}

fn touches(change: &Record, group: &[FieldId]) -> bool {
    group.iter().any(|field| change.get(*field).is_some())
}

fn taken(table: &Table, group: &[FieldId]) -> AdapterError {
    AdapterError::Conflict {
        model: table.model,
        model_name: table.model_name.clone(),
        table: table.name.clone(),
        fields: group
            .iter()
            .filter_map(|field| table.columns.get(field.position()))
            .map(|column| column.field.clone())
            .collect(),
        constraint: String::new(),
        source: None,
    }
}

pub(super) fn dangling(table: &Table, field: FieldId) -> AdapterError {
    let column = table.columns.get(field.position());
    AdapterError::ForeignKey {
        model: table.model,
        model_name: table.model_name.clone(),
        table: table.name.clone(),
        fields: column.map(|column| column.field.clone()).into_iter().collect(),
        constraint: String::new(),
        source: None,
    }
}

const LOCK: &str = "SELECT current_setting('transaction_isolation') \
     FROM pg_advisory_xact_lock(hashtextextended($1, 0))";
