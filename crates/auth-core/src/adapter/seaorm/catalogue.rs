//! Reads the live catalogue once and holds it against the schema.

use std::collections::HashMap;
use std::fmt;

use auth_schema::{Field, FieldId, Model, ModelId, Schema};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, QueryResult, Statement};

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
    let live = Catalogue::read(connection, engine).await?;
    let mut problems = Vec::new();
    let tables =
        schema.models().map(|(id, model)| live.table(engine, schema, (id, model), &mut problems)).collect();
    if problems.is_empty() { Ok(tables) } else { Err(CatalogueError { problems }.into()) }
}

/// The live tables with their columns, and the unique and foreign keys.
#[derive(Default)]
struct Catalogue {
    tables: HashMap<String, HashMap<String, Live>>,
    constraints: HashMap<String, Vec<(String, Vec<String>)>>,
}

/// A live column: its type in lower case without length, its collation where the engine has one, and whether
/// it has a default.
struct Live {
    kind: String,
    collation: Option<String>,
    has_default: bool,
}

impl Catalogue {
    async fn read(connection: &DatabaseConnection, engine: Engine) -> Result<Self, AdapterError> {
        let (columns, constraints) = match engine.backend {
            DbBackend::Postgres => (POSTGRES, POSTGRES_CONSTRAINTS),
            DbBackend::MySql => (MYSQL, MYSQL_CONSTRAINTS),
            // SQLite names the columns themselves when a constraint is violated.
            _ => (SQLITE, ""),
        };
        let mut catalogue = Self::default();
        for row in rows(connection, engine, columns).await? {
            let declared = text(&row, 2)?.to_lowercase();
            let mut kind = declared.split('(').next().unwrap_or_default().trim().to_owned();
            if declared.contains(')') && declared.ends_with(" unsigned") {
                kind.push_str(" unsigned");
            }
            let collation = Some(text(&row, 3)?).filter(|name| !name.is_empty());
            let live = Live { kind, collation, has_default: text(&row, 4)? == "yes" };
            catalogue.tables.entry(text(&row, 0)?).or_default().insert(text(&row, 1)?, live);
        }
        if !constraints.is_empty() {
            for row in rows(connection, engine, constraints).await? {
                let (table, name, column) = (text(&row, 0)?, text(&row, 1)?, text(&row, 2)?);
                let of_table = catalogue.constraints.entry(table).or_default();
                match of_table.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, columns)) => columns.push(column),
                    None => of_table.push((name, vec![column])),
                }
            }
        }
        Ok(catalogue)
    }

    fn table(
        &self,
        engine: Engine,
        schema: &Schema,
        (id, model): (ModelId, &Model),
        problems: &mut Vec<CatalogueProblem>,
    ) -> Option<Table> {
        let Some(live) = self.tables.get(model.table()) else {
            if model.name() != "rate_limit" {
                problems.push(CatalogueProblem::MissingTable { table: model.table().to_owned() });
            }
            return None;
        };
        let mut columns = Vec::with_capacity(model.fields().len());
        for (position, field) in model.fields().iter().enumerate() {
            let is_id = schema.id_type(model, FieldId::new(position)).is_some();
            match column(engine, model, field, is_id, live.get(&field.column)) {
                Ok(column) => columns.push(column),
                Err(problem) => problems.push(problem),
            }
        }
        let mut table = Table::new(id, model, columns);
        for (name, columns) in self.constraints.get(model.table()).into_iter().flatten() {
            let fields = table.fields_of(columns.iter().map(String::as_str));
            table.constraints.push((name.clone(), fields));
        }
        Some(table)
    }
}

