//! What the DDL makes, told instead of rendered: for generators of other languages.

use sea_query::{MysqlQueryBuilder, PostgresQueryBuilder, SqliteQueryBuilder, TableBuilder};

use super::{Engine, column, index, name};
use crate::error::SchemaError;
use crate::field::{Field, OnDelete};
use crate::id::IdType;
use crate::model::{FieldId, Model, Schema};

/// A table as [`super::script`] makes it.
#[derive(Debug, Clone, PartialEq)]
pub struct TablePlan<'a> {
    /// The model.
    pub model: &'a Model,
    /// Its columns, the id first.
    pub columns: Vec<ColumnPlan<'a>>,
    /// Its indexes, unique ones first.
    pub indexes: Vec<IndexPlan>,
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnPlan<'a> {
    /// The field.
    pub field: &'a Field,
    /// Its type, as the engine's DDL says it: `varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`.
    pub sql_type: String,
    /// What it holds if the field is an id or points to one.
    pub id_type: Option<IdType>,
    /// What it points to.
    pub foreign_key: Option<ForeignKeyPlan<'a>>,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignKeyPlan<'a> {
    /// Its name; SQLite has none.
    pub name: Option<String>,
    /// The model that it points to.
    pub model: &'a Model,
    /// The field there.
    pub field: &'a Field,
    /// What becomes of the row when the other goes.
    pub on_delete: OnDelete,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexPlan {
    /// Its name.
    pub name: String,
    /// Its fields, the leading one first.
    pub fields: Vec<FieldId>,
    /// Whether two rows with the same values are refused.
    pub unique: bool,
}

/// Tells the tables of a schema, each after those that it points to.
///
/// # Errors
///
/// Those of [`super::create_tables`].
pub fn plan(schema: &Schema, engine: Engine) -> Result<Vec<TablePlan<'_>>, SchemaError> {
    schema.creation_order().into_iter().map(|model| table(schema, model, engine)).collect()
}

fn table<'a>(schema: &'a Schema, model: &'a Model, engine: Engine) -> Result<TablePlan<'a>, SchemaError> {
    let columns = model.fields().iter().enumerate().map(|(position, field)| {
        let id = FieldId::new(position);
        Ok(ColumnPlan {
            field,
            sql_type: sql_type(schema, model, id, field, engine),
            id_type: schema.id_type(model, id),
            foreign_key: foreign_key(schema, model, field, engine)?,
        })
    });
    let indexes = index::groups(model).into_iter().map(|(fields, unique)| {
        let columns: Vec<&str> =
            fields.iter().filter_map(|id| model.field(*id)).map(|field| field.column.as_str()).collect();
        IndexPlan { name: index::index_name(model, &columns, unique), fields, unique }
    });
    Ok(TablePlan { model, columns: columns.collect::<Result<_, SchemaError>>()?, indexes: indexes.collect() })
}

fn sql_type(schema: &Schema, model: &Model, id: FieldId, field: &Field, engine: Engine) -> String {
    let column = column::create(schema, model, id, field, Some(engine), None);
    let mut text = String::new();
    if let Some(column_type) = column.get_column_type() {
        match engine {
            Engine::Sqlite => SqliteQueryBuilder.prepare_column_type(column_type, &mut text),
            Engine::Postgres => PostgresQueryBuilder.prepare_column_type(column_type, &mut text),
            Engine::Mysql => MysqlQueryBuilder.prepare_column_type(column_type, &mut text),
        }
    }
    text
}

fn foreign_key<'a>(
    schema: &'a Schema,
    model: &Model,
    field: &Field,
    engine: Engine,
) -> Result<Option<ForeignKeyPlan<'a>>, SchemaError> {
    let Some(reference) = &field.references else {
        return Ok(None);
    };
    let target = schema.model(schema.find(&reference.model)?)?;
    let name = name::constraint(model.table(), &[&field.column], "fkey");
    Ok(Some(ForeignKeyPlan {
        name: (engine != Engine::Sqlite).then_some(name),
        model: target,
        field: &target.fields()[target.find(&reference.field)?.position()],
        on_delete: reference.on_delete,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_is_what_the_script_says() {
        let schema = Schema::core();
        for engine in [Engine::Sqlite, Engine::Postgres, Engine::Mysql] {
            let script = super::super::script(&schema, engine).unwrap().join("\n");
            for table in plan(&schema, engine).unwrap() {
                for column in &table.columns {
                    let definition = format!("{} {} ", engine.quoted(&column.field.column), column.sql_type);
                    assert!(script.contains(&definition), "{definition}");
                    if let Some(name) = column.foreign_key.as_ref().and_then(|key| key.name.as_deref()) {
                        assert!(script.contains(&format!("CONSTRAINT {}", engine.quoted(name))), "{name}");
                    }
                }
                for index in &table.indexes {
                    let unique = if index.unique { "UNIQUE " } else { "" };
                    let start = format!("CREATE {unique}INDEX {}", engine.quoted(&index.name));
                    assert!(script.contains(&start), "{start}");
                }
            }
        }
    }
}
