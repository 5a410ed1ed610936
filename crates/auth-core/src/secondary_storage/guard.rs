//! Asks a store only while it is to be trusted.
//!
//! A store that failed once is not asked again, so that no request waits for its timeout, until a task in the background has
//! reached it and made good what it missed. A revocation that could not reach it is thus replayed before anything that it says of
//! sessions is believed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tokio_util::task::AbortOnDropHandle;

use super::state::StorageState as State;
use super::{Entry, SecondaryStorage, StorageError};
use crate::adapter::AdapterError;
use crate::config::SecondaryStorageConfig;
use crate::error::BuildError;
use crate::telemetry;

/// Makes good what a store missed.
#[async_trait]
pub(crate) trait CatchUp: std::fmt::Debug + Send + Sync {
    /// Does it; `after_outage` tells that the store was away, so that it may have lost what it had acknowledged last.
    async fn catch_up(&self, storage: &dyn SecondaryStorage, after_outage: bool) -> Result<(), AdapterError>;
}

/// The ways to a store that is asked only while it is to be trusted. Otherwise every operation fails at once.
#[derive(Debug)]
pub(crate) struct Guard {
    shared: Arc<Shared>,
    reader: Arc<dyn SecondaryStorage>,
    writer: Door,
    _watch: AbortOnDropHandle<()>,
}

/// A way to the store that is open in some of its states.
#[derive(Debug)]
struct Door {
    shared: Arc<Shared>,
    admits: Admits,
}

#[derive(Debug)]
struct Shared {
    storage: Arc<dyn SecondaryStorage>,
    config: SecondaryStorageConfig,
    state: watch::Sender<State>,
    /// How often it was lost: trust is not given back when that happened meanwhile.
    losses: AtomicU64,
    /// Whether the store itself failed, and what it had acknowledged last was not told again yet.
    failed: AtomicBool,
    lost: Notify,
}

/// The states in which a door is open.
type Admits = fn(State) -> bool;

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
        let (losses, failed, lost) = (AtomicU64::new(0), AtomicBool::new(false), Notify::new());
        let shared = Arc::new(Shared { storage, config, state, losses, failed, lost });
        let task = runtime.spawn(keep_watch(Arc::clone(&shared), catch_up));
        let reader = Arc::new(Door { shared: Arc::clone(&shared), admits: TRUSTED });
        let writer = Door { shared: Arc::clone(&shared), admits: TOLD };
        Ok(Self { shared, reader, writer, _watch: AbortOnDropHandle::new(task) })
    }

    /// Whether it would be asked now. Before the first look it waits for that.
    pub(crate) async fn is_trusted(&self) -> bool {
        self.shared.is_open(TRUSTED).await
    }

    /// The store for what is believed of it.
    pub(crate) fn reader(&self) -> &Arc<dyn SecondaryStorage> {
        &self.reader
    }

    /// The state that it is in now.
    pub(crate) fn state(&self) -> State {
        self.shared.state()
    }

    /// The store for what it must hear: it is told while it catches up, too, so that there is an end to that.
    pub(crate) fn writer(&self) -> &dyn SecondaryStorage {
        &self.writer
    }

    /// Takes the trust away until what was missed is made good: called once that is written down.
    pub(crate) fn lose(&self) {
        self.shared.lose(State::CatchingUp);
    }
}

impl Door {
    async fn ask<T>(
        &self,
        question: impl Future<Output = Result<T, StorageError>> + Send,
    ) -> Result<T, StorageError> {
        if !self.shared.is_open(self.admits).await {
            return Err(StorageError::Unavailable("it failed before and is being watched".into()));
        }
        let answer = match tokio::time::timeout(self.shared.config.timeout, question).await {
            Ok(answer) => answer,
            Err(elapsed) => Err(StorageError::Unavailable(elapsed.into())),
        };
        if let Err(StorageError::Unavailable(cause)) = &answer {
            telemetry::count(&telemetry::STORAGE_FAILURES, &[], 1);
            if self.shared.state() == State::Trusted {
                tracing::warn!(name: "cache.storage.lost", %cause, "the secondary storage does not answer: going on without it");
            }
            self.shared.failed.store(true, Ordering::SeqCst);
            self.shared.lose(State::Lost);
        }
        answer
    }
}

