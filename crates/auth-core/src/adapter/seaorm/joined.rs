//! A transaction that the application has opened, which alone closes it.

use std::sync::Arc;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use tokio::sync::OnceCell;

use super::executor::trace;
use super::opening::Opening;

/// The application's transaction.
#[derive(Debug)]
pub(super) struct Joined<'t> {
    transaction: &'t DatabaseTransaction,
    /// What must come before the first statement of ours, behind a pooler.
    first: Option<Arc<str>>,
    done: OnceCell<()>,
}

impl<'t> Joined<'t> {
    pub(super) fn new(transaction: &'t DatabaseTransaction, opening: Option<&Opening>) -> Self {
        let first = opening.map(|opening| Arc::clone(&opening.first));
        Self { transaction, first, done: OnceCell::new() }
    }

    pub(super) fn transaction(&self) -> &'t DatabaseTransaction {
        self.transaction
    }

    /// The transaction, fit for statements of ours.
    pub(super) async fn ready(&self) -> Result<&'t DatabaseTransaction, DbErr> {
        if let Some(first) = &self.first {
            let prepare = async || {
                trace(first);
                self.transaction.execute_unprepared(first).await.map(|_| ())
            };
            self.done.get_or_try_init(prepare).await?;
        }
        Ok(self.transaction)
    }
}
