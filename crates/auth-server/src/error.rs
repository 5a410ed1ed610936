//! A server that cannot start, or cannot go on.

use std::path::PathBuf;

use auth_core::BuildError;
use auth_core::adapter::AdapterError;
use auth_core::provider::ProviderError;
use migration::MigrationError;

/// A server that cannot start, or cannot go on. Never holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// A variable is missing or wrong.
    #[error("{name} {problem}")]
    Variable {
        /// The variable.
        name: &'static str,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// A key of the configuration is wrong.
    #[error(transparent)]
    Settings(#[from] auth_core::config::SettingsError),
    /// The file of the schema is wrong.
    #[error("{} is not right", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<auth_schema::FileError>,
    },
    /// The settings do not go together.
    #[error("the settings are wrong")]
    Build(#[from] BuildError),
    /// The database holds tables of Better Auth under other names.
    #[error(
        "the database holds tables that look like Better Auth's under other names: set AUTH_NAMING=stock, or AUTH_CONFIG to \
         the file that `auth generate config` writes"
    )]
    Names,
    /// The database cannot be opened.
    #[error("the database cannot be opened")]
    Database(#[source] AdapterError),
    /// The database cannot be migrated.
    #[error("the database cannot be migrated")]
    Migration(#[from] MigrationError),
    /// A provider is configured wrongly.
    #[error("a provider is configured wrongly")]
    Provider(#[from] ProviderError),
    /// Metrics cannot be told.
    #[error("metrics cannot be told: another recorder of metrics is there already")]
    Metrics(#[source] metrics_exporter_prometheus::BuildError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: is the port taken? Set {variable} to another")]
    Listen {
        /// The address.
        address: String,
        /// The variable that says it.
        variable: &'static str,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}
