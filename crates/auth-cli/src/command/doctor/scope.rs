//! What an examination is about, as arguments.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use auth_core::DatabaseConnection;
use auth_core::secondary_storage::{RedisConfig, RedisStorage};
use clap::Args;

use super::super::context::Context;
use crate::doctor::{Examination, Memory};

#[derive(Debug, Args)]
pub(in crate::command) struct Scope {
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

impl Scope {
    /// A connection that changes nothing, and how the database behind it is to be examined.
    pub(in crate::command) async fn open(
        &self,
        context: &Context,
    ) -> Result<(DatabaseConnection, Examination), Box<dyn Error>> {
        let redis = self.redis()?;
        let start = Instant::now();
        let connection = context.connect_to_examine().await?;
        let connected_in = Some(start.elapsed());
        let memory = self.memory.map(|megabytes| Memory::given(megabytes.saturating_mul(1 << 20)));
        let settings = context.settings()?;
        let examination = Examination {
            maintenance: settings.maintenance,
            keeps_ended_sessions: settings.session.store_in_database && settings.session.preserve_in_database,
            role: self.role.clone(),
            pool_connections: self.pool,
            processes: self.processes,
            unused_after: Duration::from_hours(24 * u64::from(self.unused_after)),
            memory: memory.or_else(|| context.url().and_then(Memory::of_this_machine)),
            connected_in,
            redis,
            ..Examination::default()
        };
        Ok((connection, examination))
    }

    fn redis(&self) -> Result<Option<Arc<RedisStorage>>, Box<dyn Error>> {
        let storage = self.redis_url.as_ref().map(|url| RedisStorage::new(&RedisConfig::single(url)));
        Ok(storage.transpose()?.map(Arc::new))
    }
}
