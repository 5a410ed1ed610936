//! Looks whether a backup that was made earlier can be restored.

use std::path::Path;

use auth_core::{DatabaseConnection, SeaOrmAdapter, server};
use auth_schema::Schema;
use url::Url;

use super::engine::Engine;
use super::error::BackupError;
use super::manifest::Manifest;
use super::{scratch, sqlite};
use crate::adopt::Shown;
use crate::transfer::{Total, Totals, totals};

/// A backup that is to be looked at.
#[derive(Debug)]
pub struct Check<'a> {
    /// The backup; its manifest stands beside it.
    pub file: &'a Path,
    /// The schema of its tables.
    pub schema: &'a Schema,
    /// How progress is shown.
    pub shown: Shown,
}

impl Check<'_> {
    /// Holds the bytes against the manifest. Tells whether a server is needed to go on.
    ///
    /// # Errors
    ///
    /// [`BackupError::Changed`] when they are others; [`BackupError::NoManifest`].
    pub fn bytes(&self) -> Result<bool, BackupError> {
        let manifest = Manifest::read(self.file)?;
        manifest.check_bytes(self.file)?;
        Ok(manifest.engine != Engine::Sqlite)
    }

    /// Restores the backup, of a server into a new database on a server of the same engine, and holds every row against the
    /// manifest.
    ///
    /// # Errors
    ///
    /// When it cannot be restored, or holds something else.
    pub async fn restore(&self, on: Option<(&DatabaseConnection, &str)>) -> Result<Manifest, BackupError> {
        let mut manifest = Manifest::read(self.file)?;
        let found = match on {
            None => sqlite::read(self.file, self.schema, self.shown).await?,
            Some((connection, url)) => {
                let engine = Engine::of(&server(connection).await?);
                if engine != manifest.engine {
                    let (backup, server) = (manifest.engine.to_string(), engine.to_string());
                    return Err(BackupError::OtherEngine { backup, server });
                }
                let url = Url::parse(url).map_err(|_| BackupError::Url)?;
                scratch::read(connection, (&url, engine), self.file, self.schema, self.shown).await?
            }
        };
        self.compare(&manifest, &found)?;
        manifest.totals = Some(found);
        Ok(manifest)
    }

    /// Holds a database into which the backup was restored by other means against the manifest, before anybody writes to it.
    ///
    /// # Errors
    ///
    /// When it holds something else.
    pub async fn restored(&self, connection: DatabaseConnection) -> Result<Manifest, BackupError> {
        let mut manifest = Manifest::read(self.file)?;
        let adapter = SeaOrmAdapter::with_schema(connection, self.schema.clone()).await?;
        let found = totals(&adapter, self.shown, "reading the database").await?;
        self.compare(&manifest, &found)?;
        manifest.totals = Some(found);
        Ok(manifest)
    }

    fn compare(&self, manifest: &Manifest, found: &Totals) -> Result<(), BackupError> {
        let differs = |(model, total): &(&String, &Total)| found.get(*model) != Some(*total);
        match manifest.totals.iter().flatten().find(differs) {
            None => Ok(()),
            Some((model, _)) => {
                let path = Manifest::path(self.file);
                Err(BackupError::Untrue { path, model: model.clone() })
            }
        }
    }
}
