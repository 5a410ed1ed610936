//! Reads the live catalogue once and holds it against the schema.

mod column;
mod grade;
mod mysql;
mod postgres;
mod problem;
mod read;
mod remedy;
mod sqlite;

use auth_schema::Schema;
use auth_schema::live::LiveSchema;
use sea_orm::DatabaseConnection;

pub use self::problem::{CatalogueError, CatalogueProblem, Finding, Grade};

use super::adapter::{Shared, SqlAdapter};
use super::engine::Engine;
use super::pool::Pool;
use super::table::Table;
use crate::adapter::AdapterError;

/// A live catalogue, held against a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inspection {
    /// The live tables, also those of others.
    pub live: LiveSchema,
    /// What does not fit, the worst first, each grade in the schema's order.
    pub findings: Vec<Finding>,
}

impl SqlAdapter<'static> {
    /// Reads the live catalogue and holds it against a schema; nothing is changed. Three round trips, on SQLite one more
    /// for each table.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Unavailable`] when the database does not answer. What does not fit is no error here.
    pub async fn inspect(
        connection: &DatabaseConnection,
        schema: &Schema,
    ) -> Result<Inspection, AdapterError> {
        let pool = Pool::plain(connection.clone());
        let engine = Engine::detect(&pool).await?;
        let live = read::read(&pool, schema).await?;
        let (_, findings) = grade::grade(engine, schema, &live);
        Ok(Inspection { live, findings })
    }
}

impl SqlAdapter<'_> {
    /// Reads the live catalogue again and holds it against the schema: whether the database answers, and its tables still fit. Three
    /// round trips, on SQLite one more for each table. Nothing is logged.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Catalogue`] with everything that is fatal; [`AdapterError::Unavailable`] when the database does not answer.
    pub async fn check(&self) -> Result<(), AdapterError> {
        let Shared { pool, engine, schema, .. } = &*self.shared;
        let live = read::read(pool, schema).await?;
        let (_, findings) = grade::grade(*engine, schema, &live);
        let fatal = findings.into_iter().filter(|finding| finding.grade == Grade::Fatal);
        let problems: Vec<_> = fatal.map(|finding| finding.problem).collect();
        if problems.is_empty() { Ok(()) } else { Err(CatalogueError { problems }.into()) }
    }
}

/// Matches the schema with the live tables. A table that only an option needs (rate limits in the database)
/// may be missing: its place stays empty. What is degraded is told by a warning.
///
/// # Errors
///
/// [`AdapterError::Catalogue`] with everything that is fatal.
pub(super) async fn tables(
    pool: &Pool,
    engine: Engine,
    schema: &Schema,
) -> Result<Vec<Option<Table>>, AdapterError> {
    let live = read::read(pool, schema).await?;
    let (tables, findings) = grade::grade(engine, schema, &live);
    let mut problems = Vec::new();
    for Finding { grade, problem, remedy } in findings {
        match grade {
            Grade::Fatal => problems.push(problem),
            Grade::Degraded => tracing::warn!(name: "db.catalogue.degraded", %problem, %remedy),
            Grade::Advisory => tracing::debug!(name: "db.catalogue.advisory", %problem, %remedy),
        }
    }
    if problems.is_empty() { Ok(tables) } else { Err(CatalogueError { problems }.into()) }
}
