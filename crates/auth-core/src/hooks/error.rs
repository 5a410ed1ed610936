//! A failure of a hook, with the application's own code.

use std::borrow::Cow;

use crate::adapter::{AdapterError, AsAdapterError};
use crate::repository::RepositoryError;

/// A failure that a hook tells the client of.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HookError {
    /// The application refuses, for a reason of its own.
    #[error("a hook refused: {message} ({code})")]
    Refused {
        /// The application's code, on the wire as it is: `DOMAIN_NOT_ALLOWED`.
        code: Cow<'static, str>,
        /// What a person is told.
        message: Cow<'static, str>,
        /// HTTP status, 400 to 599.
        status: u16,
    },
    /// Something below failed.
    #[error("a hook could not do its work")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database failed; a transaction that gave way is run again.
    #[error("a hook could not write")]
    Adapter(#[from] AdapterError),
}

impl HookError {
    /// Refuses with a code and a message, and the status 400.
    pub fn refused(code: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused { code: code.into(), message: message.into(), status: 400 }
    }

    /// Refuses with another HTTP status.
    #[must_use]
    pub fn status(self, status: u16) -> Self {
        match self {
            Self::Refused { code, message, .. } => Self::Refused { code, message, status },
            other => other,
        }
    }

    /// Tells of a failure below.
    pub fn failed(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Failed(source.into())
    }
}

impl From<RepositoryError> for HookError {
    fn from(error: RepositoryError) -> Self {
        match error {
            RepositoryError::Adapter(error) => Self::Adapter(error),
            RepositoryError::Hook(error) => error,
            vetoed @ RepositoryError::Vetoed { .. } => Self::failed(vetoed),
        }
    }
}

impl AsAdapterError for HookError {
    fn as_adapter_error(&self) -> Option<&AdapterError> {
        match self {
            Self::Adapter(error) => Some(error),
            _ => None,
        }
    }
}
