//! Applies what was decided about a case, in a transaction of its own.

use std::error::Error;
use std::time::Duration;

use auth_core::adapter::{Adapter, AdapterError};

use super::case::Case;
use super::database::Database;
use super::decision::Choice;
use super::error::AdoptError;

/// What became of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is applied; so many rows were changed or deleted, and backed up.
    Applied {
        /// How many.
        rows: u64,
    },
    /// It was applied before.
    Done,
    /// Nothing was written.
    Refused {
        /// Why not.
        reason: String,
    },
}

impl Database {
    /// Applies a case, whole or not at all. It is applied once, however often it is given: rows that are as the decision wants them
    /// are left alone. When rows have changed since they were recorded, nothing is written.
    ///
    /// # Errors
    ///
    /// When the database cannot be worked with; a case that cannot be applied is no error.
    pub async fn apply(&self, case: &Case, choice: &Choice<'_>) -> Result<Outcome, AdoptError> {
        let mut tries = 1;
        loop {
            match self.attempt(case, choice).await {
                // After a commit of which nobody knows how it ended, the rows tell.
                Err(AdoptError::Adapter(
                    AdapterError::Retryable(_)
                    | AdapterError::UnknownOutcome(_)
                    | AdapterError::ConnectionLost(_),
                )) if tries < TRIES => tokio::time::sleep(PAUSE * tries).await,
                Err(error) if is_of_the_case(&error) => return Ok(Outcome::Refused { reason: told(&error) }),
                outcome => return outcome,
            }
            tries += 1;
        }
    }

    async fn attempt(&self, case: &Case, choice: &Choice<'_>) -> Result<Outcome, AdoptError> {
        let transaction = self.adapter.begin().await?;
        let outcome = self.work(transaction.adapter(), case, choice).await;
        if let Ok(Outcome::Applied { .. }) = outcome {
            transaction.commit().await?;
        } else {
            // A connection that cannot undo it undoes it when it closes.
            let _ = transaction.rollback().await;
        }
        outcome
    }
}

/// Whether the next case may go well all the same.
fn is_of_the_case(error: &AdoptError) -> bool {
    matches!(
        error,
        AdoptError::Unsaved { .. }
            | AdoptError::Adapter(
                AdapterError::Conflict { .. }
                    | AdapterError::ForeignKey { .. }
                    | AdapterError::Refused { .. }
                    | AdapterError::InvalidValue { .. }
                    | AdapterError::Inconsistent { .. }
            )
    )
}

fn told(error: &AdoptError) -> String {
    let mut told = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        told = format!("{told}: {cause}");
        source = cause.source();
    }
    told
}

const TRIES: u32 = 8;
const PAUSE: Duration = Duration::from_millis(50);
