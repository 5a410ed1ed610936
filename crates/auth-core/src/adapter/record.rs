//! One row, positional over its model's fields.

use auth_schema::{FieldId, Model};
use serde::Serialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;

use super::{AdapterError, Value};
use crate::domain::whole_milliseconds;

/// Values of one row in the order of its model's fields. An absent value was not given, or not selected;
/// [`Value::Null`] is a value.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record {
    slots: Vec<Option<Value>>,
}

/// A row with what was joined to it, in the order of the query's joins.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The row itself.
    pub record: Record,
    /// What each join found.
    pub joined: Vec<Joined>,
}

/// What a join found.
#[derive(Debug, Clone, PartialEq)]
pub enum Joined {
    /// At most one row.
    One(Option<Record>),
    /// Any number of rows.
    Many(Vec<Record>),
}

impl Record {
    /// An empty record with room for a model's fields.
    pub fn with_capacity(fields: usize) -> Self {
        Self { slots: Vec::with_capacity(fields) }
    }

    /// Sets a field.
    #[must_use]
    pub fn with(mut self, field: FieldId, value: impl Into<Value>) -> Self {
        self.set(field, value.into());
        self
    }

    /// Sets a field.
    pub fn set(&mut self, field: FieldId, value: Value) {
        let position = field.position();
        if position >= self.slots.len() {
            self.slots.resize_with(position + 1, || None);
        }
        self.slots[position] = Some(value);
    }

    /// Appends the value of the next field.
    pub fn push(&mut self, value: Option<Value>) {
        self.slots.push(value);
    }

    /// The value of a field; `None` when it is absent.
    pub fn get(&self, field: FieldId) -> Option<&Value> {
        self.slots.get(field.position())?.as_ref()
    }

    /// Takes the value of a field out; `None` when it is absent.
    pub fn take(&mut self, field: FieldId) -> Option<Value> {
        self.slots.get_mut(field.position())?.take()
    }

    /// Brings every instant into the form in which it is stored: UTC, whole milliseconds.
    pub(crate) fn normalise_instants(&mut self) {
        for slot in &mut self.slots {
            if let Some(Value::Timestamp(instant)) = slot {
                *instant = whole_milliseconds(*instant);
            }
        }
    }

    /// Takes over every field that a change holds.
    pub(crate) fn merge(&mut self, change: &Self) {
        for (field, value) in change.iter() {
            self.set(field, value.clone());
        }
    }

    /// Keeps some fields only.
    pub(crate) fn project(mut self, fields: &[FieldId]) -> Self {
        let mut projected = Self::with_capacity(self.slots.len());
        for field in fields {
            if let Some(value) = self.take(*field) {
                projected.set(*field, value);
            }
        }
        projected
    }

    /// The fields that are present, with their values.
    pub fn iter(&self) -> impl Iterator<Item = (FieldId, &Value)> {
        self.slots
            .iter()
            .enumerate()
            .filter_map(|(position, slot)| Some((FieldId::new(position), slot.as_ref()?)))
    }

    /// Whether no field is present.
    pub fn is_empty(&self) -> bool {
        self.slots.iter().all(Option::is_none)
    }

    /// Reads a record from a serde struct whose fields have the names of the model's. A name that the model does not
    /// have is an error; a field that the struct lacks is absent.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Schema`] names an unknown field, [`AdapterError::InvalidValue`] the field that does not fit.
    pub fn from_serde<T: Serialize>(model: &Model, row: &T) -> Result<Self, AdapterError> {
        let malformed =
            || AdapterError::invalid(model, FieldId::new(usize::MAX), "row", "it is not a struct");
        let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(row) else {
            return Err(malformed());
        };
        let mut record = Self::with_capacity(model.fields().len());
        for (name, json) in &fields {
            let id = model.find(name)?;
            let field_type = model.field(id).ok_or_else(malformed)?.field_type;
            let problem = |problem| AdapterError::invalid(model, id, "JSON", problem);
            record.set(id, field_type.read_json(json).map_err(problem)?);
        }
        Ok(record)
    }

    /// Gives the record as a serde struct whose fields have the names of the model's.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Deserialize`] tells which field of the struct does not fit.
    pub fn to_serde<T: DeserializeOwned>(&self, model: &Model) -> Result<T, AdapterError> {
        let named =
            self.iter().filter_map(|(id, value)| Some((model.field(id)?.name.clone(), value.to_json())));
        let fields = serde_json::Value::Object(named.collect());
        serde_json::from_value(fields)
            .map_err(|source| AdapterError::Deserialize { model: model.name().to_owned(), source })
    }

    /// Takes a required text.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Inconsistent`] when the field is absent, null or something else.
    pub fn take_text(&mut self, model: &Model, field: FieldId) -> Result<String, AdapterError> {
        match self.take(field) {
            Some(Value::Text(text)) => Ok(text),
            other => Err(inconsistent(model, field, "text", other.as_ref())),
        }
    }

    /// Takes a text that may be null.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Inconsistent`] when the field holds something else.
    pub fn take_optional_text(
        &mut self,
        model: &Model,
        field: FieldId,
    ) -> Result<Option<String>, AdapterError> {
        match self.take(field) {
            Some(Value::Text(text)) => Ok(Some(text)),
            None | Some(Value::Null) => Ok(None),
            other => Err(inconsistent(model, field, "text or null", other.as_ref())),
        }
    }

    /// Takes a required instant.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Inconsistent`] when the field is absent, null or something else.
    pub fn take_timestamp(&mut self, model: &Model, field: FieldId) -> Result<OffsetDateTime, AdapterError> {
        match self.take(field) {
            Some(Value::Timestamp(instant)) => Ok(instant),
            other => Err(inconsistent(model, field, "timestamp", other.as_ref())),
        }
    }

    /// Takes an instant that may be null.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Inconsistent`] when the field holds something else.
    pub fn take_optional_timestamp(
        &mut self,
        model: &Model,
        field: FieldId,
    ) -> Result<Option<OffsetDateTime>, AdapterError> {
        match self.take(field) {
            Some(Value::Timestamp(instant)) => Ok(Some(instant)),
            None | Some(Value::Null) => Ok(None),
            other => Err(inconsistent(model, field, "timestamp or null", other.as_ref())),
        }
    }

    /// Takes a required truth value.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Inconsistent`] when the field is absent, null or something else.
    pub fn take_bool(&mut self, model: &Model, field: FieldId) -> Result<bool, AdapterError> {
        match self.take(field) {
            Some(Value::Bool(value)) => Ok(value),
            other => Err(inconsistent(model, field, "boolean", other.as_ref())),
        }
    }
}

impl Row {
    /// A row without joins.
    pub fn plain(record: Record) -> Self {
        Self { record, joined: Vec::new() }
    }

    /// Takes what the join at `position` found, when it is a [`Joined::One`] with a row.
    pub fn take_one(&mut self, position: usize) -> Option<Record> {
        match self.joined.get_mut(position) {
            Some(Joined::One(record)) => record.take(),
            _ => None,
        }
    }
}

fn inconsistent(
    model: &Model,
    field: FieldId,
    expected: &'static str,
    found: Option<&Value>,
) -> AdapterError {
    let field = model.field(field).map_or_else(String::new, |field| field.name.clone());
    let found = found.map_or("nothing", Value::kind);
    AdapterError::Inconsistent { model: model.name().to_owned(), field, expected, found }
}
