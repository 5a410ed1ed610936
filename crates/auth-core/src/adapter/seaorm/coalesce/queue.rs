//! The queue in which questions wait that will share a statement. It knows nothing of SQL: whoever holds a [`Turn`] asks the
//! database, alone or for a batch.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::adapter::{AdapterError, Row};
use crate::config::CoalescingConfig;

/// What one caller is told.
pub(super) type Answer = Result<Option<Row>, AdapterError>;

/// How many ask, and who waits.
#[derive(Debug)]
pub(super) struct Queue {
    config: CoalescingConfig,
    state: Mutex<State>,
}

/// One caller's question.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) token: String,
    pub(super) answer: oneshot::Sender<Answer>,
    since: Instant,
    runtime: Handle,
}

/// What a question may do.
#[derive(Debug)]
pub(super) enum Entry {
    /// Be asked at once; the turn ends with [`Queue::next`].
    Now,
    /// Wait for the answer that somebody else gets.
    Later(oneshot::Receiver<Answer>),
    /// Be asked without a turn: the queue is full, or nobody could ask for it.
    Besides,
}

#[derive(Debug, Default)]
struct State {
    busy: usize,
    waiting: VecDeque<Question>,
}

impl Queue {
    pub(super) fn new(config: CoalescingConfig) -> Self {
        Self { config, state: Mutex::default() }
    }

    /// Takes a turn if one is free, else a place in the queue.
    pub(super) fn enter(&self, token: &str, now: Instant) -> Entry {
        let mut state = self.lock();
        if state.busy < self.turns(&state, now) {
            state.busy += 1;
            return Entry::Now;
        }
        let Ok(runtime) = Handle::try_current() else {
            return Entry::Besides;
        };
        if state.waiting.len() >= self.config.max_queued {
            state.waiting.retain(|question| !question.answer.is_closed());
        }
        if state.waiting.len() >= self.config.max_queued {
            return Entry::Besides;
        }
        let (answer, receiver) = oneshot::channel();
        state.waiting.push_back(Question { token: token.to_owned(), answer, since: now, runtime });
        Entry::Later(receiver)
    }

    /// Ends a turn, or gives it to the questions that wait; those whose caller has gone are passed over.
    pub(super) fn next(&self) -> Vec<Question> {
        let mut state = self.lock();
        let mut batch = Vec::with_capacity(state.waiting.len().min(self.config.max_batch.get()));
        while batch.len() < self.config.max_batch.get()
            && let Some(question) = state.waiting.pop_front()
        {
            if !question.answer.is_closed() {
                batch.push(question);
            }
        }
        if batch.is_empty() {
            state.busy -= 1;
        }
        batch
    }

    /// How many may ask at once. When the oldest question has waited long, those that ask are stuck (a connection that is
    /// dead without saying so), and others must get by.
    fn turns(&self, state: &State, now: Instant) -> usize {
        let workers = self.config.workers.get();
        match state.waiting.front() {
            Some(oldest) if state.busy >= workers && now - oldest.since > STUCK => workers * 4,
            _ => workers,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Question {
    /// Where the caller runs.
    pub(super) fn runtime(&self) -> &Handle {
        &self.runtime
    }
}

const STUCK: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stuck_turn_does_not_hold_up_everybody() {
        let now = Instant::now();
        let config = CoalescingConfig { workers: std::num::NonZeroUsize::MIN, ..CoalescingConfig::default() };
        let queue = Queue::new(config);
        assert!(matches!(queue.enter("a", now), Entry::Now));
        let Entry::Later(_waits) = queue.enter("b", now) else { panic!("the turn is taken") };
        assert!(matches!(queue.enter("c", now), Entry::Later(_)));
        let later = now + STUCK * 2;
        assert!(matches!(queue.enter("d", later), Entry::Now), "the first to ask is stuck");
        let batch = queue.next();
        assert_eq!(batch.len(), 1, "c has gone");
        assert_eq!(batch[0].token, "b");
        assert!(queue.next().is_empty());
        assert!(matches!(queue.enter("e", later), Entry::Later(_)), "the first still has its turn");
    }
}
