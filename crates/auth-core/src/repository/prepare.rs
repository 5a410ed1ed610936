//! What the dictionary says about a value on its way in and out: ids, defaults, transforms. Source: Better Auth's
//! adapter factory, `transformInput` and `transformOutput`.

use auth_schema::{FieldId, Fill, IdStrategy, IdType, Model, Value};
use uuid::Uuid;

use super::Store;
use crate::adapter::{AdapterError, Record};
use crate::domain::{random_text, random_text_of};

/// Completes a row to be created.
pub(super) fn new_row(store: Store<'_>, model: &Model, record: &mut Record) -> Result<(), AdapterError> {
    let given = record.take(FieldId::ID).filter(|id| !id.is_null());
    if let Some(id) = id_of(store, model, given)? {
        record.set(FieldId::ID, id);
    }
    for (position, field) in model.fields().iter().enumerate().skip(1) {
        let id = FieldId::new(position);
        let missing = record.get(id).is_none_or(|value| field.required && value.is_null());
        if let Some(fill) = field.default.as_ref().filter(|_| missing) {
            record.set(id, made(store, fill));
        }
    }
    incoming(model, record);
    Ok(())
}

/// Completes a change: a field that is absent takes what it says of changes.
pub(super) fn change(store: Store<'_>, model: &Model, record: &mut Record) {
    for (position, field) in model.fields().iter().enumerate().skip(1) {
        let id = FieldId::new(position);
        if let Some(fill) = field.on_update.as_ref().filter(|_| record.get(id).is_none()) {
            record.set(id, made(store, fill));
        }
    }
    incoming(model, record);
}

/// Applies the transforms of a row that comes out.
pub(super) fn outgoing(model: &Model, record: &mut Record) {
    for (position, field) in model.fields().iter().enumerate() {
        let id = FieldId::new(position);
        if let Some(transform) = &field.transform_output
            && let Some(value) = record.take(id)
        {
            record.set(id, transform.apply(value));
        }
    }
}

fn incoming(model: &Model, record: &mut Record) {
    for (position, field) in model.fields().iter().enumerate() {
        let id = FieldId::new(position);
        if let Some(transform) = &field.transform_input
            && let Some(value) = record.take(id)
        {
            record.set(id, transform.apply(value));
        }
    }
}

fn made(store: Store<'_>, fill: &Fill) -> Value {
    match fill {
        Fill::Value(value) => value.clone(),
        Fill::Function(generator) => generator.make(),
        _ => Value::Timestamp(store.clock().now()),
    }
}

/// The id of a new row. One that is given is kept if it has the form of the model's ids; as in Better Auth, one that
/// has not is made anew.
fn id_of(store: Store<'_>, model: &Model, given: Option<Value>) -> Result<Option<Value>, AdapterError> {
    match given {
        // A UUID has one text, whatever the column is.
        Some(Value::Text(id)) if fits(model.ids(), &id) => Ok(Some(Value::Text(canonical(model.ids(), id)))),
        None | Some(Value::Text(_)) => Ok(store.new_id(model.ids()).map(Value::Text)),
        Some(other) => {
            Err(AdapterError::invalid(model, FieldId::ID, other.kind(), "an id is text above the waist"))
        }
    }
}

/// An id that looks like one that the engine makes.
pub(super) fn likely_id(store: Store<'_>, model: &Model) -> Value {
    let digits = random_text_of(store.random(), b"123456789", 6);
    match model.ids() {
        IdStrategy::Serial | IdStrategy::Database(IdType::Integer) => Value::Text(digits),
        IdStrategy::Database(IdType::Uuid) => {
            let mut bytes = [0; 16];
            store.random().fill(&mut bytes);
            Value::Text(uuid::Builder::from_random_bytes(bytes).into_uuid().to_string())
        }
        _ => Value::Text(random_text(store.random(), 32)),
    }
}

fn canonical(strategy: &IdStrategy, id: String) -> String {
    match strategy {
        IdStrategy::UuidV4 | IdStrategy::UuidV7 => id.to_ascii_lowercase(),
        _ => id,
    }
}

fn fits(strategy: &IdStrategy, id: &str) -> bool {
    match strategy {
        IdStrategy::Serial => !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()),
        IdStrategy::UuidV4 | IdStrategy::UuidV7 => id.len() == 36 && Uuid::try_parse(id).is_ok(),
        _ => !id.is_empty(),
    }
}
