//! Sessions in the memory of the process.

use std::time::Duration;

/// Sessions in the memory of the process, for so short a time that they need not be looked up at each request. What this process
/// revokes or changes ends in it at once. What another does is seen late: a session that was revoked elsewhere holds here for
/// `ttl` at most, counted from when it was read, and nowhere longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LocalCacheConfig {
    /// How long a session is believed. Default 5 s; seconds, not minutes: it is the time for which a stolen session outlives its
    /// revocation.
    pub ttl: Duration,
    /// So many sessions are kept; when there are more, those that are asked for least go. Default 10,000, about a kilobyte each.
    pub max_sessions: u64,
}

impl Default for LocalCacheConfig {
    fn default() -> Self {
        Self { ttl: Duration::from_secs(5), max_sessions: 10_000 }
    }
}
