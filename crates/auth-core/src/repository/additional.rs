//! Additional fields between a record and a value.

use auth_schema::{FieldId, ModelId};

use super::Store;
use crate::adapter::{AdapterError, Record};
use crate::domain::Additional;

/// Writes additional values into a record.
///
/// # Errors
///
/// [`AdapterError::Schema`] when the model has no such field, or when it is a core field: those have a place of their
/// own.
pub(super) fn write(
    store: Store<'_>,
    (model, last_core): (ModelId, FieldId),
    additional: Additional,
    record: &mut Record,
) -> Result<(), AdapterError> {
    if additional.is_empty() {
        return Ok(());
    }
    let model = store.adapter.schema().model(model)?;
    for (name, value) in additional.into_values() {
        let field = model.find(&name)?;
        if field <= last_core {
            let problem = "it is a core field: set it by its own name";
            return Err(AdapterError::invalid(model, field, value.kind(), problem));
        }
        record.set(field, value);
    }
    Ok(())
}

/// Takes the values behind the core fields out of a record.
pub(super) fn read(
    store: Store<'_>,
    (model, last_core): (ModelId, FieldId),
    record: &mut Record,
) -> Result<Additional, AdapterError> {
    let mut additional = Additional::new();
    let fields = store.adapter.schema().model(model)?.fields();
    for (position, field) in fields.iter().enumerate().skip(last_core.position() + 1) {
        if let Some(value) = record.take(FieldId::new(position)) {
            additional.set(field.name.clone(), value);
        }
    }
    Ok(additional)
}
