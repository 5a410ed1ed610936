//! What a piece of work spent in the database.
//!
//! Context is a parameter in this library, and this is the one thing that is not: the adapter's operations are the waist, which
//! others implement, and a parameter for those who watch would stand in each of them (decision 16). It decides nothing.

use std::cell::Cell;
use std::pin::pin;
use std::time::Duration;

use super::Source;

/// What a piece of work spent in the database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Spent {
    /// Statements that it sent, `BEGIN` and `COMMIT` included.
    pub statements: u32,
    /// How long it was in them.
    pub database: Duration,
    /// How long it waited for connections besides; for a transaction, `BEGIN` included.
    pub waiting: Duration,
}

/// Does a piece of work and tells what it spent in the database through this library: for the log of a request, or a test of its own.
/// Pieces that it consists of are told of their own part, and it of the sum.
///
/// What a task that it spawns spends is not its own, and a validation that shares another's statement has spent none. An application's
/// own statements are not seen.
pub async fn measure<T>(work: impl Future<Output = T>) -> (T, Spent) {
    // Pinned here and below: an address is handed on, and a large future is not copied from hand to hand.
    let (output, spent, _) = measure_with_source(pin!(work)).await;
    (output, spent)
}

/// The same, and what answered.
pub(super) async fn measure_with_source<T>(work: impl Future<Output = T>) -> (T, Spent, Source) {
    let work = pin!(work);
    let watched = async {
        let output = work.await;
        let (spent, source) = SPENDING.with(|spending| (spending.spent(), spending.source.get()));
        (output, spent, source)
    };
    let (output, spent, source) = SPENDING.scope(Spending::default(), watched).await;
    // Nobody may be watching the whole.
    let _ = SPENDING.try_with(|outer| outer.add(spent));
    (output, spent, source)
}

/// A statement was sent and is done.
pub(crate) fn sent(statements: u32, took: Duration) {
    let _ = SPENDING.try_with(|it| it.add(Spent { statements, database: took, waiting: Duration::ZERO }));
}

/// A connection was waited for.
pub(crate) fn waited(took: Duration) {
    let _ = SPENDING.try_with(|it| it.waiting.set(it.waiting.get() + took));
}

/// Something else than the database answered.
pub(crate) fn answered_by(source: Source) {
    let _ = SPENDING.try_with(|it| it.source.set(source));
}

/// What is spent so far.
#[derive(Debug, Default)]
struct Spending {
    statements: Cell<u32>,
    database: Cell<Duration>,
    waiting: Cell<Duration>,
    source: Cell<Source>,
}

impl Spending {
    fn spent(&self) -> Spent {
        let (database, waiting) = (self.database.get(), self.waiting.get());
        Spent { statements: self.statements.get(), database, waiting }
    }

    fn add(&self, more: Spent) {
        self.statements.set(self.statements.get().saturating_add(more.statements));
        self.database.set(self.database.get() + more.database);
        self.waiting.set(self.waiting.get() + more.waiting);
    }
}

tokio::task_local! {
    static SPENDING: Spending;
}
