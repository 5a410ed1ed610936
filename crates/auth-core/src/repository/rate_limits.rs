//! Counters of requests.

use auth_schema::{SchemaError, rate_limit};
use time::Duration;

use super::Store;
use crate::adapter::{AdapterError, Batch, Direction, Filter, Operator, Sort};

/// The counters of requests of a store.
#[derive(Debug, Clone, Copy)]
pub struct RateLimits<'a> {
    store: Store<'a>,
}

impl<'a> RateLimits<'a> {
    pub(super) fn new(store: Store<'a>) -> Self {
        Self { store }
    }

    /// Deletes the counters that nothing has used for longer than this, at most `limit`, those first that have rested longest, and
    /// tells how many there were: fewer than `limit` when no others are left or other workers are at them. A counter that is used
    /// meanwhile stays. 0 in a database that has no table of counters, which nothing else needs. No hook runs. One statement.
    pub async fn delete_unused_batch(self, unused_for: Duration, limit: u64) -> Result<u64, AdapterError> {
        let before = self.store.clock().now().saturating_sub(unused_for);
        let before = before.unix_timestamp() * 1000 + i64::from(before.millisecond());
        let filter = Filter::everything().and(rate_limit::LAST_REQUEST, Operator::Less, before);
        let sort = Some(Sort { field: rate_limit::LAST_REQUEST, direction: Direction::Ascending });
        let batch = Batch { model: rate_limit::MODEL, filter, sort, limit };
        match self.store.rows(rate_limit::MODEL).delete_batch(batch).await {
            Err(AdapterError::Schema(SchemaError::UnknownModel { .. })) => Ok(0),
            outcome => outcome.map(|deleted| deleted.count),
        }
    }
}
