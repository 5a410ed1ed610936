//! Reads the live catalogue into plain values.

use auth_schema::OnDelete;
use auth_schema::Schema;
use auth_schema::ddl::Engine;
use auth_schema::live::{LiveColumn, LiveForeignKey, LiveIndex, LiveSchema, LiveTable};
use sea_orm::{DbBackend, QueryResult};

use super::super::error::{Failure, classify};
use super::super::pool::Pool;
use super::{mysql, postgres, sqlite};
use crate::adapter::AdapterError;

/// Reads all tables that a bare name reaches. Three round trips; on SQLite one more for the collations and one for
/// each table of the schema.
pub(super) async fn read(pool: &Pool, schema: &Schema) -> Result<LiveSchema, AdapterError> {
    let (engine, columns, indexes, foreign_keys) = match pool.backend() {
        DbBackend::Postgres => {
            (Engine::Postgres, postgres::COLUMNS, postgres::INDEXES, postgres::FOREIGN_KEYS)
        }
        DbBackend::MySql => (Engine::Mysql, mysql::COLUMNS, mysql::INDEXES, mysql::FOREIGN_KEYS),
        _ => (Engine::Sqlite, sqlite::COLUMNS, sqlite::INDEXES, sqlite::FOREIGN_KEYS),
    };
    let mut live = LiveSchema { engine, tables: Vec::new(), enforces_foreign_keys: true };
    for row in rows(pool, columns).await? {
        read_column(&mut live, &row)?;
    }
    for row in rows(pool, indexes).await? {
        read_index(&mut live, &row)?;
    }
    for row in rows(pool, foreign_keys).await? {
        read_foreign_key(&mut live, &row)?;
    }
    if engine == Engine::Sqlite {
        sqlite::read_collations(pool, &mut live).await?;
        sqlite::read_held(pool, &mut live, schema).await?;
        live.enforces_foreign_keys = sqlite::enforces_foreign_keys(pool).await?;
    }
    Ok(live)
}

fn read_column(live: &mut LiveSchema, row: &QueryResult) -> Result<(), AdapterError> {
    let name = text(row, 0)?;
    let column = LiveColumn {
        name: text(row, 1)?,
        declared: text(row, 2)?,
        required: flag(row, 3)?,
        has_default: flag(row, 4)?,
        generated: flag(row, 5)?,
        collation: Some(text(row, 6)?).filter(|name| !name.is_empty()),
        case_insensitive: flag(row, 7)?,
        holds: Vec::new(),
    };
    match live.tables.last_mut().filter(|table| table.name == name) {
        Some(table) => table.columns.push(column),
        None => live.tables.push(LiveTable { name, columns: vec![column], ..LiveTable::default() }),
    }
    Ok(())
}

fn read_index(live: &mut LiveSchema, row: &QueryResult) -> Result<(), AdapterError> {
    let (table, name, column) = (text(row, 0)?, text(row, 1)?, text(row, 2)?);
    let Some(table) = live.tables.iter_mut().find(|found| found.name == table) else {
        return Ok(());
    };
    // An expression has no name.
    let partial = flag(row, 5)? || column.is_empty();
    let primary = flag(row, 3)?;
    if primary {
        table.primary_key.push(column.clone());
    }
    let (special, held) = match live.engine {
        Engine::Postgres => (flag(row, 7)?, flag(row, 8)?),
        // It names those of constraints by itself.
        Engine::Sqlite => (false, name.starts_with("sqlite_autoindex_")),
        _ => (false, false),
    };
    if let Some(index) = table.indexes.iter_mut().find(|index| index.name == name) {
        index.columns.push(column);
        index.partial |= partial;
        index.special |= special;
        return Ok(());
    }
    let (unique, valid) = (flag(row, 4)?, flag(row, 6)?);
    let columns = vec![column];
    table.indexes.push(LiveIndex { name, columns, unique, partial, valid, primary, special, held });
    Ok(())
}

fn read_foreign_key(live: &mut LiveSchema, row: &QueryResult) -> Result<(), AdapterError> {
    let (table, name, column) = (text(row, 0)?, text(row, 1)?, text(row, 2)?);
    let Some(table) = live.tables.iter_mut().find(|found| found.name == table) else {
        return Ok(());
    };
    let target = text(row, 4)?;
    if let Some(key) = table.foreign_keys.iter_mut().find(|key| key.name == name) {
        key.columns.push(column);
        key.target.push(target);
        return Ok(());
    }
    let on_delete = match text(row, 5)?.as_str() {
        "CASCADE" => OnDelete::Cascade,
        "SET NULL" => OnDelete::SetNull,
        "RESTRICT" => OnDelete::Restrict,
        _ => OnDelete::NoAction,
    };
    let (columns, target) = (vec![column], vec![target]);
    let (to, valid) = (text(row, 3)?, flag(row, 6)?);
    table.foreign_keys.push(LiveForeignKey { name, columns, table: to, target, on_delete, valid });
    Ok(())
}

pub(super) async fn rows(pool: &Pool, sql: &str) -> Result<Vec<QueryResult>, AdapterError> {
    pool.all(sql, Vec::new()).await.map_err(failed)
}

/// A text; empty for null.
pub(super) fn text(row: &QueryResult, position: usize) -> Result<String, AdapterError> {
    row.try_get_by_index::<Option<String>>(position).map(Option::unwrap_or_default).map_err(failed)
}

/// A truth: MySQL and SQLite give a number.
pub(super) fn flag(row: &QueryResult, position: usize) -> Result<bool, AdapterError> {
    match row.try_get_by_index::<bool>(position) {
        Ok(truth) => Ok(truth),
        Err(_) => row.try_get_by_index::<i64>(position).map(|number| number != 0).map_err(failed),
    }
}

fn failed(source: impl Into<Failure>) -> AdapterError {
    classify(source, "read the catalogue", None)
}
