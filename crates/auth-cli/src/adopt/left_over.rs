//! The models as their tables are: columns that no field claims are part of a row that goes, so a backup must read them; fields
//! that have no column yet are added when the cases are done.

use auth_schema::ddl::Engine;
use auth_schema::live::{LiveColumn, LiveTable};
use auth_schema::{Field, Model, Schema, SchemaError, same_name};

use crate::discover;

/// A model as it is worked on: with a field for every column of its table, and without anything unique, because that is what its
/// rows are not yet. The columns whose type is not known are told by name.
pub(super) fn whole(
    model: &Model,
    table: &LiveTable,
    engine: Engine,
) -> Result<(Model, Vec<String>), SchemaError> {
    // The adapter tells which of the core fields lack a column.
    let core = Schema::core();
    let needed =
        core.find(model.name()).and_then(|id| core.model(id)).map_or(0, |model| model.fields().len());
    let is_there = |field: &Field| table.column(&field.column).is_some();
    let present = model.fields().iter().enumerate().skip(1);
    let present = present.filter(|(position, field)| *position < needed || is_there(field));
    let mut fields: Vec<Field> = present.map(|(_, field)| field.clone()).collect();
    for field in &mut fields {
        field.unique = false;
    }
    let mut unreadable = Vec::new();
    let claimed = |column: &LiveColumn| model.fields().iter().any(|field| field.column == column.name);
    for (number, column) in table.columns.iter().filter(|column| !claimed(column)).enumerate() {
        let meets = fields.iter().any(|field| same_name(&field.column, &column.name));
        match discover::field_type(engine, column).filter(|_| !meets) {
            Some(kind) => {
                let mut field = Field::new(format!("left_over_{number}"), kind).column(column.name.clone());
                field.required = column.required && !column.has_default;
                fields.push(field);
            }
            None => unreadable.push(column.name.clone()),
        }
    }
    let whole = Model::new(model.name(), model.table(), fields)?.with_ids(model.ids().clone());
    Ok((whole, unreadable))
}
