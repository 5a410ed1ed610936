//! Reads the live catalogue once and holds it against the schema.

use std::collections::HashMap;
use std::fmt;

use auth_schema::{Field, Model, ModelId, Schema};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use super::engine::Engine;
use super::error::classify;
use super::storage::Storage;
use super::table::{Column, Table};
use crate::adapter::AdapterError;

/// The database lacks what the schema needs. Lists everything at once and says what to run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CatalogueError {
    /// Every problem, in the schema's order.
    pub problems: Vec<CatalogueProblem>,
}

/// One thing that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CatalogueProblem {
    /// A table is not there.
    MissingTable {
        /// Its name.
        table: String,
    },
    /// A column is not there.
    MissingColumn {
        /// Its table.
        table: String,
        /// Its name.
        column: String,
    },
    /// A column's type cannot hold the field.
    WrongType {
        /// Its table.
        table: String,
        /// Its name.
        column: String,
        /// The type it has.
        found: String,
        /// What it must hold.
        needed: String,
    },
}

impl std::error::Error for CatalogueError {}

impl fmt::Display for CatalogueError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, problem) in self.problems.iter().enumerate() {
            formatter.write_str(if position == 0 { "the database does not fit: " } else { "; " })?;
            problem.fmt(formatter)?;
        }
        let is_missing_table = |problem: &_| matches!(problem, CatalogueProblem::MissingTable { .. });
        if self.problems.iter().any(is_missing_table) {
            formatter
                .write_str(". Is this the right database? Then run `cargo run -p migration` with its URL")
        } else {
            formatter.write_str(
                ". Run `cargo run -p migration -- status`; what was changed by hand must be changed back by hand",
            )
        }
    }
}

impl fmt::Display for CatalogueProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingTable { table } => write!(formatter, "table {table} is missing"),
            Self::MissingColumn { table, column } => write!(formatter, "column {table}.{column} is missing"),
            Self::WrongType { table, column, found, needed } => {
                write!(formatter, "column {table}.{column} is of type {found}, which cannot hold {needed}")
            }
        }
    }
}

/// Matches the schema with the live tables. A table that only an option needs (rate limits in the database)
/// may be missing: its place stays empty.
///
/// # Errors
///
/// [`AdapterError::Catalogue`] with everything that does not fit.
pub(super) async fn tables(
    connection: &DatabaseConnection,
    engine: Engine,
    schema: &Schema,
) -> Result<Vec<Option<Table>>, AdapterError> {
    let live = read(connection, engine).await?;
    let mut problems = Vec::new();
    let tables = schema
        .models()
        .map(|(id, model)| table(engine, id, model, live.get(model.table()), &mut problems))
        .collect();
    if problems.is_empty() { Ok(tables) } else { Err(CatalogueError { problems }.into()) }
}

/// A live column: its type in lower case without length, and its collation where the engine has one.
struct Live {
    live_type: String,
    collation: Option<String>,
}

type LiveTables = HashMap<String, HashMap<String, Live>>;

async fn read(connection: &DatabaseConnection, engine: Engine) -> Result<LiveTables, AdapterError> {
    let sql = match engine.backend {
        DbBackend::Postgres => POSTGRES,
        DbBackend::MySql => MYSQL,
        _ => SQLITE,
    };
    let failed = |source| classify(source, "read the catalogue", None);
    let mut tables = LiveTables::new();
    for row in connection.query_all_raw(Statement::from_string(engine.backend, sql)).await.map_err(failed)? {
        let text = |position| row.try_get_by_index::<Option<String>>(position).map_err(failed);
        let (table, column) = (text(0)?.unwrap_or_default(), text(1)?.unwrap_or_default());
        let declared = text(2)?.unwrap_or_default().to_lowercase();
        let live_type = declared.split('(').next().unwrap_or_default().trim().to_owned();
        tables.entry(table).or_default().insert(column, Live { live_type, collation: text(3)? });
    }
    Ok(tables)
}

fn table(
    engine: Engine,
    id: ModelId,
    model: &Model,
    live: Option<&HashMap<String, Live>>,
    problems: &mut Vec<CatalogueProblem>,
) -> Option<Table> {
    let Some(live) = live else {
        if id != auth_schema::rate_limit::MODEL {
            problems.push(CatalogueProblem::MissingTable { table: model.table().to_owned() });
        }
        return None;
    };
    let mut columns = Vec::with_capacity(model.fields().len());
    for field in model.fields() {
        match column(engine, model, field, live.get(&field.column)) {
            Ok(column) => columns.push(column),
            Err(problem) => problems.push(problem),
        }
    }
    Some(Table::new(id, model, columns))
}

fn column(
    engine: Engine,
    model: &Model,
    field: &Field,
    live: Option<&Live>,
) -> Result<Column, CatalogueProblem> {
    let (table, column) = (model.table().to_owned(), field.column.clone());
    let Some(live) = live else {
        return Err(CatalogueProblem::MissingColumn { table, column });
    };
    let Some(storage) = Storage::choose(field.field_type, engine.backend, &live.live_type) else {
        let (found, needed) = (live.live_type.clone(), format!("{:?}", field.field_type).to_lowercase());
        return Err(CatalogueProblem::WrongType { table, column, found, needed });
    };
    let case_insensitive =
        live.collation.as_ref().is_some_and(|name| !name.ends_with("_bin") && !name.ends_with("_cs"));
    Ok(Column { name: column, storage, case_insensitive, nullable: !field.required, unique: field.unique })
}

const POSTGRES: &str = "SELECT table_name::text, column_name::text, data_type::text, NULL::text \
     FROM information_schema.columns WHERE table_schema = ANY(current_schemas(false))";
const MYSQL: &str = "SELECT CAST(TABLE_NAME AS CHAR), CAST(COLUMN_NAME AS CHAR), CAST(DATA_TYPE AS CHAR), \
     CAST(COLLATION_NAME AS CHAR) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()";
const SQLITE: &str = "SELECT m.name, p.name, p.type, NULL FROM sqlite_master AS m \
     JOIN pragma_table_info(m.name) AS p WHERE m.type = 'table'";
