//! A store in the memory of the process.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use moka::Expiry;
use moka::ops::compute::{CompResult, Op};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use super::{Entry, SecondaryStorage, StorageError};

/// A store in the memory of the process, bounded: when it is full, what was not used for longest goes. For one process, for
/// development and for tests; several processes would not see each other's revocations.
#[derive(Debug, Clone)]
pub struct MemoryStorage {
    cache: Cache<String, Stored>,
}

#[derive(Debug, Clone)]
struct Stored {
    value: Arc<str>,
    ends: Instant,
}

impl MemoryStorage {
    /// At most so many bytes of keys and values. A session takes about a kilobyte with its user.
    pub fn new(max_bytes: u64) -> Self {
        let weight = |key: &String, stored: &Stored| {
            u32::try_from(key.len() + stored.value.len() + OVERHEAD).unwrap_or(u32::MAX)
        };
        let cache = Cache::builder()
            .max_capacity(max_bytes)
            .weigher(weight)
            .eviction_policy(EvictionPolicy::lru())
            .expire_after(UntilItsEnd)
            .build();
        Self { cache }
    }

    fn compute(
        &self,
        key: &str,
        decide: impl FnOnce(Option<&Stored>) -> Op<Stored>,
    ) -> CompResult<String, Stored> {
        self.cache.entry_by_ref(key).and_compute_with(|entry| {
            let stored = entry.map(moka::Entry::into_value).filter(Stored::lives);
            decide(stored.as_ref())
        })
    }
}

impl Default for MemoryStorage {
    /// 64 MiB.
    fn default() -> Self {
        Self::new(64 * 1024 * 1024)
    }
}

impl Stored {
    fn new(value: &str, ttl: Duration) -> Self {
        let now = Instant::now();
        Self { value: value.into(), ends: now.checked_add(ttl).unwrap_or(now + A_YEAR) }
    }

    fn lives(&self) -> bool {
        self.ends > Instant::now()
    }
}

#[async_trait]
impl SecondaryStorage for MemoryStorage {
    async fn get(&self, key: &str) -> Result<Option<String>, StorageError> {
        Ok(self.cache.get(key).filter(Stored::lives).map(|stored| stored.value.to_string()))
    }

    async fn set(&self, key: &str, value: &str, ttl: Duration) -> Result<(), StorageError> {
        self.cache.insert(key.to_owned(), Stored::new(value, ttl));
        Ok(())
    }

    async fn delete(&self, key: &str) -> Result<(), StorageError> {
        self.cache.invalidate(key);
        Ok(())
    }

    async fn get_and_delete(&self, key: &str) -> Result<Option<String>, StorageError> {
        Ok(self.cache.remove(key).filter(Stored::lives).map(|stored| stored.value.to_string()))
    }

    async fn increment(&self, key: &str, ttl: Duration) -> Result<u64, StorageError> {
        let mut sum = 1;
        self.compute(key, |stored| match stored {
            None => Op::Put(Stored::new("1", ttl)),
            Some(counter) => {
                sum = counter.value.parse().unwrap_or(0_u64).saturating_add(1);
                Op::Put(Stored { value: sum.to_string().into(), ends: counter.ends })
            }
        });
        Ok(sum)
    }

    async fn compare_and_set(
        &self,
        key: &str,
        expected: Option<&str>,
        new: Option<Entry<'_>>,
    ) -> Result<bool, StorageError> {
        let mut matched = false;
        self.compute(key, |stored| {
            matched = stored.map(|stored| &*stored.value) == expected;
            match new {
                _ if !matched => Op::Nop,
                Some(entry) => Op::Put(Stored::new(entry.value, entry.ttl)),
                None => Op::Remove,
            }
        });
        Ok(matched)
    }
}

/// An entry goes when its time is over.
struct UntilItsEnd;

impl Expiry<String, Stored> for UntilItsEnd {
    fn expire_after_create(&self, _: &String, stored: &Stored, now: Instant) -> Option<Duration> {
        Some(stored.ends.saturating_duration_since(now))
    }

    fn expire_after_update(
        &self,
        _: &String,
        stored: &Stored,
        now: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(stored.ends.saturating_duration_since(now))
    }
}

/// What an entry takes besides its texts, about.
const OVERHEAD: usize = 128;
const A_YEAR: Duration = Duration::from_hours(8760);
