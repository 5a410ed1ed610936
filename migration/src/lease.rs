//! The lease: one row by which at most one run at a time changes the schema.
//!
//! A row with an end, not a lock of the session: it works on every engine, through connection poolers and on clusters,
//! and a run that was killed blocks nobody for longer than its lease. The end is set and compared by the clock of the
//! database, so the clocks of the hosts do not matter. Every step of a migration can be done again, so even a run that
//! lost its lease in the middle of a statement does no harm.

mod row;

use std::time::Duration;

use sea_orm_migration::DbErr;
use sea_orm_migration::sea_orm::DatabaseConnection;
use time::OffsetDateTime;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use self::row::LeaseRow;
use crate::MigrationError;
use crate::error::is_contention;

pub use self::row::LEASE_TABLE;

/// How long a lease lives and how long a run waits for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaseOptions {
    /// How long a lease lasts unless renewed, which is done every third of it. 30 s by default.
    ///
    /// Shorter than a pause of the database (a fail-over) and a run may lose it; longer and a killed run blocks the
    /// next one for longer. Between a second and a day.
    pub time_to_live: Duration,
    /// How long to wait while another run holds the lease, before giving up with an error. 60 s by default, at
    /// most a day.
    pub wait: Duration,
}

impl Default for LeaseOptions {
    fn default() -> Self {
        Self { time_to_live: Duration::from_secs(30), wait: Duration::from_mins(1) }
    }
}

/// A lease that is held until it is released or ends.
#[derive(Debug)]
pub(crate) struct Lease<'db> {
    row: LeaseRow<'db>,
    holder: String,
    time_to_live: Duration,
}

impl<'db> Lease<'db> {
    /// Waits for the lease and takes it.
    ///
    /// # Errors
    /// [`MigrationError::LeaseHeld`] when another run held it all the time.
    pub(crate) async fn take(
        db: &'db DatabaseConnection,
        options: LeaseOptions,
    ) -> Result<Self, MigrationError> {
        let time_to_live = options.time_to_live.clamp(SHORTEST, LONGEST);
        let wait = options.wait.min(LONGEST);
        let lease = Self { row: LeaseRow::of(db), holder: name_this_run(), time_to_live };
        let deadline = Instant::now() + wait;
        while !lease.try_take().await.map_err(taking)? {
            if Instant::now() >= deadline {
                return Err(lease.held_by_another(wait).await);
            }
            sleep(pause()).await;
        }
        Ok(lease)
    }

    /// Extends the lease from now on.
    ///
    /// # Errors
    /// [`MigrationError::LeaseLost`] when another run has taken it.
    pub(crate) async fn renew(&self) -> Result<(), MigrationError> {
        let renewed = self.row.renew(&self.holder, self.time_to_live).await;
        match renewed {
            Ok(true) => Ok(()),
            Ok(false) => Err(MigrationError::LeaseLost),
            Err(source) => Err(MigrationError::Database { doing: "renew the migration lease", source }),
        }
    }

    /// Renews the lease for as long as the future is polled; it ends only with the error that the lease is lost.
    ///
    /// A renewal that the database did not answer is tried again at the next turn.
    pub(crate) async fn keep(&self) -> MigrationError {
        loop {
            sleep(self.time_to_live / 3).await;
            match self.renew().await {
                Ok(()) => {}
                Err(MigrationError::LeaseLost) => return MigrationError::LeaseLost,
                Err(error) => tracing::warn!(error = ?error, "the migration lease was not renewed this time"),
            }
        }
    }

    /// Gives the lease back. A failure is only logged: the lease ends by itself.
    pub(crate) async fn release(self) {
        if let Err(error) = self.row.free(&self.holder).await {
            tracing::warn!(%error, "the migration lease was not released; it ends by itself");
        }
    }

    async fn try_take(&self) -> Result<bool, DbErr> {
        match self.row.take(&self.holder, self.time_to_live).await {
            Err(error) if is_contention(&error) => Ok(false),
            answer => answer,
        }
    }

    async fn held_by_another(&self, waited: Duration) -> MigrationError {
        match self.row.read().await {
            Ok((holder, until)) => MigrationError::LeaseHeld {
                holder,
                until: OffsetDateTime::UNIX_EPOCH + time::Duration::milliseconds(until),
                waited_seconds: waited.as_secs(),
            },
            Err(source) => taking(source),
        }
    }
}

fn taking(source: DbErr) -> MigrationError {
    MigrationError::Database { doing: "take the migration lease", source }
}

/// Host, process and a name of the run that no other has.
#[expect(clippy::disallowed_methods, reason = "a name and a pause that no other run has are the point here")]
fn name_this_run() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = if host.trim().is_empty() { "a host without a name" } else { host.trim() };
    format!("process {} on {:.100} (run {})", std::process::id(), host, Uuid::now_v7())
}

/// 100 to 355 ms, at random, so that runs that wait do not ask in step.
#[expect(clippy::disallowed_methods, reason = "a name and a pause that no other run has are the point here")]
fn pause() -> Duration {
    let [.., random] = *Uuid::now_v7().as_bytes();
    Duration::from_millis(100 + u64::from(random))
}

const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_hours(24);
