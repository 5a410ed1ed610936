//! The requests of the protocol.

use serde::Deserialize;
use serde_json::{Map, Value};

/// A request; unknown keys are ignored.
#[derive(Debug, Deserialize)]
pub(super) struct Request {
    pub(super) id: Value,
    pub(super) tx: Option<String>,
    #[serde(flatten)]
    pub(super) operation: Operation,
}

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(tag = "op", rename_all = "camelCase")]
pub(super) enum Operation {
    Configure {
        schema: Description,
    },
    Migrate,
    Create {
        model: String,
        data: Map<String, Value>,
        select: Option<Vec<String>>,
    },
    FindOne(Find),
    FindMany(Find),
    Count {
        model: String,
        r#where: Vec<Clause>,
    },
    Update {
        model: String,
        r#where: Vec<Clause>,
        data: Map<String, Value>,
    },
    UpdateMany {
        model: String,
        r#where: Vec<Clause>,
        data: Map<String, Value>,
    },
    Delete {
        model: String,
        r#where: Vec<Clause>,
    },
    DeleteMany {
        model: String,
        r#where: Vec<Clause>,
    },
    ConsumeOne {
        model: String,
        r#where: Vec<Clause>,
    },
    IncrementOne {
        model: String,
        r#where: Vec<Clause>,
        increment: Map<String, Value>,
        set: Option<Map<String, Value>>,
    },
    Begin,
    Commit,
    Rollback,
}

/// A question for rows.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Find {
    pub(super) model: String,
    pub(super) r#where: Vec<Clause>,
    pub(super) select: Option<Vec<String>>,
    #[serde(default)]
    pub(super) join: Vec<JoinClause>,
    pub(super) limit: Option<u64>,
    pub(super) offset: Option<u64>,
    pub(super) sort_by: Option<SortBy>,
}

/// One comparison.
#[derive(Debug, Deserialize)]
pub(super) struct Clause {
    pub(super) field: String,
    pub(super) operator: String,
    pub(super) value: Value,
    pub(super) connector: String,
    pub(super) mode: String,
}

/// Rows of another model.
#[derive(Debug, Deserialize)]
pub(super) struct JoinClause {
    pub(super) model: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) relation: String,
    pub(super) limit: Option<u64>,
}

/// An order.
#[derive(Debug, Deserialize)]
pub(super) struct SortBy {
    pub(super) field: String,
    pub(super) direction: String,
}

/// The models and the options.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Description {
    pub(super) models: Map<String, Value>,
    pub(super) ids: String,
    pub(super) default_limit: Option<u64>,
}

/// A model; its name is the key.
#[derive(Debug, Deserialize)]
pub(super) struct ModelDescription {
    pub(super) table: String,
    pub(super) fields: Map<String, Value>,
    #[serde(default)]
    pub(super) indexes: Vec<IndexDescription>,
}

/// A field; its name is the key.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FieldDescription {
    pub(super) column: String,
    pub(super) r#type: String,
    #[serde(default)]
    pub(super) required: bool,
    #[serde(default)]
    pub(super) unique: bool,
    #[serde(default)]
    pub(super) index: bool,
    #[serde(default)]
    pub(super) bigint: bool,
    pub(super) references: Option<ReferenceDescription>,
    pub(super) default: Option<FillDescription>,
    pub(super) on_update: Option<FillDescription>,
}

/// A foreign key.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReferenceDescription {
    pub(super) model: String,
    pub(super) field: String,
    pub(super) on_delete: Option<String>,
}

/// What fills a field: `{"value": v}`, `{"now": true}` or `{"supplied": true}`.
#[derive(Debug, Deserialize)]
pub(super) struct FillDescription {
    pub(super) value: Option<Value>,
    #[serde(default)]
    pub(super) now: bool,
}

/// An index over several fields.
#[derive(Debug, Deserialize)]
pub(super) struct IndexDescription {
    pub(super) fields: Vec<String>,
    #[serde(default)]
    pub(super) unique: bool,
}
