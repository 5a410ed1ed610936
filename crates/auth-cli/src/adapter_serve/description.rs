//! Reads the description of the models into a schema.

use auth_schema::{Field, FieldId, FieldType, Fill, IdStrategy, IdType, Model, OnDelete, Schema};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::error::ServeError;
use super::request::{
    Description, FieldDescription, FillDescription, ModelDescription, ReferenceDescription,
};
use super::wire;

/// The schema of a description.
pub(super) fn schema(description: &Description) -> Result<Schema, ServeError> {
    let ids = match description.ids.as_str() {
        // An id that the other program supplies is given with each row.
        "random" | "supplied" => IdStrategy::Random,
        "uuid" => IdStrategy::UuidV4,
        "serial" => IdStrategy::Serial,
        "database" => IdStrategy::Database(IdType::Text),
        other => return Err(unknown("id strategy", other)),
    };
    let mut models = Vec::with_capacity(description.models.len());
    for (name, json) in &description.models {
        models.push(model(name, &read::<ModelDescription>(json)?)?.with_ids(ids.clone()));
    }
    Ok(Schema::new(models)?)
}

fn model(name: &str, description: &ModelDescription) -> Result<Model, ServeError> {
    let mut fields = Vec::with_capacity(description.fields.len());
    for (name, json) in &description.fields {
        fields.push(field(name, &read::<FieldDescription>(json)?)?);
    }
    let mut model = Model::new(name, &description.table, fields)?;
    for index in &description.indexes {
        let found: Result<Vec<FieldId>, _> = index.fields.iter().map(|field| model.find(field)).collect();
        let found = found?;
        model =
            if index.unique { model.with_unique_together(found) } else { model.with_index_together(found) };
    }
    Ok(model)
}

fn field(name: &str, description: &FieldDescription) -> Result<Field, ServeError> {
    let field_type = match (description.r#type.as_str(), description.bigint) {
        ("string", _) => FieldType::String,
        ("number", false) => FieldType::Integer,
        ("number", true) => FieldType::BigInteger,
        ("boolean", _) => FieldType::Boolean,
        ("date", _) => FieldType::Timestamp,
        ("json", _) => FieldType::Json,
        ("string[]", _) => FieldType::StringList,
        ("number[]", _) => FieldType::NumberList,
        (other, _) => return Err(unknown("field type", other)),
    };
    let mut field = Field::new(name, field_type).column(&description.column);
    field.required = description.required;
    field.unique = description.unique;
    field.index = description.index;
    if let Some(reference) = &description.references {
        field = field.references(&reference.model, &reference.field).on_delete(on_delete(reference)?);
    }
    field.default = description.default.as_ref().map(|fill| fill_of(field_type, fill)).transpose()?.flatten();
    field.on_update =
        description.on_update.as_ref().map(|fill| fill_of(field_type, fill)).transpose()?.flatten();
    Ok(field)
}

fn on_delete(reference: &ReferenceDescription) -> Result<OnDelete, ServeError> {
    Ok(match reference.on_delete.as_deref() {
        None | Some("cascade") => OnDelete::Cascade,
        Some("restrict") => OnDelete::Restrict,
        Some("set null") => OnDelete::SetNull,
        Some("no action") => OnDelete::NoAction,
        Some(other) => return Err(unknown("onDelete", other)),
    })
}

/// A function of the other program fills nothing here: it is called there.
fn fill_of(field_type: FieldType, fill: &FillDescription) -> Result<Option<Fill>, ServeError> {
    match &fill.value {
        _ if fill.now => Ok(Some(Fill::Now)),
        None => Ok(None),
        Some(value) => match field_type.read_json(&wire::plain(value)) {
            Ok(value) => Ok(Some(Fill::Value(value))),
            Err(problem) => Err(unknown("default", problem)),
        },
    }
}

fn read<T: DeserializeOwned>(json: &Json) -> Result<T, ServeError> {
    serde_json::from_value(json.clone()).map_err(ServeError::Request)
}

fn unknown(what: &'static str, found: &str) -> ServeError {
    ServeError::Unknown { what, found: found.to_owned() }
}
