//! The ten operations on SQL.

use std::sync::Arc;

use async_trait::async_trait;
use auth_schema::{FieldId, ModelId, Schema};

use super::adapter::{SqlAdapter, SqlTransaction};
use super::admit::admit;
use super::decode::decode;
use super::error::classify;
use super::guard::Guarded;
use super::replica::is_out_of_reach;
use super::shape::{Shape, increment_shape};
use super::statement;
use super::whole::Whole;
use crate::adapter::emulation::{Emulated, delete_first};
use crate::adapter::{
    Adapter, AdapterError, Batch, Capabilities, Consume, Counted, Deleted, Direction, Filter, Hit, Increment,
    Operator, Query, Record, Row, Search, Sort, Transaction, Value,
};

#[async_trait]
impl Adapter for SqlAdapter<'_> {
    fn schema(&self) -> &Schema {
        &self.shared.schema
    }

    fn capabilities(&self) -> Capabilities {
        self.shared.engine.capabilities
    }

    async fn create(&self, model: ModelId, mut record: Record) -> Result<Record, AdapterError> {
        let table = self.table(model)?;
        record.normalise_instants();
        if self.parts_behaviour(table) {
            return Ok(self.whole(Whole::Create { model, record: record.clone() }).await?.unwrap_or(record));
        }
        if table.guards_new_rows() && !self.executor.is_transaction() {
            return self.create_guarded(model, record).await;
        }
        if let Some(entity) = &table.entity {
            record = entity.before_insert(&self.executor, table, record).await?;
        }
        self.guard_new(table, &record).await?;
        let record = self.insert(table, record).await?;
        if let Some(entity) = &table.entity {
            entity.after_save(&self.executor, table, &record, true).await?;
        }
        Ok(record)
    }

    async fn find_one(&self, query: Query) -> Result<Option<Row>, AdapterError> {
        self.first_or_shared(query).await
    }

    async fn find_many(&self, query: Query) -> Result<Vec<Row>, AdapterError> {
        match self.replica() {
            Some(replica) if query.replica => match replica.find(query.clone()).await {
                Err(error) if is_out_of_reach(&error) => self.find(query).await,
                outcome => outcome,
            },
            _ => self.find(query).await,
        }
    }

    async fn search(&self, search: Search) -> Result<Vec<Record>, AdapterError> {
        let Some(replica) = self.replica() else {
            return self.search_rows(search).await;
        };
        match replica.search_rows(search.clone()).await {
            Err(error) if is_out_of_reach(&error) => self.search_rows(search).await,
            outcome => outcome,
        }
    }

    async fn count(&self, model: ModelId, mut filter: Filter) -> Result<u64, AdapterError> {
        let table = self.table(model)?;
        admit(table, &mut filter)?;
        let shape = Shape::new(b'C', model).filter(&filter);
        let sql = self.render(shape, |sql| statement::count(sql, table, filter))?;
        let row = self.executor.one(&sql.text, sql.values, self.about(table)).await;
        let row = row.map_err(|error| classify(error, "count", Some(table)))?;
        let count: Result<i64, _> = row.map_or(Ok(0), |row| row.try_get_by_index(0));
        let count = count.map_err(|error| classify(error, "count", Some(table)))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    async fn update(
        &self,
        model: ModelId,
        mut filter: Filter,
        mut change: Record,
    ) -> Result<Option<Record>, AdapterError> {
        let table = self.table(model)?;
        if filter.is_empty() {
            return Ok(None);
        }
        admit(table, &mut filter)?;
        if change.is_empty() {
            return Ok(self.find_one(Query::new(model).filter(filter)).await?.map(|row| row.record));
        }
        change.normalise_instants();
        if self.parts_behaviour(table) {
            return self.whole(Whole::Update { model, filter, change }).await;
        }
        let Some(entity) = &table.entity else {
            return self.change(table, filter, change).await;
        };
        if !self.is_emulated(table, &change) {
            change = entity.before_update(&self.executor, table, &filter, change).await?;
            if change.is_empty() {
                return Ok(self.find_one(Query::new(model).filter(filter)).await?.map(|row| row.record));
            }
        }
        let record = self.change(table, filter, change).await?;
        if let Some(record) = &record {
            entity.after_save(&self.executor, table, record, false).await?;
        }
        Ok(record)
    }

    async fn update_many(
        &self,
        model: ModelId,
        mut filter: Filter,
        mut change: Record,
    ) -> Result<u64, AdapterError> {
        let table = self.table(model)?;
        if change.is_empty() {
            return self.count(model, filter).await;
        }
        admit(table, &mut filter)?;
        change.normalise_instants();
        let parts = self.parts_behaviour(table);
        if (parts || table.may_guard(&change)) && !self.executor.is_transaction() {
            return self.in_transaction(Guarded::Update { model, filter, change }).await;
        }
        if let Some(entity) = &table.entity {
            change = entity.before_update(&self.executor, table, &filter, change).await?;
            if change.is_empty() {
                return self.count(model, filter).await;
            }
        }
        if table.guards(&change) {
            // What begins to match from here on was not looked at.
            let ids = self.guard_change(table, &filter, &change).await?;
            filter = filter.and(FieldId::ID, Operator::In, Value::List(ids));
        }
        let shape = Shape::new(b'V', model).record(&change).filter(&filter);
        let sql = self.render(shape, |sql| statement::update(sql, table, filter, change, false))?;
        Ok(self.execute(table, sql, "update").await?.rows_affected())
    }

    async fn delete_many(&self, model: ModelId, mut filter: Filter) -> Result<u64, AdapterError> {
        let table = self.table(model)?;
        admit(table, &mut filter)?;
        if !table.dependants.is_empty() {
            if !self.executor.is_transaction() {
                return self.in_transaction(Guarded::Delete { model, filter }).await;
            }
            return self.delete_with_dependants(table, filter).await;
        }
        self.delete_rows(table, filter).await
    }

    async fn delete_batch(&self, mut batch: Batch) -> Result<Deleted, AdapterError> {
        let table = self.table(batch.model)?;
        if batch.limit == 0 {
            return Ok(Deleted::default());
        }
        if table.dependants.is_empty() {
            admit(table, &mut batch.filter)?;
            return self.delete_first_rows(table, batch).await;
        }
        let count = if self.executor.is_transaction() {
            delete_first(self, &batch).await?
        } else {
            self.in_transaction(Guarded::DeleteBatch(batch)).await?
        };
        Ok(Deleted { count, last: None })
    }

    async fn consume_one(&self, mut consume: Consume) -> Result<Option<Record>, AdapterError> {
        let table = self.table(consume.model)?;
        admit(table, &mut consume.filter)?;
        if !self.shared.engine.capabilities.delete_returning || !table.dependants.is_empty() {
            return self.emulate(Emulated::Consume(consume)).await;
        }
        let Consume { model, filter, sort, with_all_matches } = consume;
        if !with_all_matches {
            let shape = Shape::new(b'T', model).filter(&filter).sort(sort);
            let sql = self.render(shape, |sql| statement::take(sql, table, filter, sort))?;
            return self.row(table, sql, "consume").await;
        }
        let shape = Shape::new(b'A', model).filter(&filter);
        let sql = self.render(shape, |sql| statement::delete(sql, table, filter, true))?;
        let rows = self.written(table, sql, "consume").await?;
        let records = rows.iter().map(|row| decode(table, row, 0)).collect::<Result<Vec<_>, _>>()?;
        Ok(first_in_order(records, sort))
    }

    async fn increment_one(&self, mut increment: Increment) -> Result<Option<Record>, AdapterError> {
        let table = self.table(increment.model)?;
        increment.check(&self.shared.schema)?;
        admit(table, &mut increment.filter)?;
        increment.set.normalise_instants();
        if self.parts_behaviour(table) {
            return self.whole(Whole::Increment(increment)).await;
        }
        let adds = increment.add.iter().any(|(field, _)| table.guards_field(*field));
        if adds || self.is_emulated(table, &increment.set) {
            return self.emulate(Emulated::Increment(increment)).await;
        }
        if let Some(entity) = &table.entity {
            increment.set =
                entity.before_update(&self.executor, table, &increment.filter, increment.set).await?;
        }
        let shape = increment_shape(b'J', &increment);
        let sql = self.render(shape, |sql| statement::increment(sql, table, increment))?;
        let record = self.row(table, sql, "increment").await?;
        if let (Some(entity), Some(record)) = (&table.entity, &record) {
            entity.after_save(&self.executor, table, record, false).await?;
        }
        Ok(record)
    }

    async fn hit(&self, hit: Hit) -> Result<Counted, AdapterError> {
        self.count_hit(hit).await
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>, AdapterError> {
        let executor = self
            .executor
            .begin(self.about_transaction())
            .await
            .map_err(|error| classify(error, "begin", None))?;
        Ok(Box::new(SqlTransaction(SqlAdapter { shared: Arc::clone(&self.shared), executor })))
    }

    fn seaorm(&self) -> Option<&SqlAdapter<'_>> {
        Some(self)
    }
}

fn first_in_order(mut records: Vec<Record>, sort: Option<Sort>) -> Option<Record> {
    if let Some(Sort { field, direction }) = sort {
        records.sort_by(|left, right| {
            let order = crate::adapter::order::compare_optional(left.get(field), right.get(field));
            if direction == Direction::Descending { order.reverse() } else { order }
        });
    }
    records.into_iter().next()
}
