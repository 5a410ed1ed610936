//! A folder of a test's own.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use auth_core::schema::Schema;

use super::adapter::FileAdapter;

/// A folder for one database, removed with everything in it when it is dropped.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// An empty folder.
    pub fn new() -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("auth_file_{}_{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).expect("the folder is new");
        Self(folder)
    }

    /// Where the database is.
    pub fn file(&self) -> PathBuf {
        self.0.join("auth.json")
    }

    /// What the database's file holds.
    pub fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.file()).expect("the file is there")
    }

    /// The files beside it, and its own.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).expect("the folder is there");
        let name = |entry: std::io::Result<std::fs::DirEntry>| entry.expect("an entry").file_name();
        let mut names: Vec<String> =
            entries.map(|entry| name(entry).into_string().expect("names are text")).collect();
        names.sort();
        names
    }

    /// An adapter on it for the core models.
    pub fn open(&self) -> Arc<FileAdapter> {
        self.open_with(Schema::core())
    }

    /// An adapter on it for a schema of the test's own.
    pub fn open_with(&self, schema: Schema) -> Arc<FileAdapter> {
        Arc::new(FileAdapter::open(self.file(), schema).expect("the file opens"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
