//! How transactions that give way to others are tried again.

use std::time::Duration;

/// Retries of a transaction that the engine gave up for a concurrent one (deadlock, serialization failure,
/// busy). Nothing else is ever repeated.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TransactionConfig {
    /// How often a transaction is run at most, the first time included. Default 8; 1: never again. Too low:
    /// errors under contention; too high: work that is bound to fail is repeated.
    pub max_tries: u32,
    /// No run starts later than this after the first one. Default 10 s. Too high: requests
    /// pile up behind a hot row.
    pub retry_deadline: Duration,
}

impl Default for TransactionConfig {
    fn default() -> Self {
        Self { max_tries: 8, retry_deadline: Duration::from_secs(10) }
    }
}
