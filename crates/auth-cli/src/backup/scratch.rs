//! A database that is made to restore a backup into, and dropped.

use std::path::Path;

use auth_core::adapter::seaorm::{create_database, drop_database};
use auth_core::domain::{Random, SystemRandom};
use auth_core::{DatabaseConfig, DatabaseConnection, SeaOrmAdapter};
use auth_schema::Schema;
use url::Url;

use super::engine::Engine;
use super::error::BackupError;
use super::{mysql, postgres};
use crate::adopt::Shown;
use crate::transfer::{Totals, totals};

/// Restores a backup into a new database on the server, reads every row and drops the database.
pub(super) async fn read(
    server: &DatabaseConnection,
    (url, engine): (&Url, Engine),
    file: &Path,
    schema: &Schema,
    shown: Shown,
) -> Result<Totals, BackupError> {
    let mut number = [0; 8];
    SystemRandom.fill(&mut number);
    let name = format!("auth_verify_{:016x}", u64::from_be_bytes(number));
    create_database(server, &name).await.map_err(|error| BackupError::NoScratch(Box::new(error)))?;
    let scratch = beside(url, &name);
    let outcome = restore_and_read(&scratch, engine, file, schema, shown).await;
    let dropped = drop_database(server, &name).await;
    let totals = outcome?;
    dropped?;
    Ok(totals)
}

/// The URL of another database on the same server.
fn beside(url: &Url, name: &str) -> Url {
    let mut beside = url.clone();
    beside.set_path(&format!("/{name}"));
    // It would outweigh the path.
    let others: Vec<_> = url.query_pairs().filter(|(key, _)| key != "dbname").collect();
    beside.set_query(None);
    if !others.is_empty() {
        beside.query_pairs_mut().extend_pairs(others);
    }
    beside
}

async fn restore_and_read(
    url: &Url,
    engine: Engine,
    file: &Path,
    schema: &Schema,
    shown: Shown,
) -> Result<Totals, BackupError> {
    match engine {
        Engine::Postgres => postgres::restore(url, file)?,
        _ => mysql::restore(url, engine, file)?,
    }
    let mut config = DatabaseConfig::new(url.as_str());
    config.statement_timeout = None;
    let connection = auth_core::connect(&config).await?;
    let adapter = SeaOrmAdapter::with_schema(connection.clone(), schema.clone()).await;
    let totals = match adapter {
        Ok(adapter) => totals(&adapter, shown, "reading the restored backup").await.map_err(Into::into),
        Err(error) => Err(error.into()),
    };
    // Before the database is dropped: nobody may be in it.
    let _ = connection.close().await;
    totals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_names_the_database_of_the_backup() {
        for (url, expected) in [
            ("postgres://ada@db/app", "postgres://ada@db/new"),
            ("postgres://ada@db?dbname=app&sslmode=require", "postgres://ada@db/new?sslmode=require"),
        ] {
            assert_eq!(beside(&Url::parse(url).unwrap(), "new").as_str(), expected);
        }
    }
}
