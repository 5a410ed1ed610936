//! Writes all rows of one moment to a file.

use std::io::Write;
use std::path::PathBuf;

use auth_core::SeaOrmAdapter;
use auth_core::adapter::{Adapter, Filter, Transaction};
use auth_schema::Schema;
use time::OffsetDateTime;

use super::checksum::{Checksum, Totals};
use super::error::TransferError;
use super::form::{Header, ModelShape, Trailer, VERSION, in_order};
use super::layout::Layout;
use super::page::Pages;
use super::report::Exported;
use crate::adopt::{Progress, Shown};

/// What is exported, and how.
#[derive(Debug)]
pub struct Export<'a> {
    /// The database, by its schema.
    pub adapter: &'a SeaOrmAdapter,
    /// What the server calls itself: `PostgreSQL 15.18`.
    pub engine: String,
    /// Whether secrets are left out.
    pub redact: bool,
    /// Now.
    pub created_at: OffsetDateTime,
    /// How progress is shown.
    pub shown: Shown,
}

impl Export<'_> {
    /// Writes the whole file. A page of rows is in memory at a time. Everything comes from one snapshot, and nobody who writes has
    /// to wait.
    ///
    /// # Errors
    ///
    /// When the database cannot be read, or the file cannot be written.
    pub async fn write(&self, out: &mut (dyn Write + Send)) -> Result<Exported, TransferError> {
        let snapshot = self.adapter.snapshot().await?;
        let schema = self.adapter.schema();
        let layouts = layouts(self.adapter, schema, self.redact)?;
        let mut models = Vec::with_capacity(layouts.len());
        for layout in &layouts {
            models.push(ModelShape::of(schema.model(layout.model)?));
        }
        let header = Header {
            auth_export: VERSION,
            created_at: self.created_at,
            engine: self.engine.clone(),
            redacted: self.redact,
            models,
        };
        line(out, &header)?;
        let mut sink = |layout: &Layout, row: &[u8]| write_row(out, &layout.name, row);
        let totals = read(&*snapshot, &layouts, self.shown, "exporting", &mut sink).await?;
        line(out, &Trailer { totals: totals.clone() })?;
        out.flush().map_err(unwritable)?;
        snapshot.rollback().await?;
        Ok(Exported { redacted: self.redact, totals })
    }
}

/// Rows and checksum of each model as they are at one moment, as an export would write them.
///
/// # Errors
///
/// When the database cannot be read.
pub async fn totals(adapter: &SeaOrmAdapter, shown: Shown, what: &str) -> Result<Totals, TransferError> {
    let snapshot = adapter.snapshot().await?;
    let totals = totals_of(adapter, &*snapshot, shown, what).await?;
    snapshot.rollback().await?;
    Ok(totals)
}

/// The same in a snapshot that is open already.
pub(crate) async fn totals_of(
    adapter: &SeaOrmAdapter,
    snapshot: &dyn Transaction,
    shown: Shown,
    what: &str,
) -> Result<Totals, TransferError> {
    let layouts = layouts(adapter, adapter.schema(), false)?;
    read(snapshot, &layouts, shown, what, &mut |_, _| Ok(())).await
}

/// The models that have a table, in the order of the file.
fn layouts(adapter: &SeaOrmAdapter, schema: &Schema, redact: bool) -> Result<Vec<Layout>, TransferError> {
    let mut layouts = Vec::new();
    for model in in_order(schema) {
        if adapter.has_table(schema.find(model.name())?) {
            let layout = Layout::of(schema, model)?;
            layouts.push(if redact { layout.redacted(schema)? } else { layout });
        }
    }
    Ok(layouts)
}

/// What is done with a row in its canonical form.
type Sink<'a> = dyn FnMut(&Layout, &[u8]) -> Result<(), TransferError> + Send + 'a;

async fn read(
    snapshot: &dyn Transaction,
    layouts: &[Layout],
    shown: Shown,
    what: &str,
    sink: &mut Sink<'_>,
) -> Result<Totals, TransferError> {
    let adapter = snapshot.adapter();
    let mut counts = Vec::with_capacity(layouts.len());
    for layout in layouts {
        counts.push(adapter.count(layout.model, Filter::everything()).await?);
    }
    let progress = Progress::new(what, Some(counts.iter().sum()), shown);
    let mut totals = Totals::new();
    for (layout, counted) in layouts.iter().zip(counts) {
        let checksum = read_model(adapter, layout, &progress, sink).await?;
        if checksum.rows() != counted {
            let (model, read) = (layout.name.clone(), checksum.rows());
            return Err(TransferError::Miscounted { model, counted, read });
        }
        totals.insert(layout.name.clone(), checksum.total());
    }
    progress.finish();
    Ok(totals)
}

async fn read_model(
    adapter: &dyn Adapter,
    layout: &Layout,
    progress: &Progress,
    sink: &mut Sink<'_>,
) -> Result<Checksum, TransferError> {
    let mut pages = Pages::new(adapter, layout.model);
    let mut checksum = Checksum::default();
    let mut row = Vec::new();
    while let Some(records) = pages.next().await? {
        let mut bytes = 0;
        for record in &records {
            row.clear();
            let unwritable = |source| TransferError::Unwritable { model: layout.name.clone(), source };
            layout.write(record, &mut row).map_err(unwritable)?;
            checksum.add(&row);
            sink(layout, &row)?;
            bytes += row.len();
        }
        pages.weigh(bytes);
        progress.advance(u64::try_from(records.len()).unwrap_or(u64::MAX));
    }
    Ok(checksum)
}

/// Writes a line of JSON.
pub(super) fn line<T: serde::Serialize>(out: &mut (dyn Write + Send), line: &T) -> Result<(), TransferError> {
    let mut text = serde_json::to_vec(line)
        .map_err(|source| TransferError::Unwritable { model: "the first or last line".to_owned(), source })?;
    text.push(b'\n');
    out.write_all(&text).map_err(unwritable)
}

/// Writes the line of a row.
pub(super) fn write_row(out: &mut (dyn Write + Send), model: &str, row: &[u8]) -> Result<(), TransferError> {
    let mut write = || {
        out.write_all(br#"{"model":"#)?;
        serde_json::to_writer(&mut *out, model)?;
        out.write_all(br#","row":"#)?;
        out.write_all(row)?;
        out.write_all(b"}\n")
    };
    write().map_err(unwritable)
}

pub(super) fn unwritable(source: std::io::Error) -> TransferError {
    TransferError::File { what: "write", path: PathBuf::from("the export"), source }
}
