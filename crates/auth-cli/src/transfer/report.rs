//! What was moved.

use serde::Serialize;

use super::checksum::Totals;

/// What stands in a file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exported {
    /// Whether secrets were left out.
    pub redacted: bool,
    /// Rows and checksum of each model.
    pub totals: Totals,
}

/// What became of a file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Imported {
    /// Whether nothing was to be written.
    pub dry_run: bool,
    /// Each model of the file, in its order.
    pub models: Vec<ModelReport>,
}

/// One model.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ModelReport {
    /// Its name.
    pub model: String,
    /// How many rows the file has.
    pub rows: u64,
    /// How many of them were inserted, or would be.
    pub inserted: u64,
    /// How many were there already.
    pub present: u64,
    /// How many the database has that are not in the file.
    pub others: u64,
    /// The checksum of the file's rows, computed from what stands in the database.
    pub sha256: String,
}

impl Imported {
    /// Whether every row of the file was there already.
    pub fn is_nothing_new(&self) -> bool {
        self.models.iter().all(|model| model.inserted == 0)
    }
}
