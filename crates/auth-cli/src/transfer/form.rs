//! The form of the file: its first line, its last line, and a row between them.

use auth_schema::{Model, Schema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use time::OffsetDateTime;

use super::checksum::Totals;

/// The version of the form that is written, and the only one that is read.
pub(super) const VERSION: u32 = 1;

/// The first line: what the file is, and what its rows look like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    /// The version of the form.
    pub(super) auth_export: u32,
    /// When the snapshot was taken.
    #[serde(with = "time::serde::rfc3339")]
    pub(super) created_at: OffsetDateTime,
    /// Where the rows come from: `PostgreSQL 15.18`.
    pub(super) engine: String,
    /// Whether secrets were left out.
    pub(super) redacted: bool,
    /// The models, in the order of their rows.
    pub(super) models: Vec<ModelShape>,
}

/// A model of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ModelShape {
    pub(super) name: String,
    pub(super) fields: Vec<FieldShape>,
}

/// A field of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldShape {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) field_type: String,
    pub(super) required: bool,
}

/// A row.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RowLine {
    pub(super) model: String,
    pub(super) row: Map<String, Json>,
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trailer {
    pub(super) totals: Totals,
}

/// A line between the first and the last one, or the last one.
#[derive(Debug)]
pub(super) enum Line {
    Row(RowLine),
    Trailer(Trailer),
}

impl ModelShape {
    pub(super) fn of(model: &Model) -> Self {
        let field = |field: &auth_schema::Field| FieldShape {
            name: field.name.clone(),
            field_type: field.field_type.name().to_owned(),
            required: field.required,
        };
        Self { name: model.name().to_owned(), fields: model.fields().iter().map(field).collect() }
    }
}

impl Line {
    /// Reads a line; an error tells where it is wrong, never what stands there.
    pub(super) fn parse(line: &[u8]) -> Result<Self, String> {
        if line.starts_with(TRAILER) {
            return serde_json::from_slice(line).map(Self::Trailer).map_err(|error| told(&error));
        }
        serde_json::from_slice(line).map(Self::Row).map_err(|error| told(&error))
    }
}

/// What is wrong with a line, without what stands in it.
pub(super) fn told(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Eof => "it ends too early",
        serde_json::error::Category::Data => "it has not the form of an export",
        _ => "it is not JSON",
    };
    format!("{what} (column {})", error.column())
}

/// The models of a schema in an order in which their rows can be written: each after those that it points to.
pub(super) fn in_order(schema: &Schema) -> Vec<&Model> {
    schema.creation_order()
}

const TRAILER: &[u8] = br#"{"totals""#;
