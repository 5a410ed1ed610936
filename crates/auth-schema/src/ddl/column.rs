//! The column of a field, in the type that each engine gives it.

use sea_query::ColumnDef;

use super::Engine;
use crate::field::{Field, FieldType};
use crate::model::{FieldId, Model};

/// Declares the column of a field; without an engine, in the neutral form.
pub(super) fn create(model: &Model, id: FieldId, field: &Field, engine: Option<Engine>) -> ColumnDef {
    let mut column = ColumnDef::new(field.column.clone());
    match field.field_type {
        FieldType::String => text(&mut column, Text::of(model, id, field), engine),
        FieldType::Integer => column.integer(),
        FieldType::BigInteger => column.big_integer(),
        FieldType::Float => column.double(),
        FieldType::Boolean => column.boolean(),
        FieldType::Timestamp => match engine {
            Some(Engine::Mysql) => column.custom("datetime(3)"),
            Some(Engine::Postgres) => column.custom("timestamp(3) with time zone"),
            _ => column.timestamp_with_time_zone(),
        },
        FieldType::Json | FieldType::StringList | FieldType::NumberList => match engine {
            Some(Engine::Sqlite) => column.text(),
            Some(Engine::Postgres) => column.json_binary(),
            Some(Engine::Mysql) | None => column.json(),
        },
    };
    if field.required {
        column.not_null()
    } else {
        column.null()
    };
    column
}

/// What a text is for, which bounds it on engines that cannot index unbounded text.
#[derive(Clone, Copy)]
enum Text {
    Id,
    Key,
    Sortable,
    Long,
    Other,
}

impl Text {
    fn of(model: &Model, id: FieldId, field: &Field) -> Self {
        let unique_together = model.unique_together().iter().any(|group| group.contains(&id));
        match &field.references {
            _ if id == FieldId::ID => Self::Id,
            Some(reference) if reference.field == "id" => Self::Id,
            Some(_) => Self::Key,
            None if field.unique || field.index || unique_together => Self::Key,
            None if field.sortable => Self::Sortable,
            None if field.long => Self::Long,
            None => Self::Other,
        }
    }
}

fn text(column: &mut ColumnDef, text: Text, engine: Option<Engine>) -> &mut ColumnDef {
    match engine {
        Some(Engine::Sqlite | Engine::Postgres) => column.text(),
        Some(Engine::Mysql) => match text {
            Text::Id => column.custom("varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"),
            Text::Key => column.custom("varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"),
            Text::Sortable => column.string_len(255),
            Text::Long => column.custom("mediumtext"),
            Text::Other => column.text(),
        },
        None => match text {
            Text::Id | Text::Key | Text::Sortable => column.string(),
            Text::Long | Text::Other => column.text(),
        },
    }
}
