//! What can be wrong with a request, and how the other program is told.

use auth_core::BuildError;
use auth_core::adapter::AdapterError;
use auth_schema::SchemaError;

/// A request that was not done. Outside a transaction, nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The line is no request.
    #[error("the request cannot be read")]
    Request(#[source] serde_json::Error),
    /// An operation came before the models were described.
    #[error("the models are not described yet: send `configure` first")]
    NotConfigured,
    /// The transaction is not open.
    #[error("transaction {tx:?} is not open")]
    NoTransaction {
        /// The name that was given.
        tx: String,
    },
    /// A value does not have the type of its field.
    #[error("{model}.{field} {problem}")]
    Value {
        /// The model.
        model: String,
        /// The field.
        field: String,
        /// What is wrong, as the end of a sentence.
        problem: String,
    },
    /// A part of a request has a value that is not one of the protocol's.
    #[error("{what} {found:?} is not known")]
    Unknown {
        /// The part.
        what: &'static str,
        /// What was given.
        found: String,
    },
    /// The description contradicts itself.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The services cannot be put together.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The adapter failed.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
}

impl ServeError {
    /// The error with its causes.
    pub(super) fn message(&self) -> String {
        let mut message = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            let cause_text = cause.to_string();
            // Some errors tell their cause themselves.
            if !message.contains(&cause_text) {
                message = format!("{message}: {cause_text}");
            }
            source = cause.source();
        }
        message
    }

    /// The protocol's code.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Adapter(AdapterError::Conflict { .. }) => "UNIQUE_VIOLATION",
            Self::Adapter(AdapterError::ForeignKey { .. }) => "FOREIGN_KEY_VIOLATION",
            Self::Adapter(AdapterError::Schema(_)) | Self::Schema(_) | Self::NoTransaction { .. } => {
                "NOT_FOUND"
            }
            Self::Adapter(AdapterError::InvalidValue { .. } | AdapterError::Refused { .. })
            | Self::Request(_)
            | Self::NotConfigured
            | Self::Value { .. }
            | Self::Unknown { .. } => "INVALID",
            _ => "INTERNAL",
        }
    }
}
