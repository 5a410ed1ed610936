//! Makes a backup and verifies it.

use std::fs::File;
use std::path::Path;

use auth_core::adapter::seaorm::copy_sqlite;
use auth_core::{DatabaseConnection, SeaOrmAdapter, server};
use auth_schema::Schema;
use serde::Serialize;
use time::OffsetDateTime;
use url::Url;

use super::engine::Engine;
use super::error::BackupError;
use super::manifest::Manifest;
use super::{mysql, postgres, scratch, sqlite};
use crate::adopt::Shown;
use crate::transfer::{PartFile, Totals, TransferError, totals, totals_of};

/// What is backed up, and how.
#[derive(Debug)]
pub struct Backup<'a> {
    /// The database.
    pub connection: DatabaseConnection,
    /// Its URL, for the tools.
    pub url: &'a str,
    /// Its schema: what is counted.
    pub schema: &'a Schema,
    /// Where the backup goes.
    pub file: &'a Path,
    /// Writes over a backup that is there.
    pub force: bool,
    /// Restores it and compares.
    pub verify: bool,
    /// Now.
    pub created_at: OffsetDateTime,
    /// How progress is shown.
    pub shown: Shown,
}

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Made {
    /// What it is.
    #[serde(flatten)]
    pub manifest: Manifest,
    /// Models that were written to while the backup was made, so that only their readability is proven. Always empty on PostgreSQL,
    /// whose dump is of the very moment that was counted.
    pub written_meanwhile: Vec<String>,
}

impl Backup<'_> {
    /// Makes the backup. It gets its name when it is verified; nobody who writes has to wait.
    ///
    /// # Errors
    ///
    /// When the backup cannot be made, or is not what the database was; then no file is left.
    pub async fn make(&self) -> Result<Made, BackupError> {
        let part = PartFile::create(self.file, self.force)?;
        let made = self.fill(part.part()).await?;
        // Whatever fails before the first name leaves the old pair.
        let manifest = made.manifest.begin(self.file)?;
        part.finish()?;
        manifest.finish()?;
        Ok(made)
    }

    async fn fill(&self, part: &Path) -> Result<Made, BackupError> {
        let server = server(&self.connection).await?;
        let engine = Engine::of(&server);
        let adapter = SeaOrmAdapter::with_schema(self.connection.clone(), self.schema.clone()).await?;
        let copied = match Box::pin(self.copied(&adapter, engine, part)).await {
            // Rows that came and went between the counts look like that, too: a second copy tells.
            Err(BackupError::Differs { .. }) if engine != Engine::Postgres => {
                emptied(part)?;
                Box::pin(self.copied(&adapter, engine, part)).await
            }
            copied => copied,
        };
        let (totals, written_meanwhile) = copied?;
        let manifest = Manifest::new((engine, server.version), self.created_at, part, totals)?;
        Ok(Made { manifest, written_meanwhile })
    }

    /// Copies the database and compares. Gives what the copy holds, if it was restored, and what could not be compared.
    async fn copied(
        &self,
        adapter: &SeaOrmAdapter,
        engine: Engine,
        part: &Path,
    ) -> Result<(Option<Totals>, Vec<String>), BackupError> {
        let before = self.copy(adapter, engine, part).await?;
        if !self.verify {
            return Ok((None, Vec::new()));
        }
        let restored = self.restored(engine, part).await?;
        let written_meanwhile = self.compare(adapter, engine, &before, &restored).await?;
        Ok((Some(restored), written_meanwhile))
    }

    /// Counts what stands in the database, and copies it.
    async fn copy(
        &self,
        adapter: &SeaOrmAdapter,
        engine: Engine,
        part: &Path,
    ) -> Result<Totals, BackupError> {
        let snapshot = adapter.snapshot().await?;
        let before = if self.verify {
            totals_of(adapter, &*snapshot, self.shown, "reading the database").await?
        } else {
            Totals::new()
        };
        match engine {
            Engine::Sqlite => copy_sqlite(&self.connection, part).await?,
            Engine::Postgres => {
                let name = match snapshot.adapter().seaorm() {
                    Some(adapter) => adapter.name_snapshot().await?,
                    None => None,
                };
                postgres::dump(&self.parsed()?, name.as_deref(), part)?;
            }
            Engine::Mysql | Engine::Mariadb => mysql::dump(&self.parsed()?, engine, part)?,
        }
        snapshot.rollback().await?;
        Ok(before)
    }

    async fn restored(&self, engine: Engine, part: &Path) -> Result<Totals, BackupError> {
        if engine == Engine::Sqlite {
            return sqlite::read(part, self.schema, self.shown).await;
        }
        scratch::read(&self.connection, (&self.parsed()?, engine), part, self.schema, self.shown).await
    }

    /// Holds the restored rows against those of the database, before the backup or after it.
    async fn compare(
        &self,
        adapter: &SeaOrmAdapter,
        engine: Engine,
        before: &Totals,
        restored: &Totals,
    ) -> Result<Vec<String>, BackupError> {
        let mut written_meanwhile = Vec::new();
        if before == restored {
            return Ok(written_meanwhile);
        }
        let after = if engine == Engine::Postgres {
            before.clone()
        } else {
            totals(adapter, self.shown, "reading the database again").await?
        };
        for (model, expected) in before {
            let found = restored.get(model);
            if found == Some(expected) || found == after.get(model) {
                continue;
            }
            if after.get(model) == Some(expected) {
                let (model, expected, found) = (model.clone(), expected.rows, found.map_or(0, |it| it.rows));
                return Err(BackupError::Differs { model, expected, found });
            }
            written_meanwhile.push(model.clone());
        }
        Ok(written_meanwhile)
    }

    fn parsed(&self) -> Result<Url, BackupError> {
        Url::parse(self.url).map_err(|_| BackupError::Url)
    }
}

/// A copy is written into an empty file only.
fn emptied(part: &Path) -> Result<(), TransferError> {
    let failed = |source| TransferError::File { what: "write", path: part.to_owned(), source };
    File::create(part).map(drop).map_err(failed)
}
