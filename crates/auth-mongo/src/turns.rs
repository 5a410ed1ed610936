//! Turns of those who point to the same document. Their transactions would give way to each other until some have given up; in one process
//! they can as well queue.

use std::hash::{DefaultHasher, Hash, Hasher};

use mongodb::bson::Bson;
use tokio::sync::{Mutex, MutexGuard};

/// The queues; documents share them.
#[derive(Debug)]
pub(crate) struct Turns(Vec<Mutex<()>>);

impl Turns {
    pub(crate) fn new() -> Self {
        Self((0..QUEUES).map(|_| Mutex::new(())).collect())
    }

    /// Waits for the turn of whoever points to a document; it ends with the value.
    pub(crate) async fn wait(&self, key: &Bson) -> MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        key.to_string().hash(&mut hasher);
        let position = usize::try_from(hasher.finish() % QUEUES).unwrap_or_default();
        self.0[position].lock().await
    }
}

const QUEUES: u64 = 64;