fn column(
    engine: Engine,
    model: &Model,
    field: &Field,
    is_id: bool,
    live: Option<&Live>,
) -> Result<Column, CatalogueProblem> {
    let (table, column) = (model.table().to_owned(), field.column.clone());
    let Some(live) = live else {
        return Err(CatalogueProblem::MissingColumn { table, column });
    };
    let storage = if is_id {
        Storage::choose_id(engine.backend, &live.kind)
    } else {
        Storage::choose(field.field_type, engine.backend, &live.kind)
    };
    let Some(storage) = storage else {
        let (found, needed) = (live.kind.clone(), format!("{:?}", field.field_type).to_lowercase());
        return Err(CatalogueProblem::WrongType { table, column, found, needed });
    };
    let exact = |name: &String| name.ends_with("_bin") || name.ends_with("_cs") || name == "binary";
    Ok(Column {
        field: field.name.clone(),
        name: column,
        storage,
        case_insensitive: live.collation.as_ref().is_some_and(|name| !exact(name)),
        nullable: !field.required,
        unique: field.unique,
        reference: field.references.is_some(),
        has_default: live.has_default,
    })
}

async fn rows(
    connection: &DatabaseConnection,
    engine: Engine,
    sql: &str,
) -> Result<Vec<QueryResult>, AdapterError> {
    let statement = Statement::from_string(engine.backend, sql);
    connection.query_all_raw(statement).await.map_err(|source| classify(source, READING, None))
}

fn text(row: &QueryResult, position: usize) -> Result<String, AdapterError> {
    let text = row.try_get_by_index::<Option<String>>(position);
    text.map(Option::unwrap_or_default).map_err(|source| classify(source, READING, None))
}

const READING: &str = "read the catalogue";

const POSTGRES: &str = "SELECT table_name::text, column_name::text, data_type::text, NULL::text, \
     CASE WHEN column_default IS NULL AND is_identity = 'NO' THEN 'no' ELSE 'yes' END \
     FROM information_schema.columns WHERE table_schema = ANY(current_schemas(false))";
const MYSQL: &str = "SELECT CAST(TABLE_NAME AS CHAR), CAST(COLUMN_NAME AS CHAR), CAST(COLUMN_TYPE AS CHAR), \
     CAST(COLLATION_NAME AS CHAR), \
     CASE WHEN COALESCE(COLUMN_DEFAULT, 'NULL') = 'NULL' THEN 'no' ELSE 'yes' END \
     FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()";
const SQLITE: &str = "SELECT m.name, p.name, p.type, NULL, \
     CASE WHEN p.dflt_value IS NULL THEN 'no' ELSE 'yes' END FROM sqlite_master AS m \
     JOIN pragma_table_info(m.name) AS p WHERE m.type = 'table'";

const POSTGRES_CONSTRAINTS: &str = "SELECT t.relname::text, k.name::text, a.attname::text FROM ( \
     SELECT x.indrelid AS relation, i.relname AS name, x.indkey::int2[] AS columns \
     FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid WHERE x.indisunique \
     UNION ALL SELECT conrelid, conname, conkey FROM pg_constraint WHERE contype = 'f') AS k \
     JOIN pg_class AS t ON t.oid = k.relation JOIN pg_namespace AS n ON n.oid = t.relnamespace \
     CROSS JOIN LATERAL unnest(k.columns) WITH ORDINALITY AS c (number, position) \
     JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = c.number \
     WHERE n.nspname = ANY(current_schemas(false)) ORDER BY t.relname, k.name, c.position";
const MYSQL_CONSTRAINTS: &str = "SELECT CAST(TABLE_NAME AS CHAR), CAST(INDEX_NAME AS CHAR), \
     CAST(COLUMN_NAME AS CHAR) FROM information_schema.STATISTICS \
     WHERE TABLE_SCHEMA = DATABASE() AND NON_UNIQUE = 0 \
     UNION ALL SELECT CAST(TABLE_NAME AS CHAR), CAST(CONSTRAINT_NAME AS CHAR), CAST(COLUMN_NAME AS CHAR) \
     FROM information_schema.KEY_COLUMN_USAGE \
     WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL";
