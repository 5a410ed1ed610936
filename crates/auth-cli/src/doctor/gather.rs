//! Gathers a report.

use std::sync::Arc;
use std::time::Duration;

use auth_core::adapter::AdapterError;
use auth_core::adapter::seaorm::{Inspection, PoolStatistics, Repeated};
use auth_core::config::MaintenanceConfig;
use auth_core::domain::{Clock, Random, SystemClock, SystemRandom};
use auth_core::secondary_storage::RedisStorage;
use auth_core::{Auth, AuthError, BuildError, DatabaseConnection, SeaOrmAdapter};
use auth_schema::{Schema, account, user};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::finding::Finding;
use super::judge::{self, Evidence, Load, Pending, Repeats};
use super::memory::Memory;
use super::report::{Expired, Report};
use crate::index::{Catalogue, IndexError};
use crate::migrate::{self, MigrateError};

/// What a report is to be about besides the database.
#[derive(Debug, Clone)]
pub struct Examination {
    /// Whose rights are looked at. Default: nobody's.
    pub role: Option<String>,
    /// The connections of one application's pool. Default 10.
    pub pool_connections: u32,
    /// How many processes have such a pool. Default 1.
    pub processes: u32,
    /// An index that rests for so long is not used. Default 7 days; shorter than the rarest report takes an index for useless that
    /// is not.
    pub unused_after: Duration,
    /// The memory of the server, where it is known.
    pub memory: Option<Memory>,
    /// How long the first connection took.
    pub connected_in: Option<Duration>,
    /// The application's pool, where the application itself asks.
    pub pool: Option<PoolStatistics>,
    /// The store beside the database.
    pub redis: Option<Arc<RedisStorage>>,
    /// When the application takes a row for expired. Its retention of events is to be said, or `None`.
    pub maintenance: MaintenanceConfig,
    /// Whether ended sessions stay in the database as a record (`SessionConfig::preserve_in_database`).
    pub keeps_ended_sessions: bool,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

impl Default for Examination {
    fn default() -> Self {
        Self {
            role: None,
            pool_connections: 10,
            processes: 1,
            unused_after: Duration::from_hours(24 * 7),
            memory: None,
            connected_in: None,
            pool: None,
            redis: None,
            maintenance: MaintenanceConfig::default(),
            keeps_ended_sessions: false,
            clock: Arc::new(SystemClock),
        }
    }
}

/// Why there is no report. What is wrong with the database is a finding, and no error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DoctorError {
    /// The database did not answer, or has no such role.
    #[error("the database could not be examined")]
    Adapter(#[from] AdapterError),
    /// The history of migrations could not be read.
    #[error("the history of migrations could not be read")]
    Migrate(#[source] MigrateError),
    /// The indexes could not be held against the catalogue.
    #[error("the indexes could not be held against the catalogue")]
    Index(#[source] IndexError),
    /// What has expired could not be counted.
    #[error("what has expired could not be counted")]
    Count(#[source] AuthError),
    /// The services refused to start.
    #[error(transparent)]
    Build(#[from] BuildError),
}

/// Examines a database; nothing is changed. About thirty statements; two of them read all addresses and accounts, one counts what has
/// expired, and on SQLite the rows are counted and the sizes read.
///
/// # Errors
///
/// [`DoctorError`], when the database does not answer.
pub async fn examine(
    connection: &DatabaseConnection,
    schema: &Schema,
    examination: &Examination,
) -> Result<Report, DoctorError> {
    let facts = SeaOrmAdapter::diagnose(connection, schema, examination.role.as_deref()).await?;
    let inspection = SeaOrmAdapter::inspect(connection, schema).await?;
    let pending = pending(connection, schema).await?;
    let (repeated, expired) = rows(connection, schema, &inspection, examination).await?;
    let now = examination.clock.now();
    let pool = examination.pool.map(Into::into);
    let load = Load {
        connections: u64::from(examination.pool_connections) * u64::from(examination.processes),
        unused_after: examination.unused_after,
    };
    let evidence = Evidence {
        facts: &facts,
        schema,
        live: &inspection.live,
        graded: &inspection.findings,
        pending: &pending,
        repeated,
        expired,
        pool,
        memory: examination.memory,
        load,
        now,
    };
    let (mut findings, notes) = (judge::judge(&evidence), judge::notes(&evidence));
    let redis = match &examination.redis {
        None => None,
        Some(redis) => match redis.health().await {
            Ok(health) => {
                findings.extend(judge::redis_health(&health));
                Some(health)
            }
            Err(error) => {
                findings.push(judge::redis_unreachable(&error));
                None
            }
        },
    };
    findings.sort_by_key(|finding: &Finding| std::cmp::Reverse(finding.severity));
    let connected = examination.connected_in;
    Ok(Report {
        format: 1,
        examined_at: now,
        severity: findings.first().map(|finding| finding.severity),
        findings,
        notes,
        connect_microseconds: connected.map(|took| u64::try_from(took.as_micros()).unwrap_or(u64::MAX)),
        memory: examination.memory,
        expired,
        pool,
        redis,
        database: facts,
    })
}

async fn pending(connection: &DatabaseConnection, schema: &Schema) -> Result<Pending, DoctorError> {
    let mut pending = match migrate::plan(connection, schema).await {
        Ok(outcome) => Pending { migrations: outcome.migrations, steps: outcome.steps, ..Pending::default() },
        Err(MigrateError::Names) => Pending { other_names: true, ..Pending::default() },
        // What cannot be added is among the findings of the catalogue.
        Err(MigrateError::Difference(_)) => Pending::default(),
        Err(error) => return Err(DoctorError::Migrate(error)),
    };
    let catalogue = Catalogue::read(connection, schema).await?;
    pending.rebuilds = catalogue.plan_rebuild().map_err(DoctorError::Index)?.steps;
    Ok(pending)
}

/// Rows that should not be there. Tables that do not fit are not asked.
async fn rows(
    connection: &DatabaseConnection,
    schema: &Schema,
    inspection: &Inspection,
    examination: &Examination,
) -> Result<(Repeats, Option<Expired>), DoctorError> {
    let fatal = auth_core::adapter::seaorm::Grade::Fatal;
    if inspection.findings.iter().any(|finding| finding.grade == fatal) {
        return Ok((Repeats::default(), None));
    }
    let adapter = SeaOrmAdapter::with_schema(connection.clone(), schema.clone()).await?;
    let emails = Repeated::folded(user::MODEL, user::EMAIL).several();
    let accounts = Repeated::exact(account::MODEL, vec![account::PROVIDER_ID, account::ACCOUNT_ID]);
    let repeated = Repeats {
        emails: adapter.count_repeated(&emails).await?,
        accounts: adapter.count_repeated(&accounts).await?,
    };
    // Signs nothing.
    let mut secret = [0; 32];
    SystemRandom.fill(&mut secret);
    let auth = Auth::builder(Arc::new(adapter), BASE64_STANDARD.encode(secret));
    let mut maintenance = examination.maintenance.clone();
    maintenance.sweep = false;
    let auth = auth.clock(Arc::clone(&examination.clock)).maintenance(maintenance).build()?;
    let mut expired = auth.count_expired().await.map_err(DoctorError::Count)?;
    if examination.keeps_ended_sessions {
        expired.sessions = 0;
    }
    Ok((repeated, Some(expired.into())))
}
