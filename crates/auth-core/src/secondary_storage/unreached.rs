//! A store that this process does not reach.

use std::time::Duration;

use async_trait::async_trait;

use super::{Entry, SecondaryStorage, StorageError};

/// A store that this process does not reach, and others may have: for tools beside an application. What the store must hear of sessions
/// and users is written down in the database, and the application's processes tell it within their
/// [`crate::config::SecondaryStorageConfig::check_interval`]. Where there is no store at all, those rows end by themselves. Sessions must
/// stand in the database: [`crate::config::SessionConfig::store_in_database`].
#[derive(Debug, Clone, Copy, Default)]
pub struct UnreachedStorage;

fn away<T>() -> Result<T, StorageError> {
    Err(StorageError::Unavailable("this process does not reach it".into()))
}

#[async_trait]
impl SecondaryStorage for UnreachedStorage {
    async fn get(&self, _: &str) -> Result<Option<String>, StorageError> {
        away()
    }

    async fn set(&self, _: &str, _: &str, _: Duration) -> Result<(), StorageError> {
        away()
    }

    async fn delete(&self, _: &str) -> Result<(), StorageError> {
        away()
    }

    async fn get_and_delete(&self, _: &str) -> Result<Option<String>, StorageError> {
        away()
    }

    async fn increment(&self, _: &str, _: Duration) -> Result<u64, StorageError> {
        away()
    }

    async fn compare_and_set(
        &self,
        _: &str,
        _: Option<&str>,
        _: Option<Entry<'_>>,
    ) -> Result<bool, StorageError> {
        away()
    }
}
