//! Lists and searches on a database that follows the first, and lags.

use std::sync::Arc;

use super::adapter::SqlAdapter;
use super::executor::Executor;
use crate::adapter::AdapterError;

impl SqlAdapter<'_> {
    /// The same adapter on the replica; `None` inside a transaction, and where there is none.
    pub(super) fn replica(&self) -> Option<SqlAdapter<'static>> {
        let pool = self.shared.replica.as_ref().filter(|_| !self.executor.is_transaction())?;
        Some(SqlAdapter { shared: Arc::clone(&self.shared), executor: Executor::Pool(pool.clone()) })
    }
}

/// Whether the first database must answer instead.
pub(super) fn is_out_of_reach(error: &AdapterError) -> bool {
    let is = matches!(
        error,
        AdapterError::Unavailable(_) | AdapterError::ConnectionLost(_) | AdapterError::Closed
    );
    if is {
        tracing::warn!(name: "db.replica.unavailable", %error, "the first database answers instead of its replica");
    }
    is
}
