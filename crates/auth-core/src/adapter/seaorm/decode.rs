//! Turns rows into records, by position.

use auth_schema::FieldId;
use sea_orm::{DbErr, QueryResult};

use super::error::classify;
use super::table::Table;
use crate::adapter::{AdapterError, Joined, Record, Row, Value};

/// A base row with its one-to-one joins; a joined table without a match has no id.
pub(super) fn decode_row(
    base: &Table,
    joined: &[&Table],
    selection: Option<&[FieldId]>,
    row: &QueryResult,
) -> Result<Row, AdapterError> {
    if joined.is_empty() {
        let record = match selection {
            None => decode(base, row, 0)?,
            Some(fields) => decode_selected(base, row, fields)?,
        };
        return Ok(Row::plain(record));
    }
    let mut record = decode(base, row, 0)?;
    if let Some(fields) = selection {
        record = record.project(fields);
    }
    let mut offset = base.columns.len();
    let mut found = Vec::with_capacity(joined.len());
    for table in joined {
        let id = read(table, row, FieldId::ID, offset)?;
        let joined = if id.is_null() { None } else { Some(decode_from(table, row, offset, id)?) };
        found.push(Joined::One(joined));
        offset += table.columns.len();
    }
    Ok(Row { record, joined: found })
}

/// The row of a table whose columns begin at a position.
pub(super) fn decode(table: &Table, row: &QueryResult, offset: usize) -> Result<Record, AdapterError> {
    decode_from(table, row, offset, read(table, row, FieldId::ID, offset)?)
}

/// The same when the id, its first column, is read already.
fn decode_from(table: &Table, row: &QueryResult, offset: usize, id: Value) -> Result<Record, AdapterError> {
    let mut record = Record::with_capacity(table.columns.len());
    record.push(Some(id));
    for position in 1..table.columns.len() {
        record.push(Some(read(table, row, FieldId::new(position), offset + position)?));
    }
    Ok(record)
}

fn decode_selected(table: &Table, row: &QueryResult, fields: &[FieldId]) -> Result<Record, AdapterError> {
    let mut record = Record::with_capacity(table.columns.len());
    for (position, field) in fields.iter().enumerate() {
        record.set(*field, read(table, row, *field, position)?);
    }
    Ok(record)
}

pub(super) fn read(
    table: &Table,
    row: &QueryResult,
    field: FieldId,
    position: usize,
) -> Result<Value, AdapterError> {
    let column = table.column(field)?;
    let storage = column.storage;
    storage.read(row, position).map_err(|error| match error {
        DbErr::Type(_) | DbErr::Query(_) => AdapterError::Inconsistent {
            model: table.model_name.clone(),
            field: column.field.clone(),
            expected: storage.name(),
            found: "a value of another form",
        },
        other => classify(other, "read", Some(table)),
    })
}
