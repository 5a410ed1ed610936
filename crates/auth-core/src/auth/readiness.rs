//! Whether requests can be answered.

use std::time::Duration;

use auth_schema::{FieldId, user};

use super::Auth;
use crate::adapter::{AdapterError, Filter, Query, Value};
use crate::secondary_storage::StorageState;

/// Whether requests can be answered, and if not, why. It holds no address and no error's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Readiness {
    /// What the database does.
    pub database: DatabaseState,
    /// What the store beside it does; `None` without one.
    pub storage: Option<StorageState>,
    /// Whether nobody can be let in without the store, because sessions stand there alone.
    pub needs_storage: bool,
    /// Whether [`Auth::shutdown`] has been called.
    pub is_ending: bool,
}

/// What the database does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DatabaseState {
    /// It answers, and its tables fit.
    Answers,
    /// It has not answered within the bound.
    TooSlow,
    /// It cannot be reached, or no connection was free.
    Unreachable,
    /// Its tables lack something that is needed: migrations are missing.
    DoesNotFit,
    /// It answers with an error, which is logged.
    Fails,
}

impl DatabaseState {
    /// In a word: `does_not_fit`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::TooSlow => "too_slow",
            Self::Unreachable => "unreachable",
            Self::DoesNotFit => "does_not_fit",
            Self::Fails => "fails",
        }
    }
}

impl Readiness {
    /// Whether requests can be answered.
    pub fn is_ready(&self) -> bool {
        self.database == DatabaseState::Answers && self.has_storage() && !self.is_ending
    }

    /// Whether the store answers, or nobody waits for it.
    pub fn has_storage(&self) -> bool {
        !self.needs_storage || self.storage.is_none_or(|state| state == StorageState::Trusted)
    }
}

impl Auth {
    /// Asks the database, within a bound, whether it answers and its tables fit, and tells in what state the store beside it is. On a SeaORM
    /// adapter the live catalogue is read: three statements, on SQLite one more for each table; elsewhere a user is looked for. Not to be
    /// asked by everybody as often as they like.
    pub async fn readiness(&self, within: Duration) -> Readiness {
        let database = match tokio::time::timeout(within, self.ask_database()).await {
            Ok(Ok(())) => DatabaseState::Answers,
            Ok(Err(error)) => {
                let state = state_of(&error);
                let error = &error as &dyn std::error::Error;
                tracing::warn!(name: "auth.not_ready", error, state = state.name(), "the database is not ready");
                state
            }
            Err(_) => DatabaseState::TooSlow,
        };
        let (storage, is_ending) = (self.storage_state(), self.services.inner.requests.is_closed());
        let needs_storage = storage.is_some() && !self.session_config().store_in_database;
        Readiness { database, storage, needs_storage, is_ending }
    }

    async fn ask_database(&self) -> Result<(), AdapterError> {
        if let Some(seaorm) = self.adapter().seaorm() {
            return seaorm.check().await;
        }
        let nobody = Filter::equal(FieldId::ID, Value::from(""));
        self.adapter().find_one(Query::new(user::MODEL).filter(nobody)).await.map(|_| ())
    }
}

fn state_of(error: &AdapterError) -> DatabaseState {
    match error {
        AdapterError::Catalogue(_) => DatabaseState::DoesNotFit,
        AdapterError::Unavailable(_)
        | AdapterError::Unreachable { .. }
        | AdapterError::ConnectionLost(_)
        | AdapterError::Closed => DatabaseState::Unreachable,
        _ => DatabaseState::Fails,
    }
}
