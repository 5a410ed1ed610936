//! What is read when somebody looks.

use metrics::Gauge;

use super::catalogue;
use super::instruments::gauge;
use crate::adapter::seaorm::PoolStatistics;
use crate::auth::Auth;
use crate::secondary_storage::StorageState;

/// The handles of what is read when somebody looks.
#[derive(Debug)]
pub(crate) struct Gauges {
    queue: Gauge,
    running: Gauge,
    idle: Gauge,
    in_use: Gauge,
    waiting: Gauge,
    storage: [Gauge; 4],
}

impl Gauges {
    pub(crate) fn new() -> Self {
        let connections = |state| gauge(&catalogue::POOL_CONNECTIONS, &[("state", state)]);
        let storage = |state: StorageState| gauge(&catalogue::STORAGE_STATE, &[("state", state.name())]);
        Self {
            queue: gauge(&catalogue::HASH_QUEUE, &[]),
            running: gauge(&catalogue::HASH_RUNNING, &[]),
            idle: connections("idle"),
            in_use: connections("in_use"),
            waiting: gauge(&catalogue::POOL_WAITING, &[]),
            storage: StorageState::ALL.map(storage),
        }
    }

    fn pool(&self, pool: PoolStatistics) {
        self.idle.set(pool.idle);
        self.in_use.set(pool.in_use);
        self.waiting.set(pool.waiting);
    }
}

impl Auth {
    /// Sets the gauges of the metrics to what is now: the pool, the queue of the hashing threads, the store beside the database. To be
    /// called before the recorder is read. No round trip.
    pub fn set_gauges(&self) {
        let gauges = self.gauges();
        let (waiting, running) = self.hasher().load();
        gauges.queue.set(waiting);
        gauges.running.set(running);
        if let Some(pool) = self.pool_statistics() {
            gauges.pool(pool);
        }
        if let Some(now) = self.storage_state() {
            for (gauge, state) in gauges.storage.iter().zip(StorageState::ALL) {
                gauge.set(f64::from(u8::from(state == now)));
            }
        }
    }
}
