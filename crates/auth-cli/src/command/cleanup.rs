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
use super::maintain::days;
use super::services::{operator, services};

#[derive(Debug, Args)]
pub(super) struct Cleanup {
    /// At most so many rows in one batch. More keep others waiting, fewer cost more round trips.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    batch_size: u32,
    /// So long it rests between two batches.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 100)]
    pause: u32,
    /// Events of the audit trail older than so many days go. Default: what `auth.toml` or `AUTH_RETAIN_EVENTS_SECONDS` says; else they stay.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..))]
    retain_events: Option<u32>,
    /// Take addresses and user agents away from sessions and events older than so many days.
    #[arg(long, value_name = "DAYS")]
    retain_addresses: Option<u32>,
    /// Erase users who were softly deleted more than so many days ago. It cannot be undone.
    #[arg(long, value_name = "DAYS")]
    purge_deleted: Option<u32>,
}

#[derive(Serialize)]
struct Answer {
    sessions: u64,
    verifications: u64,
    rate_limits: u64,
    /// Where there is an audit trail.
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purged: Option<Users>,
    #[serde(skip_serializing_if = "Option::is_none")]
    forgotten: Option<Addresses>,
}

/// What became of users who were softly deleted.
#[derive(Serialize)]
struct Users {
    erased: u64,
    kept: u64,
}

/// How many rows have lost their addresses.
#[derive(Serialize)]
struct Addresses {
    sessions: u64,
    events: u64,
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sessions, verifications, rate_limits, .. } = self;
        write!(
            formatter,
            "deleted: sessions {sessions}, verifications {verifications}, rate limits {rate_limits}"
        )?;
        if let Some(events) = self.events {
            write!(formatter, ", events {events}")?;
        }
        if let Some(Users { erased, kept }) = &self.purged {
            write!(formatter, "\nerased: users {erased}, kept by hooks {kept}")?;
        }
        if let Some(Addresses { sessions, events }) = &self.forgotten {
            write!(formatter, "\nwithout an address now: sessions {sessions}, events {events}")?;
        }
        Ok(())
    }
}

impl From<Expired> for Answer {
    fn from(expired: Expired) -> Self {
        Self {
            sessions: expired.sessions,
            verifications: expired.verifications,
            rate_limits: expired.rate_limits,
            events: None,
            purged: None,
            forgotten: None,
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
        config.retain_events_for = self.retain_events.map(days).or(config.retain_events_for);
        let before = |days: u32| auth.now() - time::Duration::days(days.into());
        let mut told = Expired::default();
        let mut observer = |expired: Expired| {
            // A batch that found nothing is no progress.
            if expired != told {
                context.tell(&Answer::from(expired).to_string());
            }
            told = expired;
        };
        let expired = auth.delete_expired_with(&config, &mut observer, &operator()).await?;
        let mut answer = Answer::from(expired);
        answer.events = auth.store().events().map(|_| expired.events);
        if let Some(days) = self.purge_deleted {
            let purged = auth.purge_deleted_until(before(days), self.batch_size, &operator()).await?;
            answer.purged = Some(Users { erased: purged.users, kept: purged.kept });
        }
        if let Some(days) = self.retain_addresses {
            let forgotten = auth.forget_addresses_until(before(days), &operator()).await?;
            answer.forgotten = Some(Addresses { sessions: forgotten.sessions, events: forgotten.events });
        }
        context.answer(&answer)?;
        Ok(ExitCode::SUCCESS)
    }
}
