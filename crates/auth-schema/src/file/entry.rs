//! What the file says of one model.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::FileError;
use super::field::FieldEntry;
use crate::builder::SchemaBuilder;
use crate::id::{IdStrategy, IdType};

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ModelEntry {
    table: Option<String>,
    ids: Option<String>,
    columns: BTreeMap<String, String>,
    pub(super) fields: BTreeMap<String, FieldEntry>,
    unique_together: Vec<Vec<String>>,
    index_together: Vec<Vec<String>>,
}

impl ModelEntry {
    /// Applies what is said of one model: it outweighs what is said of all.
    pub(super) fn apply(self, name: &str, mut builder: SchemaBuilder) -> Result<SchemaBuilder, FileError> {
        if let Some(table) = self.table {
            builder = builder.table(name, table);
        }
        if let Some(ids) = &self.ids {
            builder = builder.ids_of(name, strategy(&format!("models.{name}.ids"), ids)?);
        }
        for (field, column) in self.columns {
            builder = builder.column(name, &field, column);
        }
        for (field, entry) in self.fields {
            if let Some(column) = entry.column {
                builder = builder.column(name, &field, column);
            }
        }
        for group in self.unique_together {
            let group: Vec<&str> = group.iter().map(String::as_str).collect();
            builder = builder.unique_together(name, &group);
        }
        for group in self.index_together {
            let group: Vec<&str> = group.iter().map(String::as_str).collect();
            builder = builder.index_together(name, &group);
        }
        Ok(builder)
    }
}

/// The way of making ids that a word names.
pub(super) fn strategy(place: &str, name: &str) -> Result<IdStrategy, FileError> {
    Ok(match name {
        "random" => IdStrategy::Random,
        "uuid" => IdStrategy::UuidV4,
        "uuid_v7" => IdStrategy::UuidV7,
        "serial" => IdStrategy::Serial,
        "nano_id" => IdStrategy::NanoId,
        "cuid2" => IdStrategy::Cuid2,
        "database_text" => IdStrategy::Database(IdType::Text),
        "database_uuid" => IdStrategy::Database(IdType::Uuid),
        other => match other.strip_prefix("prefix:") {
            Some(prefix) => IdStrategy::Prefixed(prefix.to_owned()),
            None => return Err(FileError::value(place, other, STRATEGIES)),
        },
    })
}

const STRATEGIES: &str =
    "must be random, uuid, uuid_v7, serial, nano_id, cuid2, prefix:…, database_text or database_uuid";
