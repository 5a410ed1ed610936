//! A report: what was seen, and the findings.

use auth_core::adapter::seaorm::PoolStatistics;
use auth_core::adapter::seaorm::diagnosis::Facts;
use auth_core::secondary_storage::RedisHealth;
use auth_core::service;
use serde::Serialize;
use time::OffsetDateTime;

use super::finding::{Finding, Severity};
use super::memory::Memory;

/// How a database is. Its JSON is stable: fields are added, none is renamed or goes while [`Report::format`] stays. Holds no value of
/// a row.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// 1.
    pub format: u32,
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    pub examined_at: OffsetDateTime,
    /// The worst of the findings; `None`: there is none.
    pub severity: Option<Severity>,
    /// What is worth doing something about, the worst first.
    pub findings: Vec<Finding>,
    /// What is good to know and needs nothing.
    pub notes: Vec<String>,
    /// How long the first connection took, in microseconds.
    pub connect_microseconds: Option<u64>,
    /// The memory of the server.
    pub memory: Option<Memory>,
    /// What the engine tells.
    pub database: Facts,
    /// Rows that have expired and are still there; `None`: the tables do not fit.
    pub expired: Option<Expired>,
    /// The application's pool, where the application asks.
    pub pool: Option<Pool>,
    /// Redis, where it is named and answers.
    pub redis: Option<RedisHealth>,
}

/// Rows that have expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Expired {
    /// Sessions.
    pub sessions: u64,
    /// Verifications.
    pub verifications: u64,
    /// Counters of requests that nothing has used for a day.
    pub rate_limits: u64,
}

/// A pool of connections; durations are in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Pool {
    /// Connections that are open.
    pub size: u32,
    /// Those that nobody uses.
    pub idle: u32,
    /// The others.
    pub in_use: u32,
    /// Callers who wait for one.
    pub waiting: u32,
    /// How often one was given.
    pub acquired: u64,
    /// How often none was free in time.
    pub timed_out: u64,
    /// How long the one who waited longest has waited.
    pub longest_wait_microseconds: u64,
}

impl From<PoolStatistics> for Pool {
    fn from(statistics: PoolStatistics) -> Self {
        let PoolStatistics { size, idle, in_use, waiting, acquired, timed_out, acquire_longest, .. } =
            statistics;
        let longest_wait_microseconds = u64::try_from(acquire_longest.as_micros()).unwrap_or(u64::MAX);
        Self { size, idle, in_use, waiting, acquired, timed_out, longest_wait_microseconds }
    }
}

impl From<service::Expired> for Expired {
    fn from(expired: service::Expired) -> Self {
        let service::Expired { sessions, verifications, rate_limits, .. } = expired;
        Self { sessions, verifications, rate_limits }
    }
}
