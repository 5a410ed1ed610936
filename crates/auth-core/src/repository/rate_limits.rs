//! Counters of requests.

use auth_schema::{SchemaError, rate_limit};
use time::Duration;

use super::{Store, prepare};
use crate::adapter::{AdapterError, Batch, Counted, Direction, Filter, Hit, Operator, Sort};
use crate::config::RateLimit;

/// The counters of requests of a store.
#[derive(Debug, Clone, Copy)]
pub struct RateLimits<'a> {
    store: Store<'a>,
}

impl<'a> RateLimits<'a> {
    pub(super) fn new(store: Store<'a>) -> Self {
        Self { store }
    }

    /// Counts a request with a key and tells the count, which is greater than the limit when it is one too many. Concurrent callers
    /// are counted one after the other. One statement; two where the database numbers the rows. No hook runs.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Schema`] when the database has no table of counters.
    pub async fn hit(self, key: &str, limit: RateLimit) -> Result<Counted, AdapterError> {
        let window_millis = i64::try_from(limit.window.as_millis()).unwrap_or(i64::MAX);
        let mut hit = Hit::new(key, self.now_millis(), limit.max, window_millis);
        let model = self.store.adapter.schema().model(rate_limit::MODEL)?;
        prepare::new_row(self.store, model, &mut hit.counter)?;
        self.store.adapter.hit(hit).await
    }

    /// Deletes the counter of a key. Tells whether there was one. One statement. No hook runs.
    pub async fn forget(self, key: &str) -> Result<bool, AdapterError> {
        let filter = Filter::equal(rate_limit::KEY, key);
        Ok(self.store.rows(rate_limit::MODEL).delete_many(filter).await? > 0)
    }

    /// Deletes the counters that nothing has used for longer than this, at most `limit`, those first that have rested longest, and
    /// tells how many there were: fewer than `limit` when no others are left or other workers are at them. A counter that is used
    /// meanwhile stays. 0 in a database that has no table of counters, which nothing else needs. No hook runs. One statement.
    pub async fn delete_unused_batch(self, unused_for: Duration, limit: u64) -> Result<u64, AdapterError> {
        let filter = self.unused(unused_for);
        let sort = Some(Sort { field: rate_limit::LAST_REQUEST, direction: Direction::Ascending });
        let batch = Batch { model: rate_limit::MODEL, filter, sort, limit };
        match self.store.rows(rate_limit::MODEL).delete_batch(batch).await {
            Err(AdapterError::Schema(SchemaError::UnknownModel { .. })) => Ok(0),
            outcome => outcome.map(|deleted| deleted.count),
        }
    }

    /// Counts the counters that nothing has used for longer than this; 0 without their table. One statement.
    pub async fn count_unused(self, unused_for: Duration) -> Result<u64, AdapterError> {
        match self.store.rows(rate_limit::MODEL).count(self.unused(unused_for)).await {
            Err(AdapterError::Schema(SchemaError::UnknownModel { .. })) => Ok(0),
            outcome => outcome,
        }
    }

    fn unused(self, unused_for: Duration) -> Filter {
        let unused_for = i64::try_from(unused_for.whole_milliseconds()).unwrap_or(i64::MAX);
        let before = self.now_millis().saturating_sub(unused_for);
        Filter::everything().and(rate_limit::LAST_REQUEST, Operator::Less, before)
    }

    fn now_millis(self) -> i64 {
        let now = self.store.clock().now();
        now.unix_timestamp() * 1000 + i64::from(now.millisecond())
    }
}
