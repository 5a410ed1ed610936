//! What a repository answers when something is not as it should be.

use auth_schema::ModelId;

use crate::adapter::{AdapterError, AsAdapterError};
use crate::hooks::{HookError, Operation};

/// A failure of a repository.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RepositoryError {
    /// The adapter failed.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
    /// A hook refused or failed; nothing was written.
    #[error(transparent)]
    Hook(#[from] HookError),
    /// A hook vetoed; nothing was written.
    #[error("a hook vetoed the {} of {model_name}", operation.as_str())]
    Vetoed {
        /// The model.
        model: ModelId,
        /// Its name.
        model_name: String,
        /// What was vetoed.
        operation: Operation,
    },
}

impl RepositoryError {
    /// Whether a unique value of this model is taken.
    pub fn is_conflict_of(&self, model: ModelId) -> bool {
        matches!(self, Self::Adapter(error) if error.is_conflict_of(model))
    }
}

impl From<auth_schema::SchemaError> for RepositoryError {
    fn from(error: auth_schema::SchemaError) -> Self {
        Self::Adapter(error.into())
    }
}

impl AsAdapterError for RepositoryError {
    fn as_adapter_error(&self) -> Option<&AdapterError> {
        match self {
            Self::Adapter(error) => Some(error),
            Self::Hook(error) => error.as_adapter_error(),
            Self::Vetoed { .. } => None,
        }
    }
}
