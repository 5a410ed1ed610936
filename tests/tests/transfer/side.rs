//! One side of a move: a database of its own, and the files between.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use auth_cli::adopt::Shown;
use auth_cli::transfer::{Export, Exported, Import, Imported, PartFile, TransferError};
use auth_core::SeaOrmAdapter;
use auth_core::adapter::{Adapter, Filter, Record};
use auth_schema::{ModelId, Schema};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::flavour::Flavour;
use time::macros::datetime;

/// A database with tables of a schema.
pub struct Side {
    database: Option<TestDatabase>,
    pub adapter: Arc<SeaOrmAdapter>,
}

impl Side {
    /// On the database of the test.
    pub async fn on(database: &TestDatabase, schema: &Schema) -> Self {
        Self { database: None, adapter: adapter(database, schema).await }
    }

    /// On a database of its own.
    pub async fn new(backend: Backend, schema: &Schema) -> Self {
        let database = backend.create().await;
        let adapter = adapter(&database, schema).await;
        Self { database: Some(database), adapter }
    }

    /// On a database of its own, with the tables of another's.
    pub async fn of_flavour(backend: Backend, flavour: Flavour) -> Self {
        let database = backend.create().await;
        let connection = database.connect().await;
        flavour.create(backend, &connection).await;
        let adapter = flavour.adapter(connection).build().await.expect("the tables fit");
        Self { database: Some(database), adapter: Arc::new(adapter) }
    }

    /// On a database of its own, on every engine.
    pub async fn everywhere(schema: &Schema) -> Vec<Self> {
        let mut sides = Vec::new();
        for backend in Backend::available().await.into_iter().filter(|backend| backend.is_an_engine()) {
            sides.push(Self::new(backend, schema).await);
        }
        sides
    }

    pub async fn export(&self, file: &Path, redact: bool) -> Exported {
        let mut out = PartFile::create(file, true).expect("a file is made");
        let exported = self.exporting(redact).write(&mut out).await.expect("it is exported");
        out.finish().expect("it gets its name");
        exported
    }

    pub fn exporting(&self, redact: bool) -> Export<'_> {
        Export {
            adapter: &self.adapter,
            engine: "an engine".to_owned(),
            redact,
            created_at: datetime!(2026-11-24 12:00 UTC),
            shown: Shown::None,
        }
    }

    pub async fn import(&self, file: &Path) -> Result<Imported, TransferError> {
        self.importing(file).run().await
    }

    pub fn importing<'a>(&'a self, file: &'a Path) -> Import<'a> {
        Import { adapter: &self.adapter, file, allow_redacted: false, dry_run: false, shown: Shown::None }
    }

    pub async fn create(&self, model: &str, rows: Vec<Record>) {
        self.adapter.create_many(self.model(model), rows).await.expect("the rows are made");
    }

    pub async fn count(&self, model: &str) -> u64 {
        self.adapter.count(self.model(model), Filter::everything()).await.expect("it is counted")
    }

    pub fn model(&self, name: &str) -> ModelId {
        self.adapter.schema().find(name).expect("the schema has it")
    }

    /// Drops the database, if it is its own.
    pub async fn remove(self) {
        if let Some(database) = self.database {
            database.remove().await;
        }
    }
}

async fn adapter(database: &TestDatabase, schema: &Schema) -> Arc<SeaOrmAdapter> {
    let connection = database.connect().await;
    SeaOrmAdapter::create_tables(&connection, schema).await.expect("the tables are made");
    Arc::new(SeaOrmAdapter::with_schema(connection, schema.clone()).await.expect("the tables fit"))
}

/// A file that goes with this value.
pub struct TempFile(PathBuf);

impl TempFile {
    pub fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("auth-transfer-{}-{number}.jsonl", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    pub fn text(&self) -> String {
        std::fs::read_to_string(&self.0).expect("the file is there")
    }

    pub fn write(&self, text: &str) {
        std::fs::write(&self.0, text).expect("the file is written");
    }
}

impl std::ops::Deref for TempFile {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
