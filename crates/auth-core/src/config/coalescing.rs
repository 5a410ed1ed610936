//! How validations of sessions share statements under load.

use std::num::NonZeroUsize;

/// Whether questions for a session by its token share a statement while the database is busy with others of them. Nobody
/// waits on purpose: a question that comes alone is asked at once, those that come while all workers are busy are
/// asked together by the first that is free. Every caller gets its own answer; a statement that fails is each caller's error.
///
/// Only questions outside of transactions are shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CoalescingConfig {
    /// Default: on.
    pub enabled: bool,
    /// How many of these statements run at once; each takes a connection of the pool. Default 2. Too high: less is
    /// shared; too low: a slow answer holds up more callers. When the oldest question has waited for 100 ms, more run, as many
    /// as four times this.
    pub workers: NonZeroUsize,
    /// How many questions share a statement at most. Default 64. Too high: the first of a statement waits for the last.
    pub max_batch: NonZeroUsize,
    /// How many questions wait at most; what exceeds this is asked alone and waits for a connection of the pool, as long as
    /// [`crate::DatabaseConfig::acquire_timeout`] says. Default 1024.
    pub max_queued: usize,
}

impl Default for CoalescingConfig {
    fn default() -> Self {
        const TWO: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1);
        const BATCH: NonZeroUsize = NonZeroUsize::MIN.saturating_add(63);
        Self { enabled: true, workers: TWO, max_batch: BATCH, max_queued: 1024 }
    }
}

impl CoalescingConfig {
    /// Off: every question is a statement of its own.
    #[must_use]
    pub fn off() -> Self {
        Self { enabled: false, ..Self::default() }
    }
}
