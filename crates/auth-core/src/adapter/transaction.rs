//! The transaction runner: opens, retries and closes every transaction.

use std::time::Duration;

use async_trait::async_trait;

use super::{Adapter, AdapterError};
use crate::domain::Random;

/// Statements that happen together. It may be run several times, so it sends no mail, sets no cookie and
/// keeps nothing of an earlier run.
#[async_trait]
pub(crate) trait UnitOfWork: Sync {
    /// What it gives.
    type Output: Send;
    /// How it fails; a failure undoes everything.
    type Error: From<AdapterError> + AsAdapterError + Send;

    /// Does the work on an open transaction.
    async fn run(&self, transaction: &dyn Adapter) -> Result<Self::Output, Self::Error>;
}

/// Tells whether a failure came from the adapter, so that the runner can see whether to try again.
pub(crate) trait AsAdapterError {
    /// The adapter's error, if it is one.
    fn as_adapter_error(&self) -> Option<&AdapterError>;
}

/// Runs a unit of work in a transaction: `BEGIN`, the work, `COMMIT`. When the engine gives way to a
/// concurrent transaction, the whole is run again, up to [`TRIES`] times with jittered, growing pauses.
///
/// # Errors
///
/// The work's own error after `ROLLBACK`; [`AdapterError::UnknownOutcome`] when the connection was lost during
/// the commit, which is never repeated blindly.
pub(crate) async fn run<W: UnitOfWork>(
    adapter: &dyn Adapter,
    random: &dyn Random,
    work: &W,
) -> Result<W::Output, W::Error> {
    let mut tries = 1;
    loop {
        match attempt(adapter, work).await {
            Err(error)
                if tries < TRIES && error.as_adapter_error().is_some_and(AdapterError::is_retryable) =>
            {
                tracing::debug!(name: "db.transaction.retry", tries, "transaction gave way, trying again");
                tokio::time::sleep(pause(tries, random)).await;
                tries += 1;
            }
            outcome => return outcome,
        }
    }
}

async fn attempt<W: UnitOfWork>(adapter: &dyn Adapter, work: &W) -> Result<W::Output, W::Error> {
    let transaction = adapter.begin().await?;
    match work.run(transaction.adapter()).await {
        Ok(output) => {
            transaction.commit().await?;
            Ok(output)
        }
        Err(error) => {
            if let Err(rollback) = transaction.rollback().await {
                tracing::debug!(name: "db.transaction.rollback", error = %rollback, "the connection undoes it when it closes");
            }
            Err(error)
        }
    }
}

/// Full jitter: anything up to a ceiling that doubles with each try.
pub(super) fn pause(tries: u32, random: &dyn Random) -> Duration {
    let mut byte = [0];
    random.fill(&mut byte);
    let ceiling = FIRST_PAUSE * 2u32.pow(tries - 1);
    ceiling * u32::from(byte[0]) / 255
}

/// How often a unit of work is run before its failure is the caller's.
pub(super) const TRIES: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(10);
