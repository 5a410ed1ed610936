//! `auth maintain`.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;
use std::time::Duration;

use auth_core::config::{MaintenanceConfig, PasswordFormat};
use clap::Args;
use serde::Serialize;

use super::context::{Context, block_on};
use super::services::services_with;
use crate::maintain::{self, Outcome, Part, Wanted, Work};

#[derive(Debug, Args)]
pub(super) struct Maintain {
    /// Do it. Without this, nothing is changed: it is told what would be done.
    #[arg(long)]
    apply: bool,
    /// Some parts only.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PART", default_values_t = Part::ALL)]
    only: Vec<Part>,
    /// Give back the room of deleted rows, too. On PostgreSQL others go on; on MySQL and MariaDB a table is built anew; on SQLite
    /// the whole file is, and nobody writes meanwhile.
    #[arg(long)]
    vacuum: bool,
    /// At most so many rows in one batch of what has expired.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    batch_size: u32,
    /// So long it rests between two batches.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 100)]
    pause: u32,
    /// Events of the audit trail older than so many days go. Default: what `auth.toml` or `AUTH_RETAIN_EVENTS_SECONDS` says; else they stay.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..))]
    retain_events: Option<u32>,
}

#[derive(Debug, Serialize)]
struct Answer {
    dry_run: bool,
    expired: Option<Expired>,
    works: Vec<Work>,
}

#[derive(Debug, Serialize)]
struct Expired {
    sessions: u64,
    verifications: u64,
    rate_limits: u64,
    events: u64,
}

impl Answer {
    fn new(dry_run: bool, outcome: Outcome) -> Self {
        let expired = outcome.expired.map(|expired| Expired {
            sessions: expired.sessions,
            verifications: expired.verifications,
            rate_limits: expired.rate_limits,
            events: expired.events,
        });
        Self { dry_run, expired, works: outcome.works }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (deleted, done) = if self.dry_run { ("would delete", "would ") } else { ("deleted", "done: ") };
        if let Some(Expired { sessions, verifications, rate_limits, events }) = &self.expired {
            writeln!(
                formatter,
                "{deleted}: sessions {sessions}, verifications {verifications}, rate limits {rate_limits}, events {events}"
            )?;
        }
        for Work { what, statements, .. } in &self.works {
            writeln!(formatter, "{done}{what}")?;
            for statement in statements.iter().filter(|_| self.dry_run) {
                writeln!(formatter, "    {statement};")?;
            }
        }
        if self.dry_run {
            writeln!(formatter, "nothing was changed: --apply does it")?;
        }
        Ok(())
    }
}

impl Maintain {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        block_on(async {
            let schema = context.schema()?;
            let retain = self.retain_events.map(days).or(context.settings()?.maintenance.retain_events_for);
            let mut pace = MaintenanceConfig::default();
            (pace.batch_size, pace.pause) = (self.batch_size, Duration::from_millis(self.pause.into()));
            pace.retain_events_for = retain;
            let auth = services_with(context, PasswordFormat::default(), |builder| {
                builder.maintenance(pace.clone())
            });
            let auth = auth.await?;
            let wanted = Wanted { parts: self.only, vacuum: self.vacuum };
            let outcome = if self.apply {
                let connection = context.connect_to_change().await?;
                let mut told = |what: &str| context.tell(what);
                maintain::run(&connection, &schema, &auth, (&wanted, &pace), &mut told).await?
            } else {
                let connection = context.connect().await?;
                maintain::plan(&connection, &schema, &auth, &wanted).await?
            };
            context.answer(&Answer::new(!self.apply, outcome))?;
            Ok(ExitCode::SUCCESS)
        })
    }
}

pub(super) fn days(number: u32) -> Duration {
    Duration::from_hours(24 * u64::from(number))
}
