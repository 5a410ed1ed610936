//! A database with many sessions, and the opponents on it, each with a pool of its own and the same settings.

use std::sync::Arc;

use auth_core::config::CoalescingConfig;
use auth_core::{Auth, DatabaseConfig, SeaOrmAdapter};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::crowd;
use sea_orm::DatabaseConnection;

use crate::plain::Plain;

/// The database of one engine.
pub struct Stage {
    pub backend: Backend,
    database: TestDatabase,
    admin: DatabaseConnection,
    sessions: usize,
}

impl Stage {
    pub async fn new(backend: Backend) -> Self {
        let database = backend.create().await;
        let admin = database.connect_for_long().await;
        migration::run(&admin).await.unwrap();
        Self { backend, database, admin, sessions: 0 }
    }

    /// Adds sessions up to so many, and gives tokens of 10,000 of them.
    pub async fn grow(&mut self, sessions: usize) -> Arc<Vec<String>> {
        crowd::fill(&self.admin, self.backend, self.sessions, sessions).await;
        self.sessions = sessions;
        Arc::new(crowd::tokens(&self.admin, 10_000).await)
    }

    /// Sessions whose tokens are known beforehand: a prefix and a number.
    pub async fn add_numbered(&self, prefix: &str, count: usize) {
        crowd::add_numbered(&self.admin, self.backend, prefix, count).await;
    }

    pub async fn ours(&self, coalescing: CoalescingConfig) -> Auth {
        let builder = SeaOrmAdapter::builder(self.connect().await).coalescing(coalescing);
        Auth::builder(Arc::new(builder.build().await.unwrap()), "x".repeat(32)).build().unwrap()
    }

    pub async fn connect(&self) -> DatabaseConnection {
        auth_core::connect(&self.config()).await.unwrap()
    }

    pub async fn plain(&self) -> Plain {
        Plain::connect(self.backend, &self.database.url, self.config().max_connections).await
    }

    pub async fn remove(self) {
        self.admin.close().await.unwrap();
        self.database.remove().await;
    }

    fn config(&self) -> DatabaseConfig {
        let mut config = DatabaseConfig::new(&self.database.url);
        config.max_connections = if self.backend == Backend::Sqlite { 4 } else { 10 };
        config
    }
}

/// The name of an engine as readers know it.
pub fn name(backend: Backend) -> &'static str {
    match backend {
        Backend::Postgres => "PostgreSQL",
        Backend::Mysql => "MariaDB",
        _ => "SQLite",
    }
}
