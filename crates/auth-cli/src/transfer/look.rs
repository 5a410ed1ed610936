//! Holds rows of the file against the rows that the database has.

use std::collections::HashMap;

use auth_core::SeaOrmAdapter;
use auth_core::adapter::{Adapter, Filter, Query, Value};
use auth_schema::FieldId;

use super::batch::{Batch, FileRow};
use super::checksum::Checksum;
use super::error::TransferError;
use super::layout::{Layout, differing_fields};

/// What was found, by positions in the batch.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Rows that are not there.
    pub(super) missing: Vec<usize>,
    /// Rows that are there but for what points to rows that may come later.
    pub(super) unlinked: Vec<usize>,
    /// How many are there as they are in the file.
    pub(super) equal: u64,
    /// Those that are there and hold something else.
    pub(super) differing: Differing,
}

/// Rows that differ: how many, and the first of them in words.
#[derive(Debug, Default)]
pub(super) struct Differing {
    pub(super) count: u64,
    told: Vec<String>,
}

impl Differing {
    pub(super) fn add(&mut self, other: Self) {
        self.count += other.count;
        self.told.extend(other.told);
        self.told.truncate(TOLD);
    }

    pub(super) fn first(&self) -> String {
        self.told.join("; ")
    }

    fn note(&mut self, layout: &Layout, row: &FileRow, there: &[u8]) {
        self.count += 1;
        if self.told.len() < TOLD {
            let fields = differing_fields(&row.canonical, there).join(", ");
            self.told.push(format!("line {}, {} {:?} differs in {fields}", row.line, layout.name, row.id));
        }
    }
}

/// Looks at the rows of the database that have the ids of a batch, and adds those that are equal to a checksum. A round trip
/// for each 256 of them.
pub(super) async fn look(
    adapter: &SeaOrmAdapter,
    layout: &Layout,
    batch: &Batch,
    checksum: &mut Checksum,
) -> Result<Found, TransferError> {
    let mut there = HashMap::with_capacity(batch.rows.len());
    for some in batch.rows.chunks(IDS) {
        let ids = some.iter().map(|row| Value::Text(row.id.clone()));
        for row in adapter.find_many(Query::new(layout.model).filter(Filter::ids(ids))).await? {
            let mut bytes = Vec::new();
            let unwritable = |source| TransferError::Unwritable { model: layout.name.clone(), source };
            layout.write(&row.record, &mut bytes).map_err(unwritable)?;
            if let Some(Value::Text(id)) = row.record.get(FieldId::ID) {
                there.insert(id.clone(), bytes);
            }
        }
    }
    let mut found = Found::default();
    for (position, row) in batch.rows.iter().enumerate() {
        match there.get(&row.id) {
            None => found.missing.push(position),
            Some(bytes) if *bytes == row.canonical => {
                found.equal += 1;
                checksum.add(bytes);
            }
            Some(bytes) if row.unlinked.as_ref().is_some_and(|(_, unlinked)| unlinked == bytes) => {
                found.unlinked.push(position);
            }
            Some(bytes) => found.differing.note(layout, row, bytes),
        }
    }
    Ok(found)
}

const TOLD: usize = 5;
/// Few enough that the statement goes out in one write: see the rows of one INSERT in `create_many`.
const IDS: usize = 256;
