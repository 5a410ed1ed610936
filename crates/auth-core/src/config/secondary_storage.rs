//! The store beside the database.

use std::time::Duration;

/// How the store beside the database is asked.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SecondaryStorageConfig {
    /// An operation that takes longer counts as failed. Default 500 ms. Too low: a store that is only slow is left aside; too high:
    /// so long the first requests of an outage wait. Later ones do not: they go on without the store until it has answered again.
    pub timeout: Duration,
    /// How often it is looked for revocations that another process could not bring into the store, and was then ended before it
    /// could. Default 10 s, one indexed query each. What this process itself could not bring there is looked after at once.
    pub check_interval: Duration,
}

impl Default for SecondaryStorageConfig {
    fn default() -> Self {
        Self { timeout: Duration::from_millis(500), check_interval: Duration::from_secs(10) }
    }
}
