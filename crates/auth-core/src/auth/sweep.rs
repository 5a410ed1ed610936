//! Deletes what has expired in the background.

use std::sync::Arc;
use std::time::{Duration, Instant};

use time::OffsetDateTime;
use tokio::runtime::Handle;
use tokio_util::task::AbortOnDropHandle;

use super::Services;
use crate::domain::{Random, RequestContext};
use crate::error::{AuthError, BuildError};
use crate::service::Forgotten;
use crate::telemetry;

/// A task that deletes what has expired from time to time. It ends when this is dropped, also in the middle of a run: a
/// statement or a transaction that is under way then happens whole or not at all. It ends with its runtime, too.
#[derive(Debug)]
pub(super) struct Sweep {
    task: AbortOnDropHandle<()>,
}

impl Sweep {
    /// Starts the task, if the settings ask for it.
    pub(super) fn start(services: &Services<'static>) -> Result<Option<Self>, BuildError> {
        if !services.inner.maintenance.sweep {
            return Ok(None);
        }
        let runtime = Handle::try_current().map_err(|_| BuildError::NoRuntime)?;
        for outcome in [SWEPT, FAILED] {
            telemetry::count(&telemetry::SWEEPS, &[("outcome", outcome)], 0);
        }
        succeeded(services.now());
        let config = services.maintenance_config();
        let rests = config.sweep_interval.saturating_add(config.sweep_jitter);
        telemetry::set(&telemetry::SWEEP_INTERVAL, rests.as_secs_f64());
        let services = Services { inner: Arc::clone(&services.inner), joined: None };
        let task = AbortOnDropHandle::new(runtime.spawn(run(Arc::new(services))));
        Ok(Some(Self { task }))
    }

    /// Ends the task.
    pub(super) fn stop(&self) {
        self.task.abort();
    }
}

/// The first run at any point of an interval; the others an interval and a random part of the jitter after the end of the one
/// before, so that no two runs of a process overlap.
async fn run(services: Arc<Services<'static>>) {
    let config = services.maintenance_config().clone();
    let interval = config.sweep_interval.max(SHORTEST_INTERVAL);
    let mut forgot_at = None;
    let mut wait = random_part(interval, services.random());
    loop {
        tokio::time::sleep(wait).await;
        // It reads a whole table: seldom.
        let forgets = forgot_at.is_none_or(|at| services.now() - at >= FORGET_EVERY);
        if forgets {
            forgot_at = Some(services.now());
        }
        sweep(&services, forgets).await;
        wait = interval.saturating_add(random_part(config.sweep_jitter, services.random()));
    }
}

/// One run. What goes wrong, a panic of a hook included, is told once and tried again by the next one.
async fn sweep(services: &Arc<Services<'static>>, forgets: bool) {
    let (begun, sweeping) = (Instant::now(), Arc::clone(services));
    let run = async move {
        let context = RequestContext::new().system();
        let expired = sweeping.delete_expired(&context).await;
        // What fails of one does not keep the others.
        let purged = sweeping.purge_deleted_users(&context).await;
        let forgotten =
            if forgets { sweeping.forget_addresses(&context).await } else { Ok(Forgotten::default()) };
        Ok::<_, AuthError>((expired?, purged?, forgotten?))
    };
    let outcome = AbortOnDropHandle::new(tokio::spawn(run)).await;
    tell(services.now(), matches!(outcome, Ok(Ok(_))), begun.elapsed());
    match outcome {
        Ok(Ok((expired, purged, forgotten))) => {
            tracing::debug!(name: "auth.sweep", ?expired, ?purged, ?forgotten, "what had expired is deleted");
        }
        Ok(Err(error)) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(name: "auth.sweep.failed", error, "not all that has expired was deleted: it is tried again");
        }
        Err(error) => {
            tracing::error!(name: "auth.sweep.failed", %error, "deleting what has expired broke off: it is tried again");
        }
    }
}

fn tell(now: OffsetDateTime, swept: bool, took: Duration) {
    let outcome = if swept { SWEPT } else { FAILED };
    telemetry::count(&telemetry::SWEEPS, &[("outcome", outcome)], 1);
    telemetry::set(&telemetry::SWEEP_SECONDS, took.as_secs_f64());
    if swept {
        succeeded(now);
    }
}

/// Until the first run, the start stands for it: one that never runs shows after the same time.
fn succeeded(now: OffsetDateTime) {
    telemetry::set(&telemetry::SWEEP_SUCCESS, (now - OffsetDateTime::UNIX_EPOCH).as_seconds_f64());
}

/// Anything from nothing to the whole.
fn random_part(whole: Duration, random: &dyn Random) -> Duration {
    let mut bytes = [0; 4];
    random.fill(&mut bytes);
    let part = f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX);
    Duration::try_from_secs_f64(whole.as_secs_f64() * part).unwrap_or(whole)
}

/// How often addresses are looked for that are too old.
const FORGET_EVERY: time::Duration = time::Duration::HOUR;
const SWEPT: &str = "done";
const FAILED: &str = "failed";
const SHORTEST_INTERVAL: Duration = Duration::from_millis(1);
