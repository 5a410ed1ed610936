//! Tells the store what was committed, and reads sessions from it.

use std::sync::Arc;

use async_trait::async_trait;
use auth_schema::verification;

use super::backlog::{Backlog, PAGE};
use super::change::{Change, Due};
use super::entries::{Entries, instant_of, text_of, ttl};
use super::json;
use super::mode::Mode;
use crate::adapter::{Adapter, AdapterError, Record};
use crate::config::SecondaryStorageConfig;
use crate::domain::{Clock, Random, random_text};
use crate::error::BuildError;
use crate::secondary_storage::{CatchUp, Guard, SecondaryStorage, StorageError, StorageState, keys};

/// The store, as the adapter in front of which it stands sees it.
#[derive(Debug)]
pub(crate) struct Mirror {
    guard: Guard,
    replay: Arc<Replay>,
}

/// What makes good what the store missed.
#[derive(Debug)]
struct Replay {
    entries: Entries,
    backlog: Backlog,
}

impl Mirror {
    /// Starts to watch over the store.
    pub(super) fn start(
        adapter: Arc<dyn Adapter>,
        storage: Arc<dyn SecondaryStorage>,
        config: SecondaryStorageConfig,
        mode: Mode,
        (clock, random): (Arc<dyn Clock>, Arc<dyn Random>),
    ) -> Result<Self, BuildError> {
        let longest = time::Duration::try_from(mode.longest).unwrap_or(time::Duration::MAX);
        let backlog = Backlog::new(Arc::clone(&adapter), Arc::clone(&clock), random, longest);
        let replay = Arc::new(Replay { entries: Entries { adapter, clock, mode }, backlog });
        let guard = Guard::start(storage, config, Arc::clone(&replay) as Arc<dyn CatchUp>)?;
        Ok(Self { guard, replay })
    }

    /// The store, asked only while it is to be trusted.
    pub(super) fn storage(&self) -> &Arc<dyn SecondaryStorage> {
        self.guard.reader()
    }

    /// Whether it is asked and told now.
    pub(crate) fn state(&self) -> StorageState {
        self.guard.state()
    }

    /// Whether the store would be asked now. Before the first look it waits for that.
    pub(super) async fn is_trusted(&self) -> bool {
        self.guard.is_trusted().await
    }

    pub(super) fn mode(&self) -> Mode {
        self.replay.entries.mode
    }

    pub(super) fn now(&self) -> i64 {
        self.replay.entries.now()
    }

    pub(super) fn instant(&self) -> time::OffsetDateTime {
        self.replay.entries.clock.now()
    }

    /// An id for what has no row.
    pub(super) fn new_id(&self) -> String {
        random_text(&*self.replay.backlog.random, 32)
    }

    pub(super) async fn find_session(&self, token: &str) -> Result<Option<(Record, Record)>, StorageError> {
        self.replay.entries.find(&**self.storage(), token).await
    }

    /// Changes a session of the store alone; `None` when it is not there any more.
    pub(super) async fn change_session(
        &self,
        token: &str,
        change: &Record,
    ) -> Result<Option<Record>, AdapterError> {
        self.replay.entries.change(&**self.storage(), token, change).await
    }

    /// Tells the store, in order. It goes on to its end also when the caller goes away meanwhile.
    ///
    /// # Errors
    ///
    /// What stands in the store alone could not be written there; or a revocation could neither reach the store nor be written down.
    /// The others are told all the same.
    pub(super) async fn tell(self: &Arc<Self>, changes: Vec<Change>) -> Result<(), AdapterError> {
        if changes.is_empty() {
            return Ok(());
        }
        let mirror = Arc::clone(self);
        let told = tokio::spawn(async move {
            let mut outcome = Ok(());
            for change in &changes {
                let told = mirror.tell_one(change).await;
                outcome = outcome.and(told);
            }
            outcome
        });
        told.await.unwrap_or_else(|error| Err(StorageError::Unavailable(error.into()).into()))
    }

