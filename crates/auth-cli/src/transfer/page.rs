//! Reads a model a page at a time, in the order of its ids.

use auth_core::adapter::{Adapter, AdapterError, Direction, Filter, Operator, Query, Record, Value};
use auth_schema::{FieldId, ModelId};

/// Goes through the rows of a model.
pub(super) struct Pages<'a> {
    adapter: &'a dyn Adapter,
    model: ModelId,
    after: Option<Value>,
    limit: u64,
    done: bool,
}

impl<'a> Pages<'a> {
    pub(super) fn new(adapter: &'a dyn Adapter, model: ModelId) -> Self {
        Self { adapter, model, after: None, limit: ROWS, done: false }
    }

    /// The next rows; `None` after the last. One round trip.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Record>>, AdapterError> {
        if self.done {
            return Ok(None);
        }
        let mut query = Query::new(self.model).sort(FieldId::ID, Direction::Ascending).limit(self.limit);
        if let Some(after) = self.after.take() {
            query = query.filter(Filter::everything().and(FieldId::ID, Operator::Greater, after));
        }
        let rows: Vec<Record> =
            self.adapter.find_many(query).await?.into_iter().map(|row| row.record).collect();
        self.after = rows.last().and_then(|row| row.get(FieldId::ID).cloned());
        self.done = u64::try_from(rows.len()).is_ok_and(|rows| rows < self.limit);
        Ok((!rows.is_empty()).then_some(rows))
    }

    /// Tells how many bytes the last page took: rows with long texts come in smaller pages.
    pub(super) fn weigh(&mut self, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX).max(1);
        self.limit = (self.limit.saturating_mul(BYTES) / bytes).clamp(1, ROWS);
    }
}

const ROWS: u64 = 1_000;
/// So many bytes a page is to have at most.
const BYTES: u64 = 4 * 1024 * 1024;
