//! `auth cleanup`.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;
use std::time::Duration;

use auth_core::config::PasswordFormat;
use auth_core::service::Expired;
use clap::Args;
use serde::Serialize;

use super::context::{Context, block_on};
use super::services::{operator, services};

#[derive(Debug, Args)]
pub(super) struct Cleanup {
    /// At most so many rows in one batch. More keep others waiting, fewer cost more round trips.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    batch_size: u32,
    /// So long it rests between two batches.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 100)]
    pause: u32,
}

#[derive(Serialize)]
struct Answer {
    sessions: u64,
    verifications: u64,
    rate_limits: u64,
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sessions, verifications, rate_limits } = self;
        write!(
            formatter,
            "deleted: sessions {sessions}, verifications {verifications}, rate limits {rate_limits}"
        )
    }
}

impl From<Expired> for Answer {
    fn from(expired: Expired) -> Self {
        Self {
            sessions: expired.sessions,
            verifications: expired.verifications,
            rate_limits: expired.rate_limits,
        }
    }
}

impl Cleanup {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        block_on(self.delete(context))
    }

    async fn delete(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let auth = services(context, PasswordFormat::default()).await?;
        let mut config = auth.maintenance_config().clone();
        config.batch_size = self.batch_size;
        config.pause = Duration::from_millis(self.pause.into());
        let mut told = Expired::default();
        let mut observer = |expired: Expired| {
            // A batch that found nothing is no progress.
            if expired != told {
                context.tell(&Answer::from(expired).to_string());
            }
            told = expired;
        };
        let expired = auth.delete_expired_with(&config, &mut observer, &operator()).await?;
        context.answer(&Answer::from(expired))?;
        Ok(ExitCode::SUCCESS)
    }
}
