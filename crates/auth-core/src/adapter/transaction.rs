//! The transaction runner: opens, retries and closes every transaction.
//!
//! Public for adapters whose operations need a transaction of their own: they describe the work as a [`UnitOfWork`] and give it
//! to [`run`], and do not retry by themselves.

use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::{Adapter, AdapterError};
use crate::config::TransactionConfig;
use crate::domain::Random;
use crate::telemetry;

/// Statements that happen together. It may be run several times, so it sends no mail, sets no cookie and
/// keeps nothing of an earlier run.
#[async_trait]
pub trait UnitOfWork: Sync {
    /// What it gives.
    type Output: Send + Sync;
    /// How it fails; a failure undoes everything.
    type Error: From<AdapterError> + AsAdapterError + Send;

    /// Does the work on an open transaction.
    async fn run(&self, transaction: &dyn Adapter) -> Result<Self::Output, Self::Error>;

    /// Looks whether a run has left its rows, after a commit of which nobody knows how it ended. `None`: it
    /// cannot be told.
    async fn is_done(
        &self,
        _output: &Self::Output,
        _adapter: &dyn Adapter,
    ) -> Result<Option<bool>, AdapterError> {
        Ok(None)
    }
}

/// Tells whether a failure came from the adapter, so that the runner can see whether to try again.
pub trait AsAdapterError {
    /// The adapter's error, if it is one.
    fn as_adapter_error(&self) -> Option<&AdapterError>;
}

impl AsAdapterError for AdapterError {
    fn as_adapter_error(&self) -> Option<&AdapterError> {
        Some(self)
    }
}

/// How often something is tried that may give way to a concurrent transaction: a bounded number of times, with
/// jittered, growing pauses, within a deadline.
#[derive(Debug)]
pub struct Attempts<'a> {
    random: &'a dyn Random,
    left: u32,
    made: u32,
    /// `None`: beyond what the clock can tell.
    deadline: Option<Instant>,
}

impl<'a> Attempts<'a> {
    /// As the configuration says.
    pub fn new(config: &TransactionConfig, random: &'a dyn Random) -> Self {
        let left = config.max_tries.saturating_sub(1);
        Self { random, left, made: 1, deadline: Instant::now().checked_add(config.retry_deadline) }
    }

    /// Once: inside a transaction, whose owner alone can run it again.
    pub fn once(random: &'a dyn Random) -> Self {
        Self { random, left: 0, made: 1, deadline: Some(Instant::now()) }
    }

    /// Whether to try again after a failure; if so, pauses first.
    pub(crate) async fn again(&mut self, error: Option<&AdapterError>) -> bool {
        if self.left == 0 || !error.is_some_and(AdapterError::is_retryable) {
            return false;
        }
        let pause = pause(self.made, self.random);
        if self.deadline.is_some_and(|deadline| Instant::now() + pause > deadline) {
            tracing::warn!(name: "db.transaction.deadline", tries = self.made, "gave way too long, giving up");
            return false;
        }
        telemetry::count(&telemetry::TRANSACTION_RETRIES, &[], 1);
        tracing::debug!(name: "db.transaction.retry", tries = self.made, "gave way, trying again");
        tokio::time::sleep(pause).await;
        self.left -= 1;
        self.made += 1;
        true
    }
}

/// Runs a unit of work in a transaction: `BEGIN`, the work, `COMMIT`. When the engine gives way to a
/// concurrent transaction, in the work or in the commit, the whole is run again.
///
/// # Errors
///
/// The work's own error after `ROLLBACK`; [`AdapterError::UnknownOutcome`] when the connection was lost during
/// the commit and the work cannot find what it wrote. Such a commit is never repeated.
pub async fn run<W: UnitOfWork>(
    adapter: &dyn Adapter,
    mut attempts: Attempts<'_>,
    work: &W,
) -> Result<W::Output, W::Error> {
    loop {
        match attempt(adapter, work).await {
            Err(error) if attempts.again(error.as_adapter_error()).await => {}
            outcome => return outcome,
        }
    }
}

async fn attempt<W: UnitOfWork>(adapter: &dyn Adapter, work: &W) -> Result<W::Output, W::Error> {
    let transaction = adapter.begin().await?;
    match work.run(transaction.adapter()).await {
        Ok(output) => match transaction.commit().await {
            Err(AdapterError::UnknownOutcome(_)) if look(adapter, work, &output).await => Ok(output),
            outcome => outcome.map(|()| output).map_err(Into::into),
        },
        Err(error) => {
            if let Err(rollback) = transaction.rollback().await {
                tracing::debug!(name: "db.transaction.rollback", error = %rollback, "the connection undoes it when it closes");
            }
            Err(error)
        }
    }
}

/// Reads whether the rows are there. A server may still be busy with a commit whose client is gone, so a few
/// readings follow each other.
async fn look<W: UnitOfWork>(adapter: &dyn Adapter, work: &W, output: &W::Output) -> bool {
    tracing::warn!(name: "db.transaction.unknown", "the connection was lost during a commit: reading the rows again");
    for reading in 0..READINGS {
        if reading > 0 {
            tokio::time::sleep(FIRST_PAUSE * 2u32.pow(reading)).await;
        }
        match work.is_done(output, adapter).await {
            Ok(Some(true)) => return true,
            // Not there yet, or not to be read yet.
            Ok(Some(false)) | Err(_) => {}
            Ok(None) => return false,
        }
    }
    false
}

/// Full jitter: anything up to a ceiling that doubles with each try.
fn pause(tries: u32, random: &dyn Random) -> Duration {
    let mut byte = [0];
    random.fill(&mut byte);
    let ceiling = FIRST_PAUSE * 2u32.pow(tries.min(10) - 1);
    ceiling * u32::from(byte[0]) / 255
}

const FIRST_PAUSE: Duration = Duration::from_millis(10);
const READINGS: u32 = 5;
