//! The table of a model: its columns, its primary key and its foreign keys.

use sea_query::{
    ColumnType, ForeignKey, ForeignKeyAction, ForeignKeyCreateStatement, Index, Table, TableCreateStatement,
};

use super::{Engine, column, name};
use crate::error::SchemaError;
use crate::field::{Field, OnDelete, Reference};
use crate::model::{FieldId, Model, Schema};

/// Declares the table of a model; without an engine, in the neutral form. `form` gives columns a type of their own.
pub(crate) fn create(
    schema: &Schema,
    model: &Model,
    engine: Option<Engine>,
    form: &dyn Fn(FieldId, &Field) -> Option<ColumnType>,
) -> Result<TableCreateStatement, SchemaError> {
    let mut table = Table::create();
    table.table(model.table().to_owned());
    for (position, field) in model.fields().iter().enumerate() {
        let id = FieldId::new(position);
        table.col(column::create(schema, model, id, field, engine, form(id, field)));
    }
    // SQLite numbers rows only where the primary key is said with the column itself.
    let inline = engine == Some(Engine::Sqlite) && column::is_numbered(model);
    if let Some(id) = model.field(FieldId::ID).filter(|_| !inline) {
        let name = name::constraint(model.table(), &[], "pkey");
        table.primary_key(Index::create().name(name).col(id.column.clone()));
    }
    for field in model.fields() {
        if let Some(reference) = &field.references {
            table.foreign_key(&mut foreign_key(schema, model, field, reference)?);
        }
    }
    if engine == Some(Engine::Mysql) {
        table.engine("InnoDB").character_set("utf8mb4").collate("utf8mb4_unicode_ci");
    }
    Ok(table)
}

fn foreign_key(
    schema: &Schema,
    model: &Model,
    field: &Field,
    reference: &Reference,
) -> Result<ForeignKeyCreateStatement, SchemaError> {
    let parent = schema.model(schema.find(&reference.model)?)?;
    let unknown =
        || SchemaError::UnknownField { model: parent.name().to_owned(), field: reference.field.clone() };
    let column = parent.field(parent.find(&reference.field)?).ok_or_else(unknown)?.column.clone();
    let action = match reference.on_delete {
        OnDelete::Cascade => ForeignKeyAction::Cascade,
        OnDelete::Restrict => ForeignKeyAction::Restrict,
        OnDelete::SetNull => ForeignKeyAction::SetNull,
        OnDelete::NoAction => ForeignKeyAction::NoAction,
    };
    let name = name::constraint(model.table(), &[&field.column], "fkey");
    Ok(ForeignKey::create()
        .name(name)
        .from(model.table().to_owned(), field.column.clone())
        .to(parent.table().to_owned(), column)
        .on_delete(action)
        .take())
}
