//! What can go wrong while migrating.

use std::fmt;

use sea_orm_migration::DbErr;
use sea_orm_migration::sea_orm::{RuntimeErr, sqlx};
use time::OffsetDateTime;

/// Why a migration run failed. The cause, where there is one, is the error's `source`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrationError {
    /// The URL names no engine that we have.
    #[error(
        "{target} is not the URL of a database we can migrate: use sqlite:FILE, postgres://USER@HOST/NAME or \
         mysql://USER@HOST/NAME"
    )]
    UnsupportedUrl {
        /// The URL without user and password.
        target: String,
    },
    /// The database did not answer, or refused the connection.
    #[error("no connection to {target}: check that it is running and that DATABASE_URL is right")]
    Unreachable {
        /// The URL without user and password.
        target: String,
        /// What the driver said.
        source: DbErr,
    },
    /// Another run is under way.
    #[error(
        "another run is migrating this database: {holder} holds the lease until {until}; waited {waited_seconds} s. \
         Run again when it has finished; if it was killed, its lease ends by itself at that time"
    )]
    LeaseHeld {
        /// Host, process and run that hold the lease.
        holder: String,
        /// When its lease ends unless it is renewed, by the clock of the database.
        until: OffsetDateTime,
        /// How long this run waited.
        waited_seconds: u64,
    },
    /// Our lease ended and could not be renewed in time, so that another run may have begun.
    #[error(
        "this run lost its lease and stopped: it could not be renewed in time. Look at `status` and run again; what is \
         done is found and not done twice"
    )]
    LeaseLost,
    /// The history names migrations that this build does not have.
    #[error(
        "the database was migrated by a newer version: {} is not known here. Run the newer version",
        names.join(", ")
    )]
    NewerDatabase {
        /// The unknown names.
        names: Vec<String>,
    },
    /// One migration failed; those before it stay done.
    #[error("could not {direction} {name}; nothing after it was done, and running again continues here")]
    Step {
        /// The migration's name.
        name: String,
        /// Whether it was being applied or rolled back.
        direction: Direction,
        /// What the database said.
        source: DbErr,
    },
    /// The database failed outside of a migration.
    #[error("could not {doing}")]
    Database {
        /// What was being done.
        doing: &'static str,
        /// What the database said.
        source: DbErr,
    },
}

/// Whether a migration is applied or rolled back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Applied.
    Up,
    /// Rolled back.
    Down,
}

impl fmt::Display for Direction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Up => "apply",
            Self::Down => "roll back",
        })
    }
}

/// Whether another connection was in the way: the statement can be tried again.
///
/// SQLite `BUSY`, `LOCKED`, `BUSY_RECOVERY`, `LOCKED_SHAREDCACHE` and `BUSY_SNAPSHOT`; elsewhere the SQLSTATE of a
/// serialization failure (also MySQL's deadlock, 1213) and PostgreSQL's deadlock.
pub(crate) fn is_contention(error: &DbErr) -> bool {
    let (DbErr::Conn(cause) | DbErr::Exec(cause) | DbErr::Query(cause)) = error else { return false };
    let RuntimeErr::SqlxError(cause) = cause else { return false };
    let sqlx::Error::Database(cause) = cause.as_ref() else { return false };
    cause.code().is_some_and(|code| CONTENTION_CODES.contains(&code.as_ref()))
}

const CONTENTION_CODES: [&str; 7] = ["5", "6", "261", "262", "517", "40001", "40P01"];
