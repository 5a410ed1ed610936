//! The DDL of the dictionary, per engine.
//!
//! Generators and tests read it. Migrations are frozen and never do; a test compares the tables that they
//! make with these, column by column and index by index.
//!
//! | field | PostgreSQL | MySQL, MariaDB | SQLite |
//! |---|---|---|---|
//! | `id`, a reference to one | `text`, `uuid` | `varchar(64)`, bytewise | `text` |
//! | numbered `id`, a reference to one | `bigint` | `bigint` | `integer` |
//! | text that is unique or indexed | `text` | `varchar(255)`, bytewise | `text` |
//! | text that is sortable | `text` | `varchar(255)` | `text` |
//! | text that is long | `text` | `mediumtext` | `text` |
//! | any other text | `text` | `text` | `text` |
//! | integer, big integer | `integer`, `bigint` | `int`, `bigint` | `integer` |
//! | float | `double precision` | `double` | `double` |
//! | boolean | `boolean` | `bool` | `boolean` |
//! | timestamp | `timestamptz` | `datetime(3)` | `timestamp_with_timezone_text` |
//! | decimal | `numeric` | `decimal(38, 12)` | `text` |
//! | bytes, UUID | `bytea`, `uuid` | `longblob`, `char(36)` | `blob`, `text` |
//! | day, time of day | `date`, `time` | `date`, `time(6)` | `text` |
//! | JSON, lists | `jsonb` | `json` | `text` |
//!
//! Bytewise is the collation `utf8mb4_bin`: `A` is not `a`. `datetime(3)` holds UTC with milliseconds.

pub(crate) mod column;
mod grants;
pub(crate) mod index;
pub(crate) mod name;
mod plan;
pub(crate) mod table;

use sea_query::{
    ColumnType, IndexCreateStatement, MysqlQueryBuilder, PostgresQueryBuilder, SchemaStatementBuilder,
    SqliteQueryBuilder, Table, TableCreateStatement,
};

use crate::error::SchemaError;
use crate::field::Field;
use crate::model::{FieldId, Model, Schema};

pub use grants::{GrantError, Grantee, grants};
pub use name::constraint as constraint_name;
pub use plan::{ColumnPlan, ForeignKeyPlan, IndexPlan, TablePlan, plan};

/// A database engine, as far as its DDL goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Engine {
    /// SQLite 3.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// MySQL 8 and MariaDB.
    Mysql,
}

impl Engine {
    /// A name between the engine's quotation marks.
    pub fn quoted(self, name: &str) -> String {
        let mark = if self == Self::Mysql { "`" } else { "\"" };
        format!("{mark}{}{mark}", name.replace(mark, &mark.repeat(2)))
    }
}

/// Declares the tables, each after those that it points to, with primary keys and foreign keys but without the
/// indexes ([`create_indexes`]).
///
/// Every constraint is named, `auth_sessions_user_id_fkey`; SQLite's builder leaves foreign keys unnamed.
///
/// # Errors
///
/// [`SchemaError::UnknownModel`] or [`SchemaError::UnknownField`] when a field references what the schema
/// does not have.
pub fn create_tables(schema: &Schema, engine: Engine) -> Result<Vec<TableCreateStatement>, SchemaError> {
    schema
        .creation_order()
        .into_iter()
        .map(|model| table::create(schema, model, Some(engine), &|_, _| None))
        .collect()
}

/// Declares the indexes that the fields ask for: one for each unique field, each group of fields that are
/// unique together, and each indexed field. The `id` has its primary key instead.
pub fn create_indexes(schema: &Schema) -> Vec<IndexCreateStatement> {
    schema.models().flat_map(|(_, model)| index::create(model)).collect()
}

/// Declares the tables without an engine's types, unique fields included: the form that a generator of
/// entities reads. `form` gives columns a type of their own, for entities of tables that others have made.
///
/// Instants are `timestamp_with_time_zone` and short texts are `string`: a generator leaves out columns
/// whose type only one engine knows.
///
/// # Errors
///
/// Those of [`create_tables`].
pub fn neutral_tables(
    schema: &Schema,
    form: &dyn Fn(&Model, FieldId, &Field) -> Option<ColumnType>,
) -> Result<Vec<TableCreateStatement>, SchemaError> {
    let create = |(_, model): (_, &Model)| {
        let mut table = table::create(schema, model, None, &|id, field| form(model, id, field))?;
        for mut unique in index::create(model).into_iter().filter(IndexCreateStatement::is_unique_key) {
            // A generator makes functions of the names.
            let name = unique.get_index_spec().get_name().map(crate::model::snake_case);
            table.index(unique.name(name.unwrap_or_default()));
        }
        Ok(table)
    };
    schema.models().map(create).collect()
}

/// Renders a statement as the SQL of an engine.
pub fn render(statement: &impl SchemaStatementBuilder, engine: Engine) -> String {
    match engine {
        Engine::Sqlite => statement.build(SqliteQueryBuilder),
        Engine::Postgres => statement.build(PostgresQueryBuilder),
        Engine::Mysql => statement.build(MysqlQueryBuilder),
    }
}

/// Renders the statement that gives the column of a field the type that it has here; what stands in it is converted, or the
/// statement fails and changes nothing. SQLite has no such statement.
pub fn modify_column(schema: &Schema, model: &Model, id: FieldId, engine: Engine) -> Option<String> {
    let field = model.field(id).filter(|_| engine != Engine::Sqlite)?;
    if engine == Engine::Mysql {
        let column = column::create(schema, model, id, field, Some(engine), None);
        return Some(render(Table::alter().table(model.table().to_owned()).modify_column(column), engine));
    }
    // PostgreSQL converts what has no cast of its own, such as text, only where it is told how.
    let (table, name) = (engine.quoted(model.table()), engine.quoted(&field.column));
    let kind = column_type(schema, model, id, engine)?;
    let null = if field.required { "SET NOT NULL" } else { "DROP NOT NULL" };
    let change = format!("ALTER COLUMN {name} TYPE {kind} USING {name}::{kind}, ALTER COLUMN {name} {null}");
    Some(format!("ALTER TABLE {table} {change}"))
}

/// Renders the type of the column of a field: `varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`.
pub fn column_type(schema: &Schema, model: &Model, id: FieldId, engine: Engine) -> Option<String> {
    let field = model.field(id)?;
    let column = column::create(schema, model, id, field, Some(engine), None);
    let added = render(Table::alter().table("t").add_column(column), engine);
    let (_, definition) = added.split_once(&format!("ADD COLUMN {} ", engine.quoted(&field.column)))?;
    definition.split(if field.required { " NOT NULL" } else { " NULL" }).next().map(str::to_owned)
}

/// Renders everything that creates the schema in an empty database, in the order of execution: each table,
/// then its indexes.
///
/// # Errors
///
/// Those of [`create_tables`].
pub fn script(schema: &Schema, engine: Engine) -> Result<Vec<String>, SchemaError> {
    let mut script = Vec::new();
    for model in schema.creation_order() {
        script.push(render(&table::create(schema, model, Some(engine), &|_, _| None)?, engine));
        // A table that points to a unique field needs its index first.
        script.extend(index::create(model).iter().map(|index| render(index, engine)));
    }
    Ok(script)
}

#[cfg(test)]
mod tests;
