//! The database that is served, and the services on its present description.

use std::sync::Arc;

use async_trait::async_trait;
use auth_core::adapter::{Adapter, AdapterError};
use auth_core::{Auth, DatabaseConfig, DatabaseConnection, MemoryAdapter, SeaOrmAdapter, connect};
use auth_schema::Schema;

use super::error::ServeError;

/// A database of its own for the other program.
#[derive(Debug)]
pub enum Database {
    /// In the process.
    Memory(MemoryAdapter),
    /// Behind SeaORM.
    Sql {
        /// The address.
        url: String,
        /// The pool.
        connection: DatabaseConnection,
        /// The tables that were made.
        made: Option<Schema>,
    },
    /// Behind an adapter of another package.
    Other(Box<dyn OtherDatabase>),
}

/// A database behind an adapter of another package.
#[async_trait]
pub trait OtherDatabase: std::fmt::Debug + Send + Sync {
    /// Empties it, and makes what a schema needs.
    async fn migrate(&mut self, schema: &Schema) -> Result<(), AdapterError>;

    /// An adapter for a schema.
    async fn adapter(&self, schema: &Schema) -> Result<Arc<dyn Adapter>, AdapterError>;
}

impl Database {
    /// Opens it.
    ///
    /// # Errors
    ///
    /// As [`connect`].
    pub async fn open(url: &str) -> Result<Self, AdapterError> {
        if url == "memory:" {
            return Ok(Self::Memory(MemoryAdapter::new()));
        }
        let connection = connect(&DatabaseConfig::new(url)).await?;
        Ok(Self::Sql { url: url.to_owned(), connection, made: None })
    }

    /// Drops the tables that were made before, and makes those of a schema.
    pub(super) async fn migrate(&mut self, schema: &Schema) -> Result<(), AdapterError> {
        match self {
            Self::Memory(adapter) => *adapter = MemoryAdapter::with_schema(schema.clone()),
            Self::Sql { url, connection, made } => {
                if let Some(old) = made.take() {
                    SeaOrmAdapter::drop_tables(connection, &old).await?;
                }
                // Statements that were prepared for the old tables must not meet the new ones.
                *connection = connect(&DatabaseConfig::new(url.as_str())).await?;
                // A run that was killed has left its tables.
                SeaOrmAdapter::drop_tables(connection, schema).await?;
                *made = Some(schema.clone());
                SeaOrmAdapter::create_tables(connection, schema).await?;
            }
            Self::Other(database) => database.migrate(schema).await?,
        }
        Ok(())
    }

    /// The services on a description.
    pub(super) async fn services(&self, schema: &Schema, default_limit: u64) -> Result<Auth, ServeError> {
        let adapter: Arc<dyn Adapter> = match self {
            Self::Memory(adapter) => Arc::new(adapter.redescribed(schema.clone())),
            Self::Sql { connection, .. } => {
                Arc::new(SeaOrmAdapter::with_schema(connection.clone(), schema.clone()).await?)
            }
            Self::Other(database) => database.adapter(schema).await?,
        };
        // Nothing is signed here.
        let auth = Auth::builder(adapter, "-".repeat(32)).default_find_many_limit(default_limit);
        Ok(auth.build()?)
    }
}
