//! Everything that can go wrong below the waist.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use auth_schema::{FieldId, Model, ModelId, SchemaError};

/// A failure of an adapter. A failed operation outside a transaction changed nothing, except where
/// [`AdapterError::UnknownOutcome`] and [`AdapterError::ConnectionLost`] say that this cannot be known.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AdapterError {
    /// A name or handle that the schema does not know.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// A value that must be unique is taken.
    #[error(
        "{model_name}: the value of {} is taken already (table {table}, constraint {constraint:?})",
        named(fields)
    )]
    Conflict {
        /// The model that was written.
        model: ModelId,
        /// Its name.
        model_name: String,
        /// Its table.
        table: String,
        /// The fields whose values are unique together; empty where the constraint is not one of the schema's.
        fields: Vec<String>,
        /// The violated constraint, index or column as the engine names it.
        constraint: String,
        /// The engine's error.
        #[source]
        source: Option<BoxError>,
    },
    /// A row points to one that does not exist, or is still pointed to.
    #[error(
        "{model_name}: the reference in {} has no counterpart (table {table}, constraint {constraint:?})",
        named(fields)
    )]
    ForeignKey {
        /// The model that was written.
        model: ModelId,
        /// Its name.
        model_name: String,
        /// Its table.
        table: String,
        /// The fields that point elsewhere; more than one where the engine does not tell which (SQLite).
        fields: Vec<String>,
        /// The violated constraint as the engine names it; empty where it tells none (SQLite).
        constraint: String,
        /// The engine's error.
        #[source]
        source: Option<BoxError>,
    },
    /// A value that the field cannot hold. Nothing was sent.
    #[error("{model}.{field} cannot hold this {found}: {problem}")]
    InvalidValue {
        /// Name of the model.
        model: String,
        /// Name of the field; empty when the row as a whole is meant.
        field: String,
        /// Kind of the value.
        found: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The engine refused a value: null where a value is required, out of range, too long.
    #[error(
        "{model_name}: the database refused a value (table {table}): null where one is required, too long, or out of range"
    )]
    Refused {
        /// Name of the model.
        model_name: String,
        /// Table.
        table: String,
        /// The engine's error.
        #[source]
        source: BoxError,
    },
    /// A stored row is not what the schema says.
    #[error("{model}.{field} holds {found} where {expected} is required: repair the row")]
    Inconsistent {
        /// Name of the model.
        model: String,
        /// Name of the field.
        field: String,
        /// What the schema says.
        expected: &'static str,
        /// What is stored.
        found: &'static str,
    },
    /// A row that the application's own struct cannot take.
    #[error("a row of {model} does not fit the struct that it is read into")]
    Deserialize {
        /// Name of the model.
        model: String,
        /// Which field, and why.
        #[source]
        source: serde_json::Error,
    },
    /// The database is not the one that the schema describes.
    #[error(transparent)]
    Catalogue(#[from] super::seaorm::CatalogueError),
    /// The configuration of the connection is wrong.
    #[error("database configuration: {problem}")]
    Configuration {
        /// What is wrong, and what to do.
        problem: String,
    },
    /// Nothing answered at the address for as long as the configuration allows.
    #[error("no database answers at {address}: is it running, and is the address right?")]
    Unreachable {
        /// Host, port and name, or the file; never the login.
        address: String,
        /// The last attempt's error.
        #[source]
        source: Box<AdapterError>,
    },
    /// The database cannot be reached, or no connection was free in time. Nothing was sent.
    #[error("the database cannot be reached: is it running, and is the pool large enough?")]
    Unavailable(#[source] BoxError),
    /// The pool is closed, because the program ends. Nothing was sent.
    #[error("the pool is closed: the program is ending")]
    Closed,
    /// The connection was lost while a statement was under way. A read may be repeated; whether a write outside a
    /// transaction happened can only be looked up.
    #[error("the connection to the database was lost: a write that was under way may have happened")]
    ConnectionLost(#[source] BoxError),
    /// The engine gave up this statement or transaction for a concurrent one; run the whole again.
    #[error("the database gave way to a concurrent transaction: try again")]
    Retryable(#[source] BoxError),
    /// The connection was lost while a transaction was committed: it may or may not have happened. The rows were
    /// looked for afterwards, where the operation knows them, and not found.
    #[error("the connection was lost during a commit: read the rows again to see whether it happened")]
    UnknownOutcome(#[source] BoxError),
    /// A statement of the transaction had failed, and that was passed over: nothing was committed.
    #[error("an earlier statement of the transaction failed, so nothing was committed: pass its failure on")]
    Aborted,
    /// The adapter cannot do this.
    #[error("this adapter cannot {what}: {advice}")]
    Unsupported {
        /// What was asked.
        what: &'static str,
        /// What to do instead.
        advice: &'static str,
    },
    /// Rows that are there hold a value more than once that an index is to keep apart.
    #[error("values stand more than once, so the database refuses to {step}")]
    Duplicates {
        /// The change of the tables that was refused.
        step: String,
        /// The engine's error.
        #[source]
        source: BoxError,
    },
    /// The store beside the database did not do what only it can do.
    #[error(transparent)]
    SecondaryStorage(#[from] crate::secondary_storage::StorageError),
    /// Any other failure of the engine.
    #[error("the database failed: {operation} on {table}")]
    Database {
        /// What was being done.
        operation: &'static str,
        /// On which table.
        table: String,
        /// The engine's error.
        #[source]
        source: BoxError,
    },
}

/// A source of unknown type.
pub type BoxError = Box<dyn Error + Send + Sync>;

fn named(fields: &[String]) -> String {
    if fields.is_empty() { "some fields".to_owned() } else { fields.join(" and ") }
}

impl AdapterError {
    /// Whether running the whole transaction again may succeed.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Retryable(_))
    }

    /// A value of one kind where another is needed, or none where one is.
    pub(crate) fn invalid(model: &Model, field: FieldId, found: &'static str, problem: &'static str) -> Self {
        let field = model.field(field).map_or_else(String::new, |field| field.name.clone());
        Self::InvalidValue { model: model.name().to_owned(), field, found, problem }
    }

    /// The same failure for one more caller who waited for the same statement.
    pub(crate) fn repeated(error: &Arc<Self>) -> Self {
        let source = Box::new(Shared(Arc::clone(error)));
        match &**error {
            Self::Unavailable(_) => Self::Unavailable(source),
            Self::Closed => Self::Closed,
            Self::ConnectionLost(_) => Self::ConnectionLost(source),
            Self::Retryable(_) => Self::Retryable(source),
            Self::Inconsistent { model, field, expected, found } => {
                let (model, field) = (model.clone(), field.clone());
                Self::Inconsistent { model, field, expected, found }
            }
            Self::Database { operation, table, .. } => {
                Self::Database { operation, table: table.clone(), source }
            }
            _ => Self::Database { operation: "find", table: String::new(), source },
        }
    }

    /// Whether a unique value of this model is taken.
    pub fn is_conflict_of(&self, model: ModelId) -> bool {
        matches!(self, Self::Conflict { model: other, .. } if *other == model)
    }
}

/// What is behind a failure that several callers have in common.
#[derive(Debug)]
struct Shared(Arc<AdapterError>);

impl Shared {
    /// The source where there is one: the failure itself is told by its variant.
    fn cause(&self) -> &(dyn Error + 'static) {
        self.0.source().unwrap_or(&*self.0)
    }
}

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.cause())
    }
}

impl Error for Shared {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause().source()
    }
}
