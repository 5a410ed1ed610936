//! A store that does as it is told, and tells what it was asked.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use auth_core::secondary_storage::{Entry, MemoryStorage, SecondaryStorage, StorageError};

/// A store in memory that can be switched off.
#[derive(Debug, Default)]
pub struct ScriptedStorage {
    inner: MemoryStorage,
    health: AtomicU8,
    asked: Mutex<Vec<String>>,
}

/// How a store is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Health {
    /// It answers.
    Up = 0,
    /// It refuses connections.
    Down = 1,
    /// It takes questions and never answers.
    Hanging = 2,
}

impl ScriptedStorage {
    /// From now on.
    pub fn set_health(&self, health: Health) {
        self.health.store(health as u8, Ordering::SeqCst);
    }

    /// What it was asked since the last time, like `get token`, without what only looks whether it is there.
    pub fn take_asked(&self) -> Vec<String> {
        let mut asked = std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner));
        asked.retain(|question| question != "get probe");
        asked
    }

    async fn answer(&self, operation: &str, key: &str) -> Result<(), StorageError> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{operation} {key}"));
        match self.health.load(Ordering::SeqCst) {
            0 => Ok(()),
            1 => Err(StorageError::Unavailable("it was switched off".into())),
            _ => std::future::pending().await,
        }
    }
}

#[async_trait]
impl SecondaryStorage for ScriptedStorage {
    async fn get(&self, key: &str) -> Result<Option<String>, StorageError> {
        self.answer("get", key).await?;
        self.inner.get(key).await
    }

    async fn set(&self, key: &str, value: &str, ttl: Duration) -> Result<(), StorageError> {
        self.answer("set", key).await?;
        self.inner.set(key, value, ttl).await
    }

    async fn delete(&self, key: &str) -> Result<(), StorageError> {
        self.answer("delete", key).await?;
        self.inner.delete(key).await
    }

    async fn get_and_delete(&self, key: &str) -> Result<Option<String>, StorageError> {
        self.answer("get_and_delete", key).await?;
        self.inner.get_and_delete(key).await
    }

    async fn increment(&self, key: &str, ttl: Duration) -> Result<u64, StorageError> {
        self.answer("increment", key).await?;
        self.inner.increment(key, ttl).await
    }

    async fn compare_and_set(
        &self,
        key: &str,
        expected: Option<&str>,
        new: Option<Entry<'_>>,
    ) -> Result<bool, StorageError> {
        self.answer("compare_and_set", key).await?;
        self.inner.compare_and_set(key, expected, new).await
    }
}
