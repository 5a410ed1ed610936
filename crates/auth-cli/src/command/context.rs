//! What every command knows: the configuration, the database, and how to answer.

use std::error::Error;
use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use auth_core::adapter::Adapter;
use auth_core::config::Settings;
use auth_core::{DatabaseConfig, DatabaseConnection, SeaOrmAdapter};
use auth_schema::{FileError, Schema};
use clap::Args;
use serde::Serialize;

/// Options that stand before or after any command.
#[derive(Debug, Clone, Args)]
pub(super) struct Context {
    /// The database: sqlite:FILE, `postgres://USER@HOST/NAME` or `mysql://USER@HOST/NAME`.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    url: Option<String>,
    /// The same database by a user who may change its tables, for commands that do.
    #[arg(long, env = "MIGRATION_DATABASE_URL", hide_env_values = true, value_name = "URL", global = true)]
    migration_url: Option<String>,
    /// The schema's file. Default: `auth.toml` if it is there, else the names of this library.
    #[arg(long, env = "AUTH_CONFIG", value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Answer in JSON: one document on standard output, an error on standard error.
    #[arg(long, global = true)]
    pub(super) json: bool,
}

/// Why a command cannot begin.
#[derive(Debug, thiserror::Error)]
pub(super) enum ContextError {
    #[error("no database is named: give --url, or set DATABASE_URL")]
    NoUrl,
    #[error("there is no file {}: is the path right? auth migrate makes a new database", path.display())]
    NoFile { path: PathBuf },
    #[error("cannot read {}: give --config the path of your auth.toml", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{} is not right", path.display())]
    Wrong { path: PathBuf, source: FileError },
}

impl Context {
    /// The schema that the configuration describes; without one, that of this library.
    pub(super) fn schema(&self) -> Result<Schema, Box<dyn Error>> {
        Ok(self.configured_schema()?.unwrap_or_else(Schema::core))
    }

    /// The schema that the configuration describes, if there is one.
    pub(super) fn configured_schema(&self) -> Result<Option<Schema>, Box<dyn Error>> {
        self.read(Schema::from_toml)
    }

    /// What the file and the environment tell the application, so that a command does to the rows what the application would. Events
    /// of the audit trail stay where neither tells how long they are kept: the application may keep them for longer in code.
    #[expect(clippy::disallowed_methods, reason = "a command is configured by its environment")]
    pub(super) fn settings(&self) -> Result<Settings, Box<dyn Error>> {
        let file = self.read(auth_schema::settings)?.unwrap_or_default();
        let variable = |name: &str| match name {
            "DATABASE_URL" => self.url.clone(),
            // The address is named.
            _ if name.starts_with("DB_") => None,
            _ => std::env::var(name).ok().filter(|value| !value.is_empty()),
        };
        let mut settings = Settings::read(&file, variable)?;
        let says = file.contains_key("maintenance.retain_events_seconds")
            || variable("AUTH_RETAIN_EVENTS_SECONDS").is_some();
        if !says {
            settings.maintenance.retain_events_for = None;
        }
        Ok(settings)
    }

    /// What a reader makes of the configuration's file, if there is one.
    fn read<T>(&self, read: fn(&str) -> Result<T, FileError>) -> Result<Option<T>, Box<dyn Error>> {
        let default = Path::new("auth.toml");
        let path = match &self.config {
            Some(path) => path,
            None if default.exists() => default,
            None => return Ok(None),
        };
        let path = path.to_owned();
        let text = fs::read_to_string(&path)
            .map_err(|source| ContextError::Unreadable { path: path.clone(), source })?;
        Ok(Some(read(&text).map_err(|source| ContextError::Wrong { path, source })?))
    }

    /// The address of the database, if one is named.
    pub(super) fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// A connection to the database.
    pub(super) async fn connect(&self) -> Result<DatabaseConnection, Box<dyn Error>> {
        Ok(auth_core::connect(&self.config_of_database()?).await?)
    }

