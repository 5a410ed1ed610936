//! Questions that many callers have at once.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Mutex, MutexGuard};

/// Lets one caller ask while the others wait. While a provider is down, those who waited take the failure of the one who asked
/// for theirs: asking one after the other, each would wait for all before it.
#[derive(Debug, Default)]
pub(super) struct Turn {
    asking: Mutex<()>,
    /// How many questions have ended. One that was given up, because its caller went away, has not.
    ended: AtomicU64,
}

/// The turn to ask.
#[derive(Debug)]
pub(super) struct MyTurn<'a> {
    turn: &'a Turn,
    /// Whether somebody else's question ended while this caller waited.
    pub(super) has_waited: bool,
    _asking: MutexGuard<'a, ()>,
}

impl Turn {
    pub(super) async fn take(&self) -> MyTurn<'_> {
        let before = self.ended.load(Ordering::Acquire);
        let asking = self.asking.lock().await;
        MyTurn { turn: self, has_waited: self.ended.load(Ordering::Acquire) != before, _asking: asking }
    }
}

impl MyTurn<'_> {
    /// Says that the question has ended, well or not.
    pub(super) fn end(self) {
        self.turn.ended.fetch_add(1, Ordering::AcqRel);
    }
}
