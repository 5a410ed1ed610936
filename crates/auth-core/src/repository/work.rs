//! Work on a store that happens whole or not at all.

use async_trait::async_trait;

use super::Store;
use crate::adapter::{self, Adapter, AdapterError, AsAdapterError, Attempts, UnitOfWork};
use crate::hooks::AfterCommit;

/// Work that happens whole or not at all. It may be run several times, so it sends no mail and sets no cookie;
/// after-hooks wait for the commit.
#[async_trait]
pub(crate) trait Work: Sync {
    /// What it gives.
    type Output: Send + Sync;
    /// How it fails; a failure undoes everything.
    type Error: From<AdapterError> + AsAdapterError + Send;

    /// Does the work on a store inside a transaction.
    async fn run(&self, store: Store<'_>) -> Result<Self::Output, Self::Error>;

    /// Looks whether a run has left its rows, after a commit of which nobody knows how it ended. `None`: it
    /// cannot be told.
    async fn is_done(&self, _output: &Self::Output, _store: Store<'_>) -> Result<Option<bool>, AdapterError> {
        Ok(None)
    }
}

impl Store<'_> {
    /// Does work in a transaction, and runs the after-hooks once it is committed. Inside a transaction, in a
    /// savepoint; the after-hooks wait for the transaction then.
    pub(crate) async fn transaction<W: Work>(self, work: &W) -> Result<W::Output, W::Error> {
        let random = &*self.environment.random;
        let attempts = match self.after {
            None => Attempts::new(&self.environment.transactions, random),
            Some(_) => Attempts::once(random),
        };
        let (output, after) = adapter::run(self.adapter, attempts, &OnStore { store: self, work }).await?;
        match self.after {
            None => after.committed().await,
            Some(outer) => outer.append(&after),
        }
        Ok(output)
    }
}

/// Work with the store that it runs on: each run has after-hooks of its own.
struct OnStore<'a, W> {
    store: Store<'a>,
    work: &'a W,
}

#[async_trait]
impl<W: Work> UnitOfWork for OnStore<'_, W> {
    type Output = (W::Output, AfterCommit);
    type Error = W::Error;

    async fn run(&self, transaction: &dyn Adapter) -> Result<Self::Output, W::Error> {
        let after = AfterCommit::default();
        let output = self.work.run(self.store.inside(transaction, &after)).await?;
        Ok((output, after))
    }

    async fn is_done(
        &self,
        (output, _): &Self::Output,
        adapter: &dyn Adapter,
    ) -> Result<Option<bool>, AdapterError> {
        self.work.is_done(output, self.store.on(adapter)).await
    }
}
