//! How the pool is doing: counted where connections are acquired.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sea_orm::{ConnAcquireErr, DatabaseConnection, DbErr};

use super::adapter::SqlAdapter;
use crate::auth::Auth;
use crate::telemetry::{DatabaseInstruments, Verb};

/// The pool at a moment, and what it has given since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolStatistics {
    /// Connections that are open.
    pub size: u32,
    /// Those of them that nobody uses.
    pub idle: u32,
    /// The others.
    pub in_use: u32,
    /// Callers who wait for one. Above zero for long: the pool is too small, or the database too slow.
    pub waiting: u32,
    /// How often one was given.
    pub acquired: u64,
    /// How often none was free in time ([`crate::DatabaseConfig::acquire_timeout`]).
    pub timed_out: u64,
    /// How long callers have waited together, those who got none included. For a transaction it includes the round trip of
    /// `BEGIN`.
    pub acquire_total: Duration,
    /// How long the one who waited longest has waited.
    pub acquire_longest: Duration,
}

/// Counts; the pool's users share one. An acquisition costs it two readings of the clock and a few atomics, a statement one more.
#[derive(Debug)]
pub(super) struct Meter {
    slow: Duration,
    waiting: AtomicU32,
    acquired: AtomicU64,
    timed_out: AtomicU64,
    total_nanoseconds: AtomicU64,
    longest_nanoseconds: AtomicU64,
    instruments: DatabaseInstruments,
}

/// Somebody who waits for a connection, until this is dropped.
struct Waiting<'a>(&'a Meter);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Meter {
    pub(super) fn new(slow: Duration) -> Self {
        Self {
            slow,
            waiting: AtomicU32::default(),
            acquired: AtomicU64::default(),
            timed_out: AtomicU64::default(),
            total_nanoseconds: AtomicU64::default(),
            longest_nanoseconds: AtomicU64::default(),
            instruments: DatabaseInstruments::new(),
        }
    }

    /// Measures an acquisition, and tells when it ended.
    pub(super) async fn measure<T>(
        &self,
        acquire: impl Future<Output = Result<T, DbErr>>,
    ) -> Result<(T, Instant), DbErr> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let waiting = Waiting(self);
        let since = Instant::now();
        let outcome = acquire.await;
        drop(waiting);
        let now = Instant::now();
        self.note(now.duration_since(since), outcome.as_ref().err());
        outcome.map(|output| (output, now))
    }

    /// A statement is done that was sent at `since`, `around` others besides.
    pub(super) fn sent(&self, sql: &str, around: u32, since: Instant) {
        self.instruments.sent(Verb::of(sql), 1 + around, since.elapsed());
    }

    fn note(&self, waited: Duration, error: Option<&DbErr>) {
        self.instruments.acquired(waited);
        let nanoseconds = u64::try_from(waited.as_nanos()).unwrap_or(u64::MAX);
        self.total_nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
        if nanoseconds > self.longest_nanoseconds.load(Ordering::Relaxed) {
            self.longest_nanoseconds.fetch_max(nanoseconds, Ordering::Relaxed);
        }
        let waited_ms = waited.as_millis();
        let waiting = self.waiting.load(Ordering::Relaxed);
        match error {
            None => {
                self.acquired.fetch_add(1, Ordering::Relaxed);
                if waited >= self.slow {
                    tracing::warn!(name: "db.pool.slow_acquire", waited_ms, waiting, "a connection was free late");
                }
            }
            Some(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)) => {
                self.timed_out.fetch_add(1, Ordering::Relaxed);
                self.instruments.timed_out();
                tracing::warn!(name: "db.pool.timeout", waited_ms, waiting, "no connection was free in time");
            }
            Some(_) => {}
        }
    }

    pub(super) fn statistics(&self, connection: &DatabaseConnection) -> PoolStatistics {
        let (size, idle) = size(connection);
        let idle = u32::try_from(idle).unwrap_or(u32::MAX).min(size);
        PoolStatistics {
            size,
            idle,
            in_use: size - idle,
            waiting: self.waiting.load(Ordering::Relaxed),
            acquired: self.acquired.load(Ordering::Relaxed),
            timed_out: self.timed_out.load(Ordering::Relaxed),
            acquire_total: Duration::from_nanos(self.total_nanoseconds.load(Ordering::Relaxed)),
            acquire_longest: Duration::from_nanos(self.longest_nanoseconds.load(Ordering::Relaxed)),
        }
    }
}

/// Open and idle connections; none where the driver is not one of sqlx.
fn size(connection: &DatabaseConnection) -> (u32, usize) {
    match &connection.inner {
        #[cfg(feature = "postgres")]
        sea_orm::DatabaseConnectionType::SqlxPostgresPoolConnection(_) => {
            let pool = connection.get_postgres_connection_pool();
            (pool.size(), pool.num_idle())
        }
        #[cfg(feature = "mysql")]
        sea_orm::DatabaseConnectionType::SqlxMySqlPoolConnection(_) => {
            let pool = connection.get_mysql_connection_pool();
            (pool.size(), pool.num_idle())
        }
        #[cfg(feature = "sqlite")]
        sea_orm::DatabaseConnectionType::SqlxSqlitePoolConnection(_) => {
            let pool = connection.get_sqlite_connection_pool();
            (pool.size(), pool.num_idle())
        }
        _ => (0, 0),
    }
}

impl SqlAdapter<'_> {
    /// How the pool is doing. No round trip.
    pub fn pool_statistics(&self) -> PoolStatistics {
        self.shared.pool.statistics()
    }

    /// Closes the pool, and its replica's, once the statements and transactions that are under way have ended. Who asks for a connection from now on
    /// is told [`crate::adapter::AdapterError::Closed`], also through other handles on the same pool.
    pub async fn close(&self) {
        for pool in std::iter::once(&self.shared.pool).chain(&self.shared.replica) {
            if let Err(error) = pool.connection.close_by_ref().await {
                tracing::debug!(name: "db.pool.close", %error, "the pool is closed already");
            }
        }
    }
}

impl Auth {
    /// How the pool is doing; `None` when the data is not held by a SeaORM adapter. No round trip.
    pub fn pool_statistics(&self) -> Option<PoolStatistics> {
        self.adapter().seaorm().map(SqlAdapter::pool_statistics)
    }
}