    /// A connection for reading that may take long.
    pub(super) async fn connect_for_long(&self) -> Result<DatabaseConnection, Box<dyn Error>> {
        let mut config = self.config_of_database()?;
        config.statement_timeout = None;
        Ok(auth_core::connect(&config).await?)
    }

    fn config_of_database(&self) -> Result<DatabaseConfig, ContextError> {
        let url = self.url.as_deref().ok_or(ContextError::NoUrl)?;
        // A name that was mistyped must not become a database; `migrate` makes one.
        match file_of(url).filter(|path| !path.exists()) {
            Some(path) => Err(ContextError::NoFile { path }),
            None => Ok(DatabaseConfig::new(url)),
        }
    }

    /// The address by the user who may change tables.
    pub(super) fn url_to_change(&self) -> Result<&str, ContextError> {
        self.migration_url.as_deref().or(self.url.as_deref()).ok_or(ContextError::NoUrl)
    }

    /// A connection that changes nothing, neither rows nor, on SQLite, how the file keeps its journal.
    pub(super) async fn connect_to_examine(&self) -> Result<DatabaseConnection, Box<dyn Error>> {
        let url = self.url.as_deref().ok_or(ContextError::NoUrl)?;
        match file_of(url).filter(|path| !path.exists()) {
            Some(path) => Err(ContextError::NoFile { path }.into()),
            None => Ok(auth_core::connect_to_examine(&DatabaseConfig::new(url)).await?),
        }
    }

    /// As [`Context::connect_to_migrate`], for tables that must be there.
    pub(super) async fn connect_to_change(&self) -> Result<DatabaseConnection, Box<dyn Error>> {
        let url = self.url_to_change()?;
        match file_of(url).filter(|path| !path.exists()) {
            Some(path) => Err(ContextError::NoFile { path }.into()),
            None => self.connect_to_migrate().await,
        }
    }

    /// A connection for work that may take long, by the user who may change tables.
    pub(super) async fn connect_to_migrate(&self) -> Result<DatabaseConnection, Box<dyn Error>> {
        let mut config = DatabaseConfig::new(self.url_to_change()?);
        config.statement_timeout = None;
        Ok(auth_core::connect(&config).await?)
    }

    /// Tells a person what happens; a program that reads JSON is told at the end.
    pub(super) fn tell(&self, what: &str) {
        if !self.json {
            eprintln!("{what} …");
        }
    }

    /// An adapter on the database; the tables must fit the configuration.
    pub(super) async fn adapter(&self) -> Result<Arc<dyn Adapter>, Box<dyn Error>> {
        let connection = self.connect().await?;
        Ok(Arc::new(SeaOrmAdapter::with_schema(connection, self.schema()?).await?))
    }

    /// Prints an answer. A reader that closed the pipe has seen enough.
    pub(super) fn answer<A: Serialize + fmt::Display>(&self, answer: &A) -> Result<(), Box<dyn Error>> {
        let text = if self.json { serde_json::to_string_pretty(answer)? } else { answer.to_string() };
        let _ = writeln!(io::stdout().lock(), "{}", text.trim_end());
        Ok(())
    }

    /// Prints an error with its causes.
    pub(super) fn report(&self, error: &dyn Error) {
        let mut causes = Vec::new();
        let mut source = error.source();
        while let Some(cause) = source {
            causes.push(cause.to_string());
            source = cause.source();
        }
        if self.json {
            eprintln!("{}", serde_json::json!({ "error": error.to_string(), "causes": causes }));
            return;
        }
        eprintln!("error: {error}");
        for cause in causes {
            eprintln!("  caused by: {cause}");
        }
    }
}

/// The file of a database of SQLite, unless the URL itself says what to do without one.
fn file_of(url: &str) -> Option<PathBuf> {
    let file =
        url.strip_prefix("sqlite:").filter(|file| !file.contains(":memory:") && !file.contains("mode="))?;
    Some(PathBuf::from(file.strip_prefix("//").unwrap_or(file).split('?').next()?))
}

/// Runs a command's future to its end.
pub(super) fn block_on<T>(
    future: impl Future<Output = Result<T, Box<dyn Error>>>,
) -> Result<T, Box<dyn Error>> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(future)
}
