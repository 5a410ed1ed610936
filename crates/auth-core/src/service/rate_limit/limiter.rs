//! Where the counters of one `Auth` are.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use auth_schema::rate_limit;
use time::OffsetDateTime;

use super::memory::MemoryCounters;
use crate::adapter::Adapter;
use crate::config::{RateLimitConfig, RateLimitStorage};
use crate::error::BuildError;
use crate::secondary_storage::SecondaryStorage;

/// The counters of one `Auth`, or where they are.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    pub(super) storage: Storage,
    requests: MemoryCounters,
    /// Apart from the others: who floods those does not make these forget.
    sign_ins: MemoryCounters,
    /// When unused counters may be deleted next, in seconds since 1970; 0: nobody has asked yet.
    deletion_due: AtomicI64,
}

#[derive(Debug)]
pub(super) enum Storage {
    Memory,
    Database,
    Secondary(Arc<dyn SecondaryStorage>),
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Request,
    SignIn,
}

impl RateLimiter {
    /// # Errors
    ///
    /// [`BuildError`] when the storage that is chosen is not there.
    pub(crate) fn new(
        config: &RateLimitConfig,
        secondary: Option<&Arc<dyn SecondaryStorage>>,
        adapter: &dyn Adapter,
    ) -> Result<Self, BuildError> {
        let storage = match (config.storage, secondary) {
            _ if !config.is_used() => Storage::Memory,
            (None | Some(RateLimitStorage::SecondaryStorage), Some(storage)) => {
                Storage::Secondary(Arc::clone(storage))
            }
            (Some(RateLimitStorage::SecondaryStorage), None) => return Err(BuildError::NoSecondaryStorage),
            (Some(RateLimitStorage::Database), _) if has_table(adapter) => Storage::Database,
            (Some(RateLimitStorage::Database), _) => return Err(BuildError::NoRateLimitTable),
            (None | Some(RateLimitStorage::Memory), _) => Storage::Memory,
        };
        let (requests, sign_ins) = (MemoryCounters::default(), MemoryCounters::default());
        Ok(Self { storage, requests, sign_ins, deletion_due: AtomicI64::new(0) })
    }

    pub(super) fn memory(&self, kind: Kind) -> &MemoryCounters {
        match kind {
            Kind::Request => &self.requests,
            Kind::SignIn => &self.sign_ins,
        }
    }

    /// Whether unused counters are to be deleted now: at most once a minute, and not in the first. Of concurrent callers one is
    /// told so.
    pub(super) fn is_deletion_due(&self, now: OffsetDateTime) -> bool {
        let (due, now) = (self.deletion_due.load(Ordering::Relaxed), now.unix_timestamp());
        if now < due {
            return false;
        }
        let next = now.saturating_add(SECONDS_BETWEEN_DELETIONS);
        let taken = self.deletion_due.compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed);
        taken.is_ok() && due != 0
    }
}

/// The live tables were read when the adapter was made.
fn has_table(adapter: &dyn Adapter) -> bool {
    match adapter.seaorm() {
        Some(seaorm) => seaorm.has_table(rate_limit::MODEL),
        None => adapter.schema().model(rate_limit::MODEL).is_ok_and(|model| model.name() == "rate_limit"),
    }
}

const SECONDS_BETWEEN_DELETIONS: i64 = 60;

#[cfg(test)]
mod tests {
    use time::Duration;
    use time::macros::datetime;

    use super::*;
    use crate::MemoryAdapter;

    #[test]
    fn counters_are_deleted_once_a_minute_at_most() {
        let config = RateLimitConfig::default();
        let limiter = RateLimiter::new(&config, None, &MemoryAdapter::new()).unwrap();
        let start = datetime!(2026-11-25 12:00 UTC);
        let due = [0, 59, 60, 61, 119, 500, 501]
            .map(|seconds| limiter.is_deletion_due(start + Duration::seconds(seconds)));
        assert_eq!(due, [false, false, true, false, false, true, false]);
    }
}
