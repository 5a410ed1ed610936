//! Keeps, in a transaction, what a database without the constraint does not keep by itself: that values are unique, that
//! references have a counterpart, that dependent rows go with the one they point to.
//!
//! Two writers through this library cannot pass each other: before it looks, each takes a lock on the values. A writer that takes
//! no lock, such as Better Auth in TypeScript, is only seen once it has committed; nothing but the constraint itself stops it.

use async_trait::async_trait;
use auth_schema::{FieldId, ModelId, OnDelete};
use sea_orm::DbBackend;
use sea_orm::sea_query::Value as SqlValue;
use serde_json::json;

use super::adapter::SqlAdapter;
use super::error::classify;
use super::table::Table;
use crate::adapter::transaction::{UnitOfWork, run};
use crate::adapter::{Adapter, AdapterError, Filter, Operator, Query, Record, Value};

/// A field of another table that points here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dependant {
    pub(super) model: ModelId,
    pub(super) from: FieldId,
    pub(super) to: FieldId,
    pub(super) on_delete: OnDelete,
}

/// A write to many rows that needs a transaction of its own.
#[derive(Debug)]
pub(super) enum Guarded {
    Update { model: ModelId, filter: Filter, change: Record },
    Delete { model: ModelId, filter: Filter },
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
        }
    }
}

impl Table {
    /// Whether a new row must be looked at.
    pub(super) fn guards_new_rows(&self) -> bool {
        !self.unguarded.is_empty() || !self.unchecked.is_empty()
    }

    /// Whether a change must be looked at.
    pub(super) fn guards(&self, change: &Record) -> bool {
        let touched = |field: &FieldId| change.get(*field).is_some();
        self.unguarded.iter().flatten().chain(&self.unchecked).any(touched)
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

    /// Refuses a change that makes a value stand twice, or point to nothing.
    pub(super) async fn guard_change(
        &self,
        table: &Table,
        filter: &Filter,
        change: &Record,
    ) -> Result<(), AdapterError> {
        if !table.guards(change) {
            return Ok(());
        }
        let rows = self.find_many(Query::new(table.model).filter(filter.clone()).lock()).await?;
        let several = rows.len() > 1;
        for row in rows {
            let mut after = row.record;
            let id = after.get(FieldId::ID).cloned();
            for (field, value) in change.iter() {
                after.set(field, value.clone());
            }
            for group in table.unguarded.iter().filter(|group| touches(change, group)) {
                if several
                    && group.iter().all(|field| change.get(*field).is_some_and(|value| !value.is_null()))
                {
                    return Err(taken(table, group));
                }
                self.guard_group(table, group, &after, id.clone()).await?;
            }
        }
        self.guard_references(table, change).await
    }

    /// Sees to the rows that point to those which are about to go.
    pub(super) async fn guard_deletion(&self, table: &Table, filter: &Filter) -> Result<(), AdapterError> {
        if table.dependants.is_empty() {
            return Ok(());
        }
        let rows = self.find_many(Query::new(table.model).filter(filter.clone()).lock()).await?;
        for dependant in &table.dependants {
            let targets = rows.iter().filter_map(|row| row.record.get(dependant.to).cloned());
            let targets: Vec<Value> = targets.filter(|value| !value.is_null()).collect();
            for some in targets.chunks(AT_ONCE) {
                let filter =
                    Filter::everything().and(dependant.from, Operator::In, Value::List(some.to_vec()));
                self.release(*dependant, filter).await?;
            }
        }
        Ok(())
    }

    async fn release(&self, dependant: Dependant, filter: Filter) -> Result<(), AdapterError> {
        let Dependant { model, from, on_delete, .. } = dependant;
        match on_delete {
            OnDelete::SetNull => {
                self.update_many(model, filter, Record::default().with(from, Value::Null)).await.map(|_| ())
            }
            OnDelete::Cascade => self.delete_many(model, filter).await.map(|_| ()),
            _ if self.count(model, filter).await? == 0 => Ok(()),
            _ => Err(dangling(self.table(model)?, from)),
        }
    }

    /// Locks the values of a group, then looks whether another row has them. Null is never taken.
    async fn guard_group(
        &self,
        table: &Table,
        group: &[FieldId],
        record: &Record,
        but: Option<Value>,
    ) -> Result<(), AdapterError> {
        let values: Option<Vec<Value>> =
            group.iter().map(|field| record.get(*field).filter(|value| !value.is_null()).cloned()).collect();
        let Some(values) = values else {
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
        let fields: Vec<usize> = group.iter().map(|field| field.position()).collect();
        let values: Vec<_> = values.iter().map(Value::to_json).collect();
        let key = json!([table.name, fields, values]).to_string();
        let sql = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
        let locked = self.executor.execute(sql, vec![SqlValue::String(Some(key))]).await;
        locked.map(|_| ()).map_err(|error| classify(error, "lock", Some(table)))
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

fn dangling(table: &Table, field: FieldId) -> AdapterError {
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

/// Values in one `IN`.
const AT_ONCE: usize = 500;
