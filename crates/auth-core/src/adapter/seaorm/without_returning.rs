//! The operations that give a row back, on an engine that cannot return what it wrote: the row is locked and read
//! first, in a transaction of four or five statements.

use auth_schema::{FieldId, ModelId};

use super::adapter::SeaOrmAdapter;
use super::decode::decode;
use super::shape::{Shape, increment_shape};
use super::statement;
use super::table::Table;
use crate::adapter::{Adapter, AdapterError, Consume, Filter, Increment, Query, Record, Sort};

impl SeaOrmAdapter {
    async fn locked(
        &self,
        table: &Table,
        filter: Filter,
        sort: Option<Sort>,
        limit: Option<u64>,
    ) -> Result<Vec<Record>, AdapterError> {
        let operation = if limit.is_some() { b'l' } else { b'm' };
        let shape = Shape::new(operation, table.model).filter(&filter).sort(sort);
        let sql = self.render(shape, |sql| statement::select_for_update(sql, table, filter, sort, limit))?;
        let rows = self.rows(table, sql, "lock").await?;
        rows.iter().map(|row| decode(table, row, 0)).collect()
    }

    /// [`Adapter::consume_one`] inside a transaction.
    pub(super) async fn consume_locked(&self, consume: Consume) -> Result<Option<Record>, AdapterError> {
        let table = self.table(consume.model)?;
        let limit = if consume.with_all_matches { None } else { Some(1) };
        let mut found = self.locked(table, consume.filter.clone(), consume.sort, limit).await?;
        if found.is_empty() {
            return Ok(None);
        }
        let record = found.swap_remove(0);
        let filter = if consume.with_all_matches { consume.filter } else { by_id(&record) };
        let deleted = self.delete_many(consume.model, filter).await?;
        Ok((deleted > 0).then_some(record))
    }

    /// [`Adapter::update`] inside a transaction.
    pub(super) async fn update_locked(
        &self,
        model: ModelId,
        filter: Filter,
        change: Record,
    ) -> Result<Option<Record>, AdapterError> {
        let table = self.table(model)?;
        let Some(record) = self.locked(table, filter.clone(), None, Some(1)).await?.pop() else {
            return Ok(None);
        };
        let id = change.get(FieldId::ID).or(record.get(FieldId::ID)).cloned();
        self.update_many(model, filter, change).await?;
        let query = Query::new(model).filter(Filter::equal(FieldId::ID, id)).limit(1);
        Ok(self.find_one(query).await?.map(|row| row.record))
    }

    /// [`Adapter::increment_one`] inside a transaction.
    pub(super) async fn increment_locked(
        &self,
        mut increment: Increment,
    ) -> Result<Option<Record>, AdapterError> {
        let table = self.table(increment.model)?;
        let Some(record) = self.locked(table, increment.filter, None, Some(1)).await?.pop() else {
            return Ok(None);
        };
        let id = increment.set.get(FieldId::ID).or(record.get(FieldId::ID)).cloned();
        increment.filter = by_id(&record);
        let model = increment.model;
        let shape = increment_shape(b'j', &increment);
        let sql = self.render(shape, |sql| statement::increment_locked(sql, table, increment))?;
        self.affected(table, sql, "increment").await?;
        let query = Query::new(model).filter(Filter::equal(FieldId::ID, id)).limit(1);
        Ok(self.find_one(query).await?.map(|row| row.record))
    }
}

fn by_id(record: &Record) -> Filter {
    Filter::equal(FieldId::ID, record.get(FieldId::ID).cloned())
}
