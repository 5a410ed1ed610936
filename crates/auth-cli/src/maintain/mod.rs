//! What is to be done for a database from time to time: rows that have expired, indexes left unfinished, statistics for the planner,
//! room that deleted rows have left.
//!
//! [`plan`] tells what [`run`] would do. Each piece of work is there elsewhere as well; here they stand in one order.

mod work;

use auth_core::adapter::AdapterError;
use auth_core::config::MaintenanceConfig;
use auth_core::domain::RequestContext;
use auth_core::service::Expired;
use auth_core::{Auth, AuthError, DatabaseConnection, SeaOrmAdapter};
use auth_schema::Schema;

pub use work::{Part, Work};

use crate::index::{self, Catalogue, IndexError};

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The parts; their order here does not matter.
    pub parts: Vec<Part>,
    /// Whether room is given back as well: on SQLite, MySQL and MariaDB nobody writes meanwhile.
    pub vacuum: bool,
}

/// What is to be done, or was.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Outcome {
    /// Rows that have expired: those that would be deleted, or were.
    pub expired: Option<Expired>,
    /// The rest, in its order.
    pub works: Vec<Work>,
}

/// Why something was not done. What was done before stays, and the command can be run again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MaintainError {
    /// What has expired could not be counted or deleted.
    #[error("what has expired could not be deleted; what was deleted before stays deleted")]
    Expired(#[source] AuthError),
    /// An index could not be built anew.
    #[error("an index could not be built anew")]
    Index(#[from] IndexError),
    /// The database refused a piece of work.
    #[error("{what} failed; what was done before stays, and the command can be run again")]
    Work {
        /// What it was.
        what: String,
        /// The database's answer.
        source: AdapterError,
    },
    /// The database did not answer.
    #[error("the database could not be read")]
    Adapter(#[from] AdapterError),
}

/// Tells what [`run`] would do; nothing is changed.
///
/// # Errors
///
/// [`MaintainError`], when the database does not answer.
pub async fn plan(
    connection: &DatabaseConnection,
    schema: &Schema,
    auth: &Auth,
    wanted: &Wanted,
) -> Result<Outcome, MaintainError> {
    let expired = if wanted.has(Part::Sweep) {
        Some(auth.count_expired().await.map_err(MaintainError::Expired)?)
    } else {
        None
    };
    let mut works = Vec::new();
    if wanted.has(Part::Indexes) {
        let steps = Catalogue::read(connection, schema).await?.plan_rebuild()?.steps;
        works.extend(steps.into_iter().map(Work::from));
    }
    works.extend(upkeep(connection, schema, wanted).await?.into_iter().map(|(work, _)| work));
    Ok(Outcome { expired, works })
}

/// Does it: what has expired goes first, then indexes are built, then the rest. `told` hears of each piece before it begins, and of each
/// batch of rows after it.
///
/// # Errors
///
/// [`MaintainError`], with the first failure.
pub async fn run(
    connection: &DatabaseConnection,
    schema: &Schema,
    auth: &Auth,
    (wanted, pace): (&Wanted, &MaintenanceConfig),
    told: &mut (dyn FnMut(&str) + Send),
) -> Result<Outcome, MaintainError> {
    let mut outcome = Outcome::default();
    if wanted.has(Part::Sweep) {
        outcome.expired = Some(sweep(auth, pace, told).await?);
    }
    if wanted.has(Part::Indexes) {
        let steps = index::rebuild(connection, schema, |step| told(&step.what)).await?.steps;
        outcome.works.extend(steps.into_iter().map(Work::from));
    }
    for (work, upkeep) in upkeep(connection, schema, wanted).await? {
        told(&work.what);
        let done = SeaOrmAdapter::keep_up(connection, &upkeep).await;
        done.map_err(|source| MaintainError::Work { what: work.what.clone(), source })?;
        outcome.works.push(work);
    }
    Ok(outcome)
}

async fn sweep(
    auth: &Auth,
    pace: &MaintenanceConfig,
    told: &mut (dyn FnMut(&str) + Send),
) -> Result<Expired, MaintainError> {
    let mut before = Expired::default();
    let mut observer = |expired: Expired| {
        // A batch that found nothing is no progress.
        if expired != before {
            told(&work::deleted(&expired));
        }
        before = expired;
    };
    let context = RequestContext::new().user_agent("auth-cli");
    auth.delete_expired_with(pace, &mut observer, &context).await.map_err(MaintainError::Expired)
}

async fn upkeep(
    connection: &DatabaseConnection,
    schema: &Schema,
    wanted: &Wanted,
) -> Result<Vec<(Work, auth_core::adapter::seaorm::Upkeep)>, AdapterError> {
    let live = SeaOrmAdapter::inspect(connection, schema).await?.live;
    let there = schema.models().map(|(_, model)| model.table()).filter(|table| live.table(table).is_some());
    Ok(work::upkeep(live.engine, &there.collect::<Vec<_>>(), wanted))
}

impl Wanted {
    fn has(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }
}