impl Shared {
    async fn is_open(&self, admits: Admits) -> bool {
        match self.state() {
            // Boxed: it is once in the life of a process, and every operation would have room for it.
            State::Starting if !admits(State::Starting) => Box::pin(self.is_open_later(admits)).await,
            state => admits(state),
        }
    }

    async fn is_open_later(&self, admits: Admits) -> bool {
        let mut later = self.state.subscribe();
        // Whoever cannot wait goes on without the store.
        let decided = later.wait_for(|state| *state != State::Starting);
        let _ = tokio::time::timeout(self.config.timeout, decided).await;
        admits(self.state())
    }

    fn state(&self) -> State {
        *self.state.borrow()
    }

    fn set(&self, new: State) {
        self.state.send_if_modified(|state| std::mem::replace(state, new) != new);
    }

    /// Takes the trust away. What is told to it while it catches up still is, unless it failed again.
    fn lose(&self, at_most: State) {
        self.losses.fetch_add(1, Ordering::SeqCst);
        let catching_up = at_most == State::CatchingUp && self.state() == State::CatchingUp;
        self.set(if catching_up { State::CatchingUp } else { State::Lost });
        self.lost.notify_one();
    }

    /// Gives the trust back unless it was lost since.
    fn regain(&self, losses: u64) -> bool {
        self.state.send_if_modified(|state| {
            let quiet = self.losses.load(Ordering::SeqCst) == losses;
            let new = if quiet { State::Trusted } else { State::CatchingUp };
            std::mem::replace(state, new) != new
        });
        self.state() == State::Trusted
    }
}

/// Looks from time to time, and more often while the store is lost.
async fn keep_watch(shared: Arc<Shared>, catch_up: Arc<dyn CatchUp>) {
    let door = Door { shared: Arc::clone(&shared), admits: ALWAYS };
    let mut pause = SHORTEST_PAUSE;
    let mut trusted_since = tokio::time::Instant::now();
    loop {
        let losses = shared.losses.load(Ordering::SeqCst);
        let before = shared.state();
        let after_outage = shared.failed.swap(false, Ordering::SeqCst);
        match catch_up.catch_up(&door, after_outage).await {
            Ok(()) => {}
            // The store answers, the database does not: what is believed stays believed.
            Err(error) if before == State::Trusted && !matches!(error, AdapterError::SecondaryStorage(_)) => {
                tracing::warn!(name: "cache.storage.backlog", %error, "it cannot be read whether the secondary storage missed something");
            }
            Err(cause) => {
                tracing::debug!(name: "cache.storage.watch", %cause, "the secondary storage is not to be trusted yet");
                shared.failed.store(true, Ordering::SeqCst);
                shared.set(State::Lost);
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
                continue;
            }
        }
        if !shared.regain(losses) {
            // It missed more meanwhile; from now on it is told.
            tokio::time::sleep(SHORTEST_PAUSE).await;
            continue;
        }
        if before != State::Trusted {
            tracing::info!(name: "cache.storage.trusted", "the secondary storage answers and has caught up");
            // One that comes and goes is asked less and less often.
            pause = if trusted_since.elapsed() > QUIET { SHORTEST_PAUSE } else { pause };
            trusted_since = tokio::time::Instant::now();
        }
        let _ = tokio::time::timeout(shared.config.check_interval, shared.lost.notified()).await;
        if shared.state() != State::Trusted {
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

#[async_trait]
impl SecondaryStorage for Door {
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

const TRUSTED: Admits = |state| state == State::Trusted;
const TOLD: Admits = |state| matches!(state, State::Trusted | State::CatchingUp);
const ALWAYS: Admits = |_| true;
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(800);
const QUIET: Duration = Duration::from_secs(2);
