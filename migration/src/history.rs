//! Which migrations a database has seen. Reading never creates a table.

use std::collections::HashSet;

use sea_orm_migration::sea_orm::sea_query::Query;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseConnection};
use sea_orm_migration::{DbErr, SchemaManager};

use crate::{MigrationError, migrations};

/// The table that records what was applied by this crate's own commands.
pub const HISTORY_TABLE: &str = "auth_migrations";

/// A migration and whether the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MigrationState {
    /// The migration's name.
    pub name: String,
    /// Whether it is recorded as applied.
    pub applied: bool,
}

/// Lists every known migration in order, with its state.
///
/// # Errors
/// [`MigrationError::NewerDatabase`] when the history names one that is not known.
pub(crate) async fn read(db: &DatabaseConnection) -> Result<Vec<MigrationState>, MigrationError> {
    let mut recorded = recorded(db)
        .await
        .map_err(|source| MigrationError::Database { doing: "read the history of migrations", source })?;
    let states = migrations()
        .iter()
        .map(|migration| migration.name().to_owned())
        .map(|name| MigrationState { applied: recorded.remove(&name), name })
        .collect();
    if recorded.is_empty() {
        return Ok(states);
    }
    let mut names = Vec::from_iter(recorded);
    names.sort();
    Err(MigrationError::NewerDatabase { names })
}

async fn recorded(db: &DatabaseConnection) -> Result<HashSet<String>, DbErr> {
    if !SchemaManager::new(db).has_table(HISTORY_TABLE).await? {
        return Ok(HashSet::new());
    }
    let versions = Query::select().column("version").from(HISTORY_TABLE).take();
    db.query_all(&versions).await?.iter().map(|row| row.try_get("", "version")).collect()
}
