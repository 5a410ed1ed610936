//! `auth doctor`.

mod answer;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use auth_core::secondary_storage::{RedisConfig, RedisStorage};
use clap::Args;

use self::answer::Answer;
use super::context::{Context, block_on};
use crate::doctor::{self, Examination, Memory, Severity, examine};

#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// Write the report as a page, too.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Look at the rights of this role, that of the application; on MySQL and MariaDB USER or USER@HOST.
    #[arg(long, value_name = "NAME")]
    role: Option<String>,
    /// The connections of one application's pool.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pool: u32,
    /// How many processes have such a pool.
    #[arg(long, value_name = "N", default_value_t = 1)]
    processes: u32,
    /// The memory of the database's server in megabytes. Default: that of this machine when the database is here, else unknown.
    #[arg(long, value_name = "MEGABYTES")]
    memory: Option<u64>,
    /// An index is not used when it has rested for so many days.
    #[arg(long, value_name = "DAYS", default_value_t = 7)]
    unused_after: u32,
    /// Redis beside the database: redis://… or rediss://…
    #[arg(long, env = "AUTH_REDIS_URL", hide_env_values = true, value_name = "URL")]
    redis_url: Option<String>,
}

/// The page could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: is the directory there, and may you write to it?", path.display())]
struct NotWritten {
    path: PathBuf,
    source: std::io::Error,
}

impl Doctor {
    /// Exits with 0 when nothing was found, else by the worst: 3 advice, 4 warning, 5 critical.
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        block_on(async {
            let schema = context.schema()?;
            let redis = self.redis()?;
            let start = Instant::now();
            let connection = context.connect_to_examine().await?;
            let connected_in = Some(start.elapsed());
            let memory = self.memory.map(|megabytes| Memory::given(megabytes.saturating_mul(1 << 20)));
            let examination = Examination {
                role: self.role.clone(),
                pool_connections: self.pool,
                processes: self.processes,
                unused_after: Duration::from_hours(24 * u64::from(self.unused_after)),
                memory: memory.or_else(|| context.url().and_then(Memory::of_this_machine)),
                connected_in,
                redis,
                ..Examination::default()
            };
            let report = examine(&connection, &schema, &examination).await?;
            if let Some(path) = self.html {
                let written = std::fs::write(&path, doctor::html::page(&report));
                written.map_err(|source| NotWritten { path, source })?;
            }
            let code = report.severity.map_or(0, status);
            context.answer(&Answer(report))?;
            Ok(ExitCode::from(code))
        })
    }

    fn redis(&self) -> Result<Option<Arc<RedisStorage>>, Box<dyn Error>> {
        let storage = self.redis_url.as_ref().map(|url| RedisStorage::new(&RedisConfig::single(url)));
        Ok(storage.transpose()?.map(Arc::new))
    }
}

fn status(severity: Severity) -> u8 {
    match severity {
        Severity::Advice => 3,
        Severity::Warning => 4,
        Severity::Critical => 5,
    }
}
