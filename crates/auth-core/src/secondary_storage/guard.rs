//! Asks a store only while it is to be trusted.
//!
//! A store that failed once is not asked again, so that no request waits for its timeout, until a task in the background has
//! reached it and made good what it missed. A revocation that could not reach it is thus replayed before anything that it says of
//! sessions is believed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tokio_util::task::AbortOnDropHandle;

use super::{Entry, SecondaryStorage, StorageError};
use crate::adapter::BoxError;
use crate::config::SecondaryStorageConfig;
use crate::error::BuildError;

/// Makes good what a store missed.
#[async_trait]
pub(crate) trait CatchUp: std::fmt::Debug + Send + Sync {
    /// Does it; `after_outage` tells that the store was away, so that it may have lost what it had acknowledged last.
    async fn catch_up(&self, storage: &dyn SecondaryStorage, after_outage: bool) -> Result<(), BoxError>;
}

/// A store that is asked only while it is to be trusted. Otherwise every operation fails at once.
#[derive(Debug)]
pub(crate) struct Guard {
    shared: Arc<Shared>,
    _watch: AbortOnDropHandle<()>,
}

#[derive(Debug)]
struct Shared {
    storage: Arc<dyn SecondaryStorage>,
    config: SecondaryStorageConfig,
    state: watch::Sender<State>,
    /// How often it was lost: trust is not given back when that happened meanwhile.
    losses: AtomicU64,
    lost: Notify,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// What it missed while no process ran has not been made good yet.
    Starting,
    Trusted,
    Lost,
}

impl Guard {
    /// Starts the task that watches over the store.
    ///
    /// # Errors
    ///
    /// [`BuildError::NoRuntime`].
    pub(crate) fn start(
        storage: Arc<dyn SecondaryStorage>,
        config: SecondaryStorageConfig,
        catch_up: Arc<dyn CatchUp>,
    ) -> Result<Self, BuildError> {
        let runtime = Handle::try_current().map_err(|_| BuildError::NoRuntime)?;
        let state = watch::Sender::new(State::Starting);
        let (losses, lost) = (AtomicU64::new(0), Notify::new());
        let shared = Arc::new(Shared { storage, config, state, losses, lost });
        let task = runtime.spawn(keep_watch(Arc::clone(&shared), catch_up));
        Ok(Self { shared, _watch: AbortOnDropHandle::new(task) })
    }

    /// Whether it would be asked now. Before the first look it waits for that.
    pub(crate) async fn is_trusted(&self) -> bool {
        let now = *self.shared.state.borrow();
        if now == State::Starting {
            let mut state = self.shared.state.subscribe();
            // Whoever cannot wait goes on without the store.
            let decided = state.wait_for(|state| *state != State::Starting);
            let _ = tokio::time::timeout(self.shared.config.timeout, decided).await;
        }
        *self.shared.state.borrow() == State::Trusted
    }

    /// Takes the trust away until what was missed is made good: called once that is written down.
    pub(crate) fn lose(&self) {
        self.shared.lose();
    }

    async fn ask<T>(
        &self,
        question: impl Future<Output = Result<T, StorageError>> + Send,
    ) -> Result<T, StorageError> {
        if !self.is_trusted().await {
            return Err(StorageError::Unavailable("it failed before and is being watched".into()));
        }
        let answer = match tokio::time::timeout(self.shared.config.timeout, question).await {
            Ok(answer) => answer,
            Err(elapsed) => Err(StorageError::Unavailable(elapsed.into())),
        };
        if let Err(StorageError::Unavailable(cause)) = &answer {
            if *self.shared.state.borrow() == State::Trusted {
                tracing::warn!(name: "cache.storage.lost", %cause, "the secondary storage does not answer: going on without it");
            }
            self.shared.lose();
        }
        answer
    }
}

impl Shared {
    fn lose(&self) {
        self.losses.fetch_add(1, Ordering::SeqCst);
        self.state.send_if_modified(|state| std::mem::replace(state, State::Lost) != State::Lost);
        self.lost.notify_one();
    }
}

/// Looks from time to time, and more often while the store is lost.
async fn keep_watch(shared: Arc<Shared>, catch_up: Arc<dyn CatchUp>) {
    let mut pause = SHORTEST_PAUSE;
    let mut trusted_since = tokio::time::Instant::now();
    loop {
        let losses = shared.losses.load(Ordering::SeqCst);
        let before = *shared.state.borrow();
        let outcome = catch_up.catch_up(&*shared.storage, before == State::Lost).await;
        let again = outcome.is_ok() && regain(&shared, losses);
        if let Err(cause) = &outcome {
            tracing::debug!(name: "cache.storage.watch", %cause, "the secondary storage is not to be trusted yet");
            shared.state.send_if_modified(|state| std::mem::replace(state, State::Lost) != State::Lost);
        }
        if again {
            if before != State::Trusted {
                tracing::info!(name: "cache.storage.trusted", "the secondary storage answers and has caught up");
                // One that comes and goes is asked less and less often.
                pause = if trusted_since.elapsed() > QUIET { SHORTEST_PAUSE } else { pause };
                trusted_since = tokio::time::Instant::now();
            }
            let _ = tokio::time::timeout(shared.config.check_interval, shared.lost.notified()).await;
            if *shared.state.borrow() == State::Trusted {
                continue;
            }
        }
        // It answered and missed more meanwhile: that is made good at once, or it would never be done.
        if outcome.is_err() || again {
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        } else {
            tokio::task::yield_now().await;
        }
    }
}

/// Gives the trust back unless it was lost since.
fn regain(shared: &Shared, losses: u64) -> bool {
    shared.state.send_if_modified(|state| {
        let quiet = shared.losses.load(Ordering::SeqCst) == losses;
        quiet && std::mem::replace(state, State::Trusted) != State::Trusted
    });
    *shared.state.borrow() == State::Trusted
}

#[async_trait]
impl SecondaryStorage for Guard {
    async fn get(&self, key: &str) -> Result<Option<String>, StorageError> {
        self.ask(self.shared.storage.get(key)).await
    }

    async fn set(&self, key: &str, value: &str, ttl: Duration) -> Result<(), StorageError> {
        self.ask(self.shared.storage.set(key, value, ttl)).await
    }

    async fn delete(&self, key: &str) -> Result<(), StorageError> {
        self.ask(self.shared.storage.delete(key)).await
    }

    async fn get_and_delete(&self, key: &str) -> Result<Option<String>, StorageError> {
        self.ask(self.shared.storage.get_and_delete(key)).await
    }

    async fn increment(&self, key: &str, ttl: Duration) -> Result<u64, StorageError> {
        self.ask(self.shared.storage.increment(key, ttl)).await
    }

    async fn compare_and_set(
        &self,
        key: &str,
        expected: Option<&str>,
        new: Option<Entry<'_>>,
    ) -> Result<bool, StorageError> {
        self.ask(self.shared.storage.compare_and_set(key, expected, new)).await
    }
}

const SHORTEST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(800);
const QUIET: Duration = Duration::from_secs(2);
