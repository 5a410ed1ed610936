//! How what has expired is deleted.

use std::time::Duration;

/// How what has expired is deleted: in batches, so that nothing else waits for it for long, when it is asked for
/// ([`crate::Services::delete_expired`]) and, if it is switched on, in the background.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MaintenanceConfig {
    /// How many rows one batch deletes at most. Default 1,000; at least 1. Too high: other statements wait for the batch, replicas
    /// lag behind, and hooks have all of its rows in memory at once; too low: more round trips for the same rows.
    pub batch_size: u32,
    /// How long it rests between two batches. Default 100 ms, which is 10,000 rows a second at most; zero: not at all. Too short:
    /// requests feel it; too long: more may expire than is deleted. Inside a transaction of the application there is no rest.
    pub pause: Duration,
    /// Counters of requests go that nothing has used for so long. Default 1 day; at least the longest window of
    /// [`super::RateLimitConfig`]. It must be longer than the windows of every application on the database: a counter that goes too
    /// early counts anew. They go with the sweep, or, without it, about once a minute while requests are counted in the database.
    pub counters_unused_for: Duration,
    /// Events of the audit trail go when they are older; `None`: they stay for ever. Default 90 days. Too short: what happened cannot
    /// be found out any more; too long: the table grows, and tells of people for longer than anybody needs.
    pub retain_events_for: Option<Duration>,
    /// Addresses and user agents of sessions and events go when those are older; the rows stay. Default `None`: with their rows. Too
    /// short: people do not recognise their own sessions in a list.
    pub retain_addresses_for: Option<Duration>,
    /// Users who were softly deleted longer ago are erased. Default `None`: never. It cannot be undone.
    pub purge_deleted_after: Option<Duration>,
    /// Deletes in the background, from [`crate::AuthBuilder::build`] on until the last clone of the `Auth` is dropped. Default
    /// false. Any number of processes may do so.
    pub sweep: bool,
    /// The time between two runs in the background. Default 10 minutes; at least 1 ms. The first begins at a random moment of
    /// it, so that processes that start together do not sweep together. Too short: an index is read for nothing; too long: tables
    /// grow meanwhile. Nothing else depends on it: what has expired is not accepted, deleted or not.
    pub sweep_interval: Duration,
    /// Each run but the first begins at random up to so much later. Default 1 minute; zero: processes that fall into step stay
    /// in step.
    pub sweep_jitter: Duration,
}

impl Default for MaintenanceConfig {
    fn default() -> Self {
        Self {
            batch_size: 1000,
            pause: Duration::from_millis(100),
            counters_unused_for: Duration::from_hours(24),
            retain_events_for: Some(Duration::from_hours(90 * 24)),
            retain_addresses_for: None,
            purge_deleted_after: None,
            sweep: false,
            sweep_interval: Duration::from_mins(10),
            sweep_jitter: Duration::from_mins(1),
        }
    }
}
