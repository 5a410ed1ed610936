//! The operations of an adapter on tables in the process.

use auth_schema::ModelId;

use super::tables::{Tables, known};
use crate::adapter::{
    AdapterError, Batch, Consume, Filter, Increment, Join, JoinKind, Joined, Operator, Query, Record, Row,
};

impl Tables {
    /// [`crate::adapter::Adapter::create`].
    pub fn create(&mut self, model: ModelId, record: Record) -> Result<Record, AdapterError> {
        self.insert(model, record)
    }

    /// [`crate::adapter::Adapter::find_many`].
    pub fn find(&self, query: &Query) -> Result<Vec<Row>, AdapterError> {
        let model = self.schema().model(query.model)?;
        let sorted = query.sort.iter().map(|sort| sort.field);
        for field in query.select.iter().flatten().copied().chain(sorted) {
            known(model, field)?;
        }
        let mut positions = self.matching(query.model, &query.filter)?;
        self.sort(query.model, &mut positions, &query.sort)?;
        let offset = usize::try_from(query.offset).unwrap_or(usize::MAX);
        let mut rows = Vec::new();
        for position in positions.into_iter().skip(offset).take(bound(query.limit)) {
            let record = self.record(query.model, position)?;
            let joined =
                query.joins.iter().map(|join| self.find_joined(&record, join)).collect::<Result<_, _>>()?;
            let record = match &query.select {
                None => record,
                Some(fields) => record.project(fields),
            };
            rows.push(Row { record, joined });
        }
        Ok(rows)
    }

    /// [`crate::adapter::Adapter::count`].
    pub fn count(&self, model: ModelId, filter: &Filter) -> Result<u64, AdapterError> {
        Ok(self.matching(model, filter)?.len() as u64)
    }

    /// [`crate::adapter::Adapter::update`].
    pub fn update(
        &mut self,
        model: ModelId,
        filter: &Filter,
        change: &Record,
    ) -> Result<Option<Record>, AdapterError> {
        if filter.is_empty() {
            return Ok(None);
        }
        let positions = self.matching(model, filter)?;
        self.change(model, &positions, &[], change)?;
        positions.first().map(|position| self.record(model, *position)).transpose()
    }

    /// [`crate::adapter::Adapter::update_many`].
    pub fn update_many(
        &mut self,
        model: ModelId,
        filter: &Filter,
        change: &Record,
    ) -> Result<u64, AdapterError> {
        let positions = self.matching(model, filter)?;
        self.change(model, &positions, &[], change)?;
        Ok(positions.len() as u64)
    }

    /// [`crate::adapter::Adapter::delete_many`].
    pub fn delete_many(&mut self, model: ModelId, filter: &Filter) -> Result<u64, AdapterError> {
        let positions = self.matching(model, filter)?;
        self.remove(model, &positions)?;
        Ok(positions.len() as u64)
    }

    /// [`crate::adapter::Adapter::delete_batch`].
    pub fn delete_batch(&mut self, batch: &Batch) -> Result<u64, AdapterError> {
        let mut positions = self.matching(batch.model, &batch.filter)?;
        self.sort(batch.model, &mut positions, batch.sort.as_slice())?;
        positions.truncate(bound(Some(batch.limit)));
        self.remove(batch.model, &positions)?;
        Ok(positions.len() as u64)
    }

    /// [`crate::adapter::Adapter::consume_one`].
    pub fn consume_one(&mut self, consume: &Consume) -> Result<Option<Record>, AdapterError> {
        let mut positions = self.matching(consume.model, &consume.filter)?;
        self.sort(consume.model, &mut positions, consume.sort.as_slice())?;
        let Some(first) = positions.first().copied() else {
            return Ok(None);
        };
        let record = self.record(consume.model, first)?;
        if !consume.with_all_matches {
            positions.truncate(1);
        }
        self.remove(consume.model, &positions)?;
        Ok(Some(record))
    }

    /// [`crate::adapter::Adapter::increment_one`].
    pub fn increment_one(&mut self, increment: &Increment) -> Result<Option<Record>, AdapterError> {
        increment.check(self.schema())?;
        let mut positions = self.matching(increment.model, &increment.filter)?;
        positions.truncate(1);
        self.change(increment.model, &positions, &increment.add, &increment.set)?;
        positions.first().map(|position| self.record(increment.model, *position)).transpose()
    }

    fn find_joined(&self, record: &Record, join: &Join) -> Result<Joined, AdapterError> {
        let key = record.get(join.from).filter(|key| !key.is_null());
        let found = match key {
            None => Vec::new(),
            Some(key) => {
                self.matching(join.model, &join.filter.clone().and(join.to, Operator::Equal, key.clone()))?
            }
        };
        let limit = match join.kind {
            JoinKind::One => 1,
            JoinKind::Many { limit } => bound(limit),
        };
        let records = found.into_iter().take(limit).map(|position| self.record(join.model, position));
        let mut records = records.collect::<Result<Vec<_>, _>>()?;
        Ok(match join.kind {
            JoinKind::One => Joined::One(records.pop()),
            JoinKind::Many { .. } => Joined::Many(records),
        })
    }
}

fn bound(limit: Option<u64>) -> usize {
    limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX))
}
