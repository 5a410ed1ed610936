//! A store of keys with a time to live beside the database, such as Redis: for sessions, verifications and counters.
//!
//! Keys, values and times to live are Better Auth's, so that a TypeScript application can share the store.

mod error;
mod guard;
pub(crate) mod keys;
mod memory;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "testing")]
pub mod testing;
mod unreached;

use std::time::Duration;

use async_trait::async_trait;

pub use error::StorageError;
pub(crate) use guard::{CatchUp, Guard};
pub use memory::MemoryStorage;
#[cfg(feature = "redis")]
pub use redis::{RedisConfig, RedisHealth, RedisServers, RedisStorage};
pub use unreached::UnreachedStorage;

/// A store of texts by key. Every entry has a time to live; nothing stays for ever.
///
/// Every operation is atomic on its own. To write one for another store, implement these six operations and run
/// `auth_core::secondary_storage::testing` against it. An operation that cannot be answered in time fails soon with
/// [`StorageError`]; it is not repeated inside, because some of them must not happen twice.
#[async_trait]
pub trait SecondaryStorage: std::fmt::Debug + Send + Sync {
    /// The value of a key; `None` when there is none or its time is over.
    async fn get(&self, key: &str) -> Result<Option<String>, StorageError>;

    /// Stores a value, in place of any other, for `ttl`: at least one second, whole seconds.
    async fn set(&self, key: &str, value: &str, ttl: Duration) -> Result<(), StorageError>;

    /// Removes a key; that there is none is no error.
    async fn delete(&self, key: &str) -> Result<(), StorageError>;

    /// Takes a value exactly once: of any number of concurrent callers at most one receives it.
    async fn get_and_delete(&self, key: &str) -> Result<Option<String>, StorageError>;

    /// Adds one to a counter and gives the sum. The first addition makes the counter, which lives for `ttl` from then on:
    /// later ones do not prolong it.
    async fn increment(&self, key: &str, ttl: Duration) -> Result<u64, StorageError>;

    /// Writes `new`, or removes the key when it is `None`, if the key's value still is `expected` (`None`: there is none).
    /// Tells whether it did.
    async fn compare_and_set(
        &self,
        key: &str,
        expected: Option<&str>,
        new: Option<Entry<'_>>,
    ) -> Result<bool, StorageError>;
}

/// A value and how long it lives.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The value.
    pub value: &'a str,
    /// At least one second, whole seconds.
    pub ttl: Duration,
}
