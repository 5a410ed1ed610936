//! Documents and records: a row in the database, and above the waist.

use auth_core::adapter::{AdapterError, FieldId, Record, Value};
use auth_schema::SchemaError;
use mongodb::bson::{Bson, Document, doc};

use crate::collection::{Collection, Column};
use crate::value;

/// The document of a new row. A field that the record lacks is left out, as Better Auth does: it reads as null.
pub(crate) fn new(of: &Collection, record: &Record) -> Result<Document, AdapterError> {
    known(of, record)?;
    let mut document = Document::new();
    for (position, column) in of.columns.iter().enumerate() {
        let stored = match record.get(FieldId::new(position)) {
            None if column.name == "_id" => column.id.map_or(Bson::Null, crate::id::IdColumn::make),
            None if column.required => {
                return Err(value::invalid(of, column, &Value::Null, "a value is required"));
            }
            None => continue,
            Some(value) => value::store(of, column, value)?,
        };
        document.insert(column.name.clone(), stored);
    }
    Ok(document)
}

/// The fields that a change sets.
pub(crate) fn change(of: &Collection, change: &Record) -> Result<Document, AdapterError> {
    known(of, change)?;
    let mut set = Document::new();
    for (field, value) in change.iter() {
        let column = of.column(field)?;
        set.insert(column.name.clone(), value::store(of, column, value)?);
    }
    Ok(set)
}

/// The row of a document: every field, or those that are selected.
pub(crate) fn record(
    of: &Collection,
    document: &Document,
    select: Option<&[FieldId]>,
) -> Result<Record, AdapterError> {
    let mut record = Record::with_capacity(of.columns.len());
    let mut read = |field: FieldId, column: &Column| {
        record.set(field, value::read(of, column, document.get(&column.name))?);
        Ok::<(), AdapterError>(())
    };
    match select {
        Some(fields) => fields.iter().try_for_each(|field| read(*field, of.column(*field)?))?,
        None => {
            for (position, column) in of.columns.iter().enumerate() {
                read(FieldId::new(position), column)?;
            }
        }
    }
    Ok(record)
}

/// Which fields of the documents are asked for.
pub(crate) fn projection(of: &Collection, fields: &[FieldId]) -> Result<Document, AdapterError> {
    let mut projection = doc! { "_id": i32::from(fields.contains(&FieldId::ID)) };
    for field in fields {
        projection.insert(of.column(*field)?.name.clone(), 1);
    }
    Ok(projection)
}

/// The id of a document.
pub(crate) fn id(document: &Document) -> Bson {
    document.get("_id").cloned().unwrap_or(Bson::Null)
}

fn known(of: &Collection, record: &Record) -> Result<(), AdapterError> {
    match record.iter().find(|(field, _)| field.position() >= of.columns.len()) {
        None => Ok(()),
        Some((field, _)) => Err(SchemaError::UnknownField {
            model: of.model_name.clone(),
            field: format!("#{}", field.position()),
        }
        .into()),
    }
}
