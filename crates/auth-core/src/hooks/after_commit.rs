//! What waits for a commit.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

/// After-hooks that wait until the transaction is committed. Dropped, they do not run.
#[derive(Default)]
#[must_use = "after-hooks run when `committed` is awaited; dropped, they do not"]
pub struct AfterCommit {
    waiting: Mutex<Vec<Task>>,
}

/// Work that does nothing until it is awaited.
pub(crate) type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

impl AfterCommit {
    /// Runs what waits, in order. To be awaited once the transaction is committed, and only then. It runs to its end also
    /// when the caller goes away meanwhile, as a request does whose client hangs up.
    pub async fn committed(self) {
        run(self.take()).await;
    }

    /// How many hooks wait.
    pub fn len(&self) -> usize {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether no hook waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn push(&self, task: Task) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(task);
    }

    /// Takes over what waits in a savepoint that went well.
    pub(crate) fn append(&self, inner: &Self) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).extend(inner.take());
    }

    fn take(&self) -> Vec<Task> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Runs work to its end, whatever becomes of the caller; what panics does not keep the rest from running.
pub(crate) async fn run(tasks: Vec<Task>) {
    if tasks.is_empty() {
        return;
    }
    let in_order = async move {
        for task in tasks {
            if let Err(error) = tokio::spawn(task).await {
                tracing::error!(name: "hook.after", %error, "an after-hook panicked; what was written stays written");
            }
        }
    };
    // It cannot fail: each task has been waited for.
    let _ = tokio::spawn(in_order).await;
}

impl std::fmt::Debug for AfterCommit {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "AfterCommit({} waiting)", self.len())
    }
}
