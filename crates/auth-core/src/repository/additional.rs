//! Additional fields between a record and a value.

use auth_schema::FieldId;

use super::Store;
use crate::adapter::{AdapterError, Record};
use crate::domain::Additional;
use crate::hooks::Hooked;

/// Writes additional values into a record.
///
/// # Errors
///
/// [`AdapterError::Schema`] when the model has no such field, or when it is a core field: those have a place of their
/// own.
pub(super) fn write<T: Hooked>(
    store: Store<'_>,
    additional: Additional,
    record: &mut Record,
) -> Result<(), AdapterError> {
    if additional.is_empty() {
        return Ok(());
    }
    let model = store.adapter.schema().model(T::MODEL)?;
    for (name, value) in additional.into_values() {
        let field = model.find(&name)?;
        if field <= T::LAST_CORE {
            let problem = "it is a core field: set it by its own name";
            return Err(AdapterError::invalid(model, field, value.kind(), problem));
        }
        record.set(field, value);
    }
    Ok(())
}

/// Takes the values behind the core fields out of a record.
pub(super) fn read<T: Hooked>(store: Store<'_>, record: &mut Record) -> Result<Additional, AdapterError> {
    let mut additional = Additional::new();
    let fields = store.adapter.schema().model(T::MODEL)?.fields();
    for (position, field) in fields.iter().enumerate().skip(T::LAST_CORE.position() + 1) {
        if let Some(value) = record.take(FieldId::new(position)) {
            additional.set(field.name.clone(), value);
        }
    }
    Ok(additional)
}
