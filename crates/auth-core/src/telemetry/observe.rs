//! The one place where operations of the services pass.

use std::time::Instant;

use super::spent::measure_with_source;
use super::{Classified, Operation, Outcome, Spent, measure};
use crate::auth::Services;
use crate::error::AuthError;
use crate::service::ValidSession;

impl Services<'_> {
    /// Does an operation and tells the metrics, and the log if it was slow. One whose caller goes away is not told.
    pub(crate) async fn observe<T, E: Classified>(
        &self,
        operation: Operation,
        work: impl Future<Output = Result<T, E>> + Send,
    ) -> Result<T, E> {
        let begun = Instant::now();
        // Boxed: it goes through several hands, and none of these is done by every request.
        let (outcome, spent) = measure(Box::pin(work)).await;
        let failure = outcome.as_ref().err().map(Classified::told);
        self.instruments().ended(operation, failure, begun.elapsed(), spent);
        outcome
    }

    /// The same for the operation of every request.
    pub(crate) async fn observe_validation(
        &self,
        work: impl Future<Output = Result<Option<ValidSession>, AuthError>> + Send,
    ) -> Result<Option<ValidSession>, AuthError> {
        let begun = Instant::now();
        let (outcome, spent, source) = measure_with_source(work).await;
        let told = match &outcome {
            Ok(Some(valid)) if valid.extended => Outcome::Extended,
            Ok(Some(_)) => Outcome::Valid,
            Ok(None) => Outcome::None,
            Err(_) => Outcome::Failed,
        };
        self.instruments().validated(source, told, begun.elapsed(), spent);
        outcome
    }

    /// Answers a request and tells what it spent in the database, to the metrics as well. The router of `auth-axum` does it for its own
    /// endpoints; other handlers may, for theirs to be told too.
    pub async fn observe_request<T>(&self, work: impl Future<Output = T> + Send) -> (T, Spent) {
        let (output, spent) = measure(work).await;
        let instruments = self.instruments();
        instruments.request_statements.record(spent.statements);
        instruments.request_database_seconds.record(spent.database + spent.waiting);
        (output, spent)
    }
}
