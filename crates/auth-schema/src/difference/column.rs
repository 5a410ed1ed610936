//! The definition of a column in a table that stands among others.

use sea_query::{ColumnDef, ColumnType, Table};

use super::{Difference, literal};
use crate::ddl::column::{create, is_plain_text};
use crate::ddl::{self, Engine};
use crate::field::{Field, FieldType};
use crate::live::LiveColumn;
use crate::model::{FieldId, Model};

/// The definition: name, type, nullability and what rows that are there get.
pub(super) fn definition(
    difference: &Difference<'_>,
    model: &Model,
    id: FieldId,
    field: &Field,
    engine: Engine,
) -> String {
    let form = form(difference, model, id, field, engine);
    let plain = rendered(create(difference.schema, model, id, field, Some(engine), form), engine);
    // Behind the name, which may spell a type itself.
    let kind = plain.strip_prefix(&engine.quoted(&field.column)).unwrap_or_default().to_lowercase();
    match literal::default(field, engine, &kind).filter(|_| field.required) {
        Some(default) => format!("{plain} DEFAULT {default}"),
        None => plain,
    }
}

fn rendered(mut column: ColumnDef, engine: Engine) -> String {
    let mut table = Table::alter();
    let statement = ddl::render(table.table("t").add_column(&mut column), engine);
    let (_, definition) = statement.split_once("ADD COLUMN ").unwrap_or_default();
    definition.to_owned()
}

/// The type that the tables around give the column, where it differs from this library's own.
pub(super) fn form(
    difference: &Difference<'_>,
    model: &Model,
    id: FieldId,
    field: &Field,
    engine: Engine,
) -> Option<ColumnType> {
    own_form(difference, model, id, field, engine).map(ColumnType::custom)
}

fn own_form(
    difference: &Difference<'_>,
    model: &Model,
    id: FieldId,
    field: &Field,
    engine: Engine,
) -> Option<String> {
    // A text in a table of another character set must hold every letter all the same.
    if engine == Engine::Mysql && is_plain_text(model, id, field) {
        return Some("text CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci".to_owned());
    }
    if engine != difference.live.engine {
        return None;
    }
    if let Some(target) = target(difference, field) {
        return Some(exact(target, engine));
    }
    if !matches!(field.field_type, FieldType::Timestamp | FieldType::Boolean) {
        return None;
    }
    let sibling = |model: &Model| {
        let table = difference.live.table(model.table())?;
        let alike = model.fields().iter().filter(|other| other.field_type == field.field_type);
        alike.into_iter().find_map(|other| table.column(&other.column))
    };
    let sibling = sibling(model).or_else(|| difference.schema.models().find_map(|(_, model)| sibling(model)));
    sibling.map(|column| column.declared.clone())
}

fn target<'a>(difference: &Difference<'a>, field: &Field) -> Option<&'a LiveColumn> {
    let reference = field.references.as_ref()?;
    let model = difference.schema.model(difference.schema.find(&reference.model).ok()?).ok()?;
    let target = model.field(model.find(&reference.field).ok()?)?;
    difference.live.table(model.table())?.column(&target.column)
}

/// MySQL ties only columns of one character set and collation.
fn exact(column: &LiveColumn, engine: Engine) -> String {
    match &column.collation {
        Some(collation) if engine == Engine::Mysql => {
            let set = collation.split('_').next().unwrap_or_default();
            format!("{} CHARACTER SET {set} COLLATE {collation}", column.declared)
        }
        // SQLite tells its own types in capitals, whatever was written.
        _ => column.declared.to_lowercase(),
    }
}
