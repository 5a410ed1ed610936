//! What can be wrong with a name or a schema.

use crate::model::ModelId;

/// A name that the dictionary does not know, or a schema that contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// No model of this name is in the schema.
    #[error("model {name:?} is not in the schema: declare it, or correct the name")]
    UnknownModel {
        /// The name that was asked for.
        name: String,
    },
    /// The model has no field of this name.
    #[error("field {field:?} is not in model {model:?}: declare it, or correct the name")]
    UnknownField {
        /// The model that was searched.
        model: String,
        /// The name that was asked for.
        field: String,
    },
    /// A handle of another schema was used.
    #[error("model handle {id:?} does not belong to this schema: use the schema that made it")]
    ForeignModel {
        /// The handle.
        id: ModelId,
    },
    /// Two models, or two fields of a model, have one name.
    #[error("{what} {name:?} is declared twice: names are compared without underscores and case")]
    Duplicate {
        /// `model`, `table`, `field of user` or `column of auth_users`.
        what: String,
        /// The name in question.
        name: String,
    },
}