    async fn tell_one(&self, change: &Change) -> Result<(), AdapterError> {
        let entries = &self.replay.entries;
        match change {
            Change::Begun { session, user } => {
                let outcome = entries.begin(self.guard.writer(), session, user).await;
                let token = text_of(session, auth_schema::session::TOKEN).unwrap_or_default();
                self.or_later(outcome, token).await
            }
            Change::Changed { token, change } => {
                let outcome = entries.change(self.guard.writer(), token, change).await.map(|_| ());
                self.or_later(outcome, token).await
            }
            Change::Due(due) => self.deliver(due).await,
            Change::Verification { identifier, record } => self.tell_verification(identifier, record).await,
            Change::NoVerification { identifiers } => {
                for identifier in identifiers {
                    let gone = self.storage().delete(&keys::verification(identifier)).await;
                    self.of_verification(gone)?;
                }
                Ok(())
            }
        }
    }

    /// A session that the store does not show as it is: without a row it is lost; else the store forgets what it shows.
    async fn or_later(&self, outcome: Result<(), AdapterError>, token: &str) -> Result<(), AdapterError> {
        let Err(error) = outcome else {
            return Ok(());
        };
        if !self.mode().in_database {
            return Err(error);
        }
        self.write_down(&Due::Resync { token: token.to_owned() }).await
    }

    /// Tells the store now, else later.
    async fn deliver(&self, due: &Due) -> Result<(), AdapterError> {
        match self.replay.entries.apply(self.guard.writer(), due, false).await {
            Ok(()) => {
                self.replay.backlog.remember(due);
                Ok(())
            }
            Err(_) => self.write_down(due).await,
        }
    }

    /// From here on the store is not believed until it has heard of this.
    async fn write_down(&self, due: &Due) -> Result<(), AdapterError> {
        let written = self.replay.backlog.add(due).await;
        self.guard.lose();
        if let Err(error) = &written {
            tracing::error!(name: "cache.storage.not_told", %error, "neither the secondary storage nor the database could be told of a change to sessions");
        }
        written
    }

    async fn tell_verification(&self, identifier: &str, record: &Record) -> Result<(), AdapterError> {
        let schema = self.replay.entries.adapter.schema();
        let text = serde_json::Value::Object(json::write(schema.model(verification::MODEL)?, record));
        let ends = instant_of(record, verification::EXPIRES_AT).unwrap_or_default();
        match ttl(ends, self.now()) {
            None => Ok(()),
            Some(ttl) => {
                let set = self.storage().set(&keys::verification(identifier), &text.to_string(), ttl).await;
                self.of_verification(set)
            }
        }
    }

    /// Where the database decides, the store shows verifications to others only.
    fn of_verification(&self, outcome: Result<(), StorageError>) -> Result<(), AdapterError> {
        match outcome {
            Err(error) if self.mode().verifications_in_database => {
                tracing::warn!(name: "cache.storage.verification", %error, "the secondary storage does not show a verification as it is");
                Ok(())
            }
            outcome => Ok(outcome?),
        }
    }
}

#[async_trait]
impl CatchUp for Replay {
    async fn catch_up(&self, storage: &dyn SecondaryStorage, after_outage: bool) -> Result<(), AdapterError> {
        storage.get(keys::PROBE).await?;
        loop {
            let missed = self.backlog.read().await?;
            let was_full = missed.len() as u64 == PAGE;
            let mut heard = Vec::new();
            for (id, due) in missed.into_iter().filter_map(|missed| Some((missed.id, missed.due?))) {
                self.entries.apply(storage, &due, true).await?;
                self.backlog.remember(&due);
                heard.push(id);
            }
            let count = heard.len();
            if count > 0 {
                self.backlog.remove(heard).await?;
                tracing::info!(name: "cache.storage.caught_up", count, "the secondary storage has heard what it missed");
            }
            if !was_full || count == 0 {
                break;
            }
        }
        // A fail-over inside a cluster may pass unseen: a few are told again each time.
        let recent = self.backlog.recent();
        if after_outage || recent.len() <= FEW {
            for due in recent {
                self.entries.apply(storage, &due, true).await?;
            }
        }
        Ok(())
    }
}

const FEW: usize = 100;
