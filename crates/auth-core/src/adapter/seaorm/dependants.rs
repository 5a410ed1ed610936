//! What goes with a row where the database does not see to it: rows that point to it go too, or forget it, or hold it back.

use std::collections::HashSet;

use auth_schema::{FieldId, ModelId, OnDelete};

use super::adapter::SqlAdapter;
use super::error::classify;
use super::guard::dangling;
use super::shape::Shape;
use super::statement;
use super::table::Table;
use crate::adapter::{Adapter, AdapterError, Batch, Deleted, Filter, Operator, Query, Record, Value};

/// A field of another table that points here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dependant {
    pub(super) model: ModelId,
    pub(super) from: FieldId,
    pub(super) to: FieldId,
    pub(super) on_delete: OnDelete,
}

/// Rows that are found one after another, each once: they may point to each other in a circle.
#[derive(Default)]
struct Doomed {
    seen: HashSet<(ModelId, String)>,
    /// In the order in which they were found: what points to a row comes behind it.
    rows: Vec<(ModelId, Vec<Record>)>,
}

impl Doomed {
    fn add(&mut self, model: ModelId, rows: Vec<Record>) {
        let new = |record: &Record| {
            let id = record.get(FieldId::ID).map(Value::to_json).unwrap_or_default();
            self.seen.insert((model, id.to_string()))
        };
        let rows: Vec<Record> = rows.into_iter().filter(new).collect();
        if !rows.is_empty() {
            self.rows.push((model, rows));
        }
    }
}

impl SqlAdapter<'_> {
    /// Deletes every match with all that goes with it, in the transaction that is open; tells how many matched.
    pub(super) async fn delete_with_dependants(
        &self,
        table: &Table,
        filter: Filter,
    ) -> Result<u64, AdapterError> {
        let mut doomed = Doomed::default();
        doomed.add(table.model, self.locked(table.model, filter.clone()).await?);
        let mut position = 0;
        while let Some((model, rows)) = doomed.rows.get(position).cloned() {
            for dependant in &self.table(model)?.dependants {
                let targets = rows.iter().filter_map(|record| record.get(dependant.to).cloned());
                let targets: Vec<Value> = targets.filter(|value| !value.is_null()).collect();
                for some in targets.chunks(AT_ONCE) {
                    self.release(*dependant, some.to_vec(), &mut doomed).await?;
                }
            }
            position += 1;
        }
        let mut deleted = 0;
        for (position, (model, rows)) in doomed.rows.iter().enumerate().rev() {
            let ids: Vec<Value> = rows.iter().filter_map(|record| record.get(FieldId::ID).cloned()).collect();
            for some in ids.chunks(AT_ONCE) {
                // Only what was looked at, and only while it still matches.
                let base = if position == 0 { filter.clone() } else { Filter::everything() };
                let some = base.and(FieldId::ID, Operator::In, Value::List(some.to_vec()));
                let count = self.delete_rows(self.table(*model)?, some).await?;
                deleted += if position == 0 { count } else { 0 };
            }
        }
        Ok(deleted)
    }

    async fn release(
        &self,
        dependant: Dependant,
        targets: Vec<Value>,
        doomed: &mut Doomed,
    ) -> Result<(), AdapterError> {
        let Dependant { model, from, on_delete, .. } = dependant;
        let filter = Filter::everything().and(from, Operator::In, Value::List(targets));
        match on_delete {
            OnDelete::SetNull => {
                self.update_many(model, filter, Record::default().with(from, Value::Null)).await?;
            }
            OnDelete::Cascade => doomed.add(model, self.locked(model, filter).await?),
            _ if self.count(model, filter).await? == 0 => {}
            _ => return Err(dangling(self.table(model)?, from)),
        }
        Ok(())
    }

    async fn locked(&self, model: ModelId, filter: Filter) -> Result<Vec<Record>, AdapterError> {
        let rows = self.find_many(Query::new(model).filter(filter).lock()).await?;
        Ok(rows.into_iter().map(|row| row.record).collect())
    }

    /// Deletes every match and nothing else.
    pub(super) async fn delete_rows(&self, table: &Table, filter: Filter) -> Result<u64, AdapterError> {
        let shape = Shape::new(b'D', table.model).filter(&filter);
        let sql = self.render(shape, |sql| statement::delete(sql, table, filter, false))?;
        Ok(self.execute(table, sql, "delete").await?.rows_affected())
    }

    /// Deletes the first matches and nothing else.
    pub(super) async fn delete_first_rows(
        &self,
        table: &Table,
        batch: Batch,
    ) -> Result<Deleted, AdapterError> {
        let limited = if batch.limit == 1 { b'1' } else { b'B' };
        let shape = Shape::new(limited, table.model).filter(&batch.filter).sort(batch.sort);
        let told = statement::told_last(self.shared.engine, table, batch.sort)?;
        let sql = self.render(shape, |sql| statement::delete_batch(sql, table, batch))?;
        let Some(column) = told else {
            let count = self.execute(table, sql, "delete").await?.rows_affected();
            return Ok(Deleted { count, last: None });
        };
        let rows = self.written(table, sql, "delete").await?;
        let Some(row) = rows.first() else {
            return Ok(Deleted::default());
        };
        let failed = |error| classify(error, "delete", Some(table));
        let count: i64 = row.try_get_by_index(0).map_err(failed)?;
        let last = column.storage.read(row, 1).map_err(failed)?;
        Ok(Deleted {
            count: u64::try_from(count).unwrap_or_default(),
            last: (!last.is_null()).then_some(last),
        })
    }
}

/// Values in one `IN`.
const AT_ONCE: usize = 500;
