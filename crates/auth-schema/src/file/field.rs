//! One additional field in the file.

use serde::Deserialize;

use super::FileError;
use crate::field::{Field, FieldType, OnDelete};
use crate::rule::Fill;
use crate::value::Value;

/// A field as the file says it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldEntry {
    #[serde(rename = "type")]
    field_type: String,
    pub(super) column: Option<String>,
    #[serde(default = "yes")]
    required: bool,
    #[serde(default)]
    unique: bool,
    #[serde(default)]
    index: bool,
    #[serde(default)]
    sortable: bool,
    #[serde(default)]
    long: bool,
    #[serde(default = "yes")]
    input: bool,
    #[serde(default = "yes")]
    returned: bool,
    default: Option<toml::Value>,
    on_update: Option<String>,
    references: Option<String>,
    on_delete: Option<String>,
}

fn yes() -> bool {
    true
}

impl FieldEntry {
    /// The field, its column named as it is.
    pub(super) fn field(&self, name: &str, place: &str) -> Result<Field, FileError> {
        let field_type = self.field_type(place)?;
        let mut field = Field::new(name, field_type);
        field.required = self.required;
        field.unique = self.unique;
        field.index = self.index;
        field.sortable = self.sortable;
        field.long = self.long;
        field.input = self.input;
        field.returned = self.returned;
        if let Some(default) = &self.default {
            field.default = Some(fill(field_type, default, &format!("{place}.default"))?);
        }
        if let Some(word) = &self.on_update {
            if word != "now" {
                return Err(FileError::value(format!("{place}.on_update"), word, "must be \"now\""));
            }
            field.on_update = Some(Fill::Now);
        }
        self.refer(field, place)
    }

    fn field_type(&self, place: &str) -> Result<FieldType, FileError> {
        FieldType::named(&self.field_type).ok_or_else(|| {
            let names: Vec<&str> = FieldType::NAMES.iter().map(|(name, _)| *name).collect();
            FileError::value(
                format!("{place}.type"),
                &self.field_type,
                format!("must be one of {}", names.join(", ")),
            )
        })
    }

    fn refer(&self, field: Field, place: &str) -> Result<Field, FileError> {
        let Some(target) = &self.references else {
            return Ok(field);
        };
        let Some((model, target)) = target.split_once('.') else {
            let place = format!("{place}.references");
            return Err(FileError::value(place, target, "must name a model and its field: user.id"));
        };
        let on_delete = match self.on_delete.as_deref().unwrap_or("cascade") {
            "cascade" => OnDelete::Cascade,
            "restrict" => OnDelete::Restrict,
            "set_null" => OnDelete::SetNull,
            "no_action" => OnDelete::NoAction,
            other => {
                let place = format!("{place}.on_delete");
                return Err(FileError::value(
                    place,
                    other,
                    "must be cascade, restrict, set_null or no_action",
                ));
            }
        };
        Ok(field.references(model, target).on_delete(on_delete))
    }
}

/// `now` fills an instant with the time; anything else is the value itself.
fn fill(field_type: FieldType, default: &toml::Value, place: &str) -> Result<Fill, FileError> {
    if field_type == FieldType::Timestamp && default.as_str() == Some("now") {
        return Ok(Fill::Now);
    }
    let json = serde_json::to_value(default);
    let json = json.map_err(|_| FileError::value(place, default.type_str(), "must be a plain value"))?;
    let wrong = |expected| FileError::value(place, json.to_string(), expected);
    let value: Value = field_type.read_json(&json).map_err(wrong)?;
    Ok(Fill::Value(value))
}
