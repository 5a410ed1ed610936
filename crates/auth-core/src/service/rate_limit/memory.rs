//! Counters in the memory of the process.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;

use super::{RateLimited, seconds};
use crate::config::RateLimit;

/// A bounded number of counters. Keys are hashes: what a client writes takes no room.
#[derive(Debug, Default)]
pub(super) struct MemoryCounters {
    counters: Mutex<HashMap<u64, Counter>>,
    hasher: RandomState,
}

#[derive(Debug, Clone, Copy)]
struct Counter {
    count: u32,
    last: OffsetDateTime,
    /// When it is of no use any more.
    ends: OffsetDateTime,
}

impl MemoryCounters {
    /// The window begins anew with each request that is let through; one that is not writes nothing.
    pub(super) fn count(&self, key: &str, limit: RateLimit, now: OffsetDateTime) -> Result<(), RateLimited> {
        let key = self.hasher.hash_one(key);
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        if counters.len() >= MOST_COUNTERS && !counters.contains_key(&key) {
            make_room(&mut counters, now);
        }
        let counter = counters.entry(key).or_insert(Counter { count: 0, last: now, ends: now });
        if now - counter.last >= limit.window {
            counter.count = 0;
        }
        if counter.count >= limit.max {
            let rest = Duration::try_from(counter.last + limit.window - now).unwrap_or_default();
            return Err(RateLimited::TooMany { retry_after_seconds: seconds(rest) });
        }
        *counter = Counter { count: counter.count + 1, last: now, ends: now + limit.window };
        Ok(())
    }

    pub(super) fn forget(&self, key: &str) {
        let key = self.hasher.hash_one(key);
        self.counters.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    }
}

/// Forgets what is over; if that is nothing, the tenth that would be over first.
fn make_room(counters: &mut HashMap<u64, Counter>, now: OffsetDateTime) {
    counters.retain(|_, counter| counter.ends > now);
    if counters.len() >= MOST_COUNTERS {
        let mut ends: Vec<OffsetDateTime> = counters.values().map(|counter| counter.ends).collect();
        let (_, last, _) = ends.select_nth_unstable(MOST_COUNTERS / 10);
        let last = *last;
        let mut room = MOST_COUNTERS / 10;
        counters.retain(|_, counter| {
            let goes = counter.ends <= last && room > 0;
            room -= usize::from(goes);
            !goes
        });
    }
}

const MOST_COUNTERS: usize = 100_000;

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-25 12:00:00.5 UTC);

    #[test]
    fn the_window_begins_anew_with_each_request_that_is_let_through() {
        let counters = MemoryCounters::default();
        let limit = RateLimit::new(2, 10);
        let at = |millis| counters.count("a", limit, NOW + time::Duration::milliseconds(millis));
        let wait = |seconds| Err(RateLimited::TooMany { retry_after_seconds: seconds });
        assert_eq!(at(0), Ok(()));
        assert_eq!(at(9_000), Ok(()));
        assert_eq!(at(10_000), wait(9));
        assert_eq!(at(18_000), wait(1));
        assert_eq!(at(18_900), wait(1));
        assert_eq!(at(19_000), Ok(()));
        assert_eq!(counters.count("b", limit, NOW), Ok(()));
    }

    #[test]
    fn what_is_forgotten_begins_anew() {
        let counters = MemoryCounters::default();
        let limit = RateLimit::new(1, 10);
        counters.count("a", limit, NOW).unwrap();
        counters.count("a", limit, NOW).unwrap_err();
        counters.forget("a");
        counters.count("a", limit, NOW).unwrap();
    }

    #[test]
    fn the_memory_is_bounded() {
        let counters = MemoryCounters::default();
        for client in 0..=2 * MOST_COUNTERS {
            counters.count(&client.to_string(), RateLimit::new(1, 1), NOW).unwrap();
        }
        assert!(counters.counters.lock().unwrap().len() <= MOST_COUNTERS);
    }
}
