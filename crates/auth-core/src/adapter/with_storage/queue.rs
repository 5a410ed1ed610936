//! What waits for a commit, and the transaction that it waits in.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use auth_schema::session;
use tracing::instrument::WithSubscriber;

use super::change::{Change, Due};
use super::entries::text_of;
use super::{Below, WithStorage};
use crate::adapter::{Adapter, AdapterError, Transaction};
use crate::secondary_storage::Entry;

/// What waits for a commit. Dropped, the store hears of nothing.
#[derive(Debug, Default)]
pub(super) struct Queue(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    changes: Vec<Change>,
    /// By their ids, the keys of what was read: hooks name rows by id, the store does not.
    keys: HashMap<String, String>,
    /// What was taken from the store at once, because it may be taken only once: key and value.
    taken: Vec<(String, String, std::time::Duration)>,
}

impl Queue {
    pub(super) fn push(&self, changes: Vec<Change>) {
        self.lock().changes.extend(changes);
    }

    pub(super) fn take(&self) -> Vec<Change> {
        std::mem::take(&mut self.lock().changes)
    }

    pub(super) fn remember_key(&self, id: &str, key: &str) {
        self.lock().keys.insert(id.to_owned(), key.to_owned());
    }

    pub(super) fn key_of(&self, id: &str) -> Option<String> {
        self.lock().keys.get(id).cloned()
    }

    pub(super) fn remember_taken(&self, key: String, value: String, ttl: std::time::Duration) {
        self.lock().taken.push((key, value, ttl));
    }

    /// What goes back when nothing is committed.
    fn give_back(&self) -> Vec<(String, String, std::time::Duration)> {
        std::mem::take(&mut self.lock().taken)
    }

    fn append(&self, inner: &Self) {
        let inner = std::mem::take(&mut *inner.lock());
        let mut waiting = self.lock();
        waiting.changes.extend(inner.changes);
        waiting.keys.extend(inner.keys);
        waiting.taken.extend(inner.taken);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A transaction, at the end of which the store is told.
#[derive(Debug)]
pub(super) struct Inside {
    pub(super) inside: WithStorage<'static>,
    /// Inside another transaction: its queue.
    pub(super) outer: Option<Arc<Queue>>,
}

#[async_trait]
impl Transaction for Inside {
    fn adapter(&self) -> &dyn Adapter {
        &self.inside
    }

    /// It goes on to its end also when the caller goes away meanwhile: what is committed is told.
    async fn commit(self: Box<Self>) -> Result<(), AdapterError> {
        let committing = tokio::spawn(self.commit_and_tell().with_current_subscriber());
        committing.await.unwrap_or_else(|error| Err(AdapterError::UnknownOutcome(error.into())))
    }

    async fn rollback(self: Box<Self>) -> Result<(), AdapterError> {
        let Self { inside: WithStorage { below, mirror, queue }, .. } = *self;
        give_back(&mirror, &queue.unwrap_or_default()).await;
        match below {
            Below::Own(transaction) => transaction.rollback().await,
            Below::Pool(_) | Below::Joined(_) => Ok(()),
        }
    }
}

impl Inside {
    async fn commit_and_tell(self: Box<Self>) -> Result<(), AdapterError> {
        let Self { inside: WithStorage { below, mirror, queue }, outer } = *self;
        let queue = queue.unwrap_or_default();
        if let Below::Own(transaction) = below {
            match transaction.commit().await {
                Ok(()) => {}
                Err(error @ AdapterError::UnknownOutcome(_)) => {
                    let changes = queue.take().into_iter().map(|change| in_doubt(change, mirror.mode()));
                    if let Err(error) = mirror.tell(changes.collect()).await {
                        tracing::warn!(name: "cache.storage.in_doubt", %error, "the secondary storage was not told of a commit in doubt");
                    }
                    return Err(error);
                }
                Err(error) => {
                    give_back(&mirror, &queue).await;
                    return Err(error);
                }
            }
        }
        match outer {
            Some(outer) => {
                outer.append(&queue);
                Ok(())
            }
            None => mirror.tell(queue.take()).await.map_err(committed),
        }
    }
}

/// The store was not told. What is committed must not be run again, whatever was the matter with telling.
fn committed(error: AdapterError) -> AdapterError {
    match error {
        AdapterError::Retryable(source) => AdapterError::Database {
            operation: "write down what the secondary storage missed",
            table: String::from("the verifications"),
            source,
        },
        other => other,
    }
}

/// Nobody knows whether it happened: what is revoked is revoked, and of the rest the rows tell where there are any. A session without
/// a row holds, which nobody is handed unless the rest of the commit is seen in rows.
fn in_doubt(change: Change, mode: super::Mode) -> Change {
    let token = match &change {
        Change::Begun { session, .. } => text_of(session, session::TOKEN).map(str::to_owned),
        Change::Changed { token, .. } => Some(token.clone()),
        _ => None,
    };
    match token {
        Some(token) if mode.in_database => Change::Due(Due::Resync { token }),
        _ => change,
    }
}

/// What was taken can be taken again. One that does not come back was used up for nothing: the person asks for another.
async fn give_back(mirror: &super::Mirror, queue: &Queue) {
    for (key, value, ttl) in queue.give_back() {
        let entry = Some(Entry { value: &value, ttl });
        if let Err(error) = mirror.storage().compare_and_set(&key, None, entry).await {
            tracing::warn!(name: "cache.storage.given_back", %error, "a verification that was not used is lost");
        }
    }
}
