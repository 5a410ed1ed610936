//! The shape of a question: everything that decides its SQL text, and nothing else.
//!
//! Two questions of one shape have the same text and differ in parameters only. The key spells the shape
//! out in full, so that two shapes never share a key.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use auth_schema::{FieldId, ModelId};
use smallvec::SmallVec;

use super::engine::Engine;
use super::sql::Sql;
use crate::adapter::{
    AdapterError, Case, Direction, Filter, Increment, Join, JoinKind, Query, Record, Sort, Value,
};
use sea_orm::sea_query::Value as SqlValue;

/// Rendered statements by shape. Bounded: an application asks a small number of questions, and what exceeds
/// the bound (free-form searches) is rendered anew.
#[derive(Debug, Default)]
pub(super) struct Statements {
    by_shape: RwLock<HashMap<Box<[u8]>, Arc<str>>>,
}

/// A rendered statement with its parameters.
#[derive(Debug)]
pub(super) struct Rendered {
    pub(super) text: Arc<str>,
    pub(super) values: Vec<SqlValue>,
}

impl Statements {
    /// Gives the text of a shape, from memory if it was rendered before, and the parameters of this walk.
    pub(super) fn render(
        &self,
        engine: Engine,
        shape: Shape,
        walk: impl FnOnce(&mut Sql) -> Result<(), AdapterError>,
    ) -> Result<Rendered, AdapterError> {
        let known = self.by_shape.read().unwrap_or_else(PoisonError::into_inner).get(&*shape.key).cloned();
        let mut sql = if known.is_some() { Sql::collecting(engine) } else { Sql::writing(engine) };
        walk(&mut sql)?;
        let (text, values) = sql.finish();
        let text = match known {
            Some(text) => text,
            None => self.remember(shape, text.unwrap_or_default().into()),
        };
        Ok(Rendered { text, values })
    }

    fn remember(&self, shape: Shape, text: Arc<str>) -> Arc<str> {
        let mut by_shape = self.by_shape.write().unwrap_or_else(PoisonError::into_inner);
        if by_shape.len() < REMEMBERED && shape.key.len() <= LONGEST_KEY {
            by_shape.insert(shape.key.into_boxed_slice(), Arc::clone(&text));
        }
        text
    }
}

/// The key of a shape in the making.
#[derive(Debug)]
pub(super) struct Shape {
    key: SmallVec<[u8; 128]>,
}

impl Shape {
    /// Starts with what is done to which model; `operation` tells statements of equal parts apart.
    pub(super) fn new(operation: u8, model: ModelId) -> Self {
        let mut shape = Self { key: SmallVec::new() };
        shape.key.push(operation);
        shape.number(model.position());
        shape
    }

    pub(super) fn query(mut self, query: &Query) -> Self {
        self.sorts(&query.sort);
        let limited = query.limit.map_or(0, |limit| if limit == 1 { 1 } else { 2 });
        self.key.push(limited | u8::from(query.offset > 0) << 2 | u8::from(query.lock) << 3);
        match &query.select {
            None => self.key.push(0),
            Some(fields) => {
                self.key.push(1);
                self.fields(fields);
            }
        }
        self.number(query.joins.len());
        for join in &query.joins {
            self.join(join);
        }
        self.filter(&query.filter)
    }

    pub(super) fn filter(mut self, filter: &Filter) -> Self {
        self.conditions(filter);
        self
    }

    pub(super) fn sort(mut self, sort: Option<Sort>) -> Self {
        self.sorts(sort.as_slice());
        self
    }

    /// The fields that a record writes.
    pub(super) fn record(mut self, record: &Record) -> Self {
        self.number(record.iter().count());
        for (field, _) in record.iter() {
            self.number(field.position());
        }
        self
    }

    /// Fields in order.
    pub(super) fn written(mut self, fields: impl ExactSizeIterator<Item = FieldId>) -> Self {
        self.number(fields.len());
        for field in fields {
            self.number(field.position());
        }
        self
    }

    /// Whatever else decides the text.
    pub(super) fn text(mut self, key: &[u8]) -> Self {
        self.key.extend_from_slice(key);
        self
    }

    fn join(&mut self, join: &Join) {
        self.number(join.model.position());
        self.fields(&[join.from, join.to]);
        self.key.push(match join.kind {
            JoinKind::One => 0,
            JoinKind::Many { limit: None } => 1,
            JoinKind::Many { limit: Some(_) } => 2,
        });
        self.conditions(&join.filter);
    }

    fn conditions(&mut self, filter: &Filter) {
        self.number(filter.all.len());
        self.number(filter.any.len());
        for condition in filter.all.iter().chain(&filter.any) {
            self.number(condition.field.position());
            self.key.push(condition.operator as u8);
            self.key.push(u8::from(condition.case == Case::Insensitive));
            match &condition.value {
                Value::Null => self.key.push(0),
                Value::Text(_) => self.key.push(1),
                Value::List(list) => {
                    self.key.push(3);
                    self.number(places(list.len()));
                    self.key.push(u8::from(list.iter().all(|value| matches!(value, Value::Text(_)))));
                }
                _ => self.key.push(2),
            }
        }
    }

    fn sorts(&mut self, sorts: &[Sort]) {
        self.number(sorts.len());
        for sort in sorts {
            self.number(sort.field.position());
            self.key.push(u8::from(sort.direction == Direction::Descending));
        }
    }

    fn fields(&mut self, fields: &[FieldId]) {
        self.number(fields.len());
        for field in fields {
            self.number(field.position());
        }
    }

    fn number(&mut self, number: usize) {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        self.key.extend_from_slice(&number.to_le_bytes());
    }
}

/// How many parameters a list of values takes: a power of two, so that lists of any length have a handful of texts, which the
/// engine keeps prepared. The places that are left repeat the last value. A list so long that rounding could exceed what SQLite
/// takes of parameters, when a comparison names it twice, is not rounded up.
pub(super) fn places(length: usize) -> usize {
    // An empty list has a text of its own, which names no value.
    if (1..=LONGEST_ROUNDED).contains(&length) { length.next_power_of_two() } else { length }
}

/// The shape of a guarded addition.
pub(super) fn increment_shape(operation: u8, increment: &Increment) -> Shape {
    Shape::new(operation, increment.model)
        .written(increment.add.iter().map(|(field, _)| *field))
        .record(&increment.set)
        .filter(&increment.filter)
}

const LONGEST_ROUNDED: usize = 8_192;
const REMEMBERED: usize = 512;
const LONGEST_KEY: usize = 1024;
