//! Reads a file into a database: looks at all of it first, writes what is missing, and reads what stands there afterwards.
//!
//! What is there tells how far an earlier run has come: nothing else is remembered.

use std::path::Path;

use auth_core::SeaOrmAdapter;
use auth_core::adapter::{Adapter, AdapterError, Filter, Record};
use auth_schema::FieldId;

use super::batch::{Batch, Batches, FileRow};
use super::checksum::Checksum;
use super::error::TransferError;
use super::layout::Layout;
use super::look::{Differing, look};
use super::report::{Imported, ModelReport};
use crate::adopt::{Progress, Shown};

/// What is imported, and how.
#[derive(Debug)]
pub struct Import<'a> {
    /// The database, by its schema.
    pub adapter: &'a SeaOrmAdapter,
    /// The file.
    pub file: &'a Path,
    /// Takes a file without secrets all the same.
    pub allow_redacted: bool,
    /// Looks only, writes nothing.
    pub dry_run: bool,
    /// How progress is shown.
    pub shown: Shown,
}

/// What the first look has found, for each model of the file.
struct Looked {
    models: Vec<ModelReport>,
    /// Which models have rows already: only there a batch is looked at before it is written.
    occupied: Vec<bool>,
    /// Whether rows wait for what they point to.
    unlinked: bool,
}

impl Looked {
    fn rows(&self) -> u64 {
        self.models.iter().map(|model| model.rows).sum()
    }

    fn is_complete(&self) -> bool {
        !self.unlinked && self.models.iter().all(|model| model.inserted == 0)
    }
}

impl Import<'_> {
    /// Imports the file. It may be ended at any moment and run again: rows that are there as they are in the file are left alone.
    /// No hook runs. A batch of rows is in memory at a time.
    ///
    /// # Errors
    ///
    /// Before anything is written: when a line is wrong, the file is damaged or redacted, or rows that are there differ. Later: when
    /// the database refuses a batch; batches before it stand.
    pub async fn run(&self) -> Result<Imported, TransferError> {
        let looked = self.look_at_all().await?;
        if self.dry_run {
            return Ok(Imported { dry_run: true, models: looked.models });
        }
        let complete = looked.is_complete();
        if !complete {
            self.write_all(&looked).await?;
            self.link_all().await?;
        }
        // Also behind a run that was killed when all rows were there.
        self.count_on().await?;
        if complete {
            return Ok(Imported { dry_run: false, models: looked.models });
        }
        self.verify_all(looked).await
    }

    fn open(&self) -> Result<Batches, TransferError> {
        Batches::open(self.file, self.adapter.schema())
    }

    async fn look_at_all(&self) -> Result<Looked, TransferError> {
        let mut batches = self.open()?;
        if batches.redacted && !self.allow_redacted {
            return Err(TransferError::Redacted);
        }
        let progress = Progress::new("reading the file", None, self.shown);
        let mut looked = Looked { models: Vec::new(), occupied: Vec::new(), unlinked: false };
        for layout in &batches.layouts {
            let there = self.adapter.count(layout.model, Filter::everything()).await?;
            looked.occupied.push(there > 0);
            looked.models.push(ModelReport {
                model: layout.name.clone(),
                others: there,
                ..ModelReport::default()
            });
        }
        let mut checksums = vec![Checksum::default(); batches.layouts.len()];
        let mut differing = Differing::default();
        while let Some(batch) = batches.next()? {
            let (layout, model) = (&batches.layouts[batch.layout], &mut looked.models[batch.layout]);
            for row in &batch.rows {
                self.check(&batches, layout, row)?;
                checksums[batch.layout].add(&row.canonical);
            }
            let rows = u64::try_from(batch.rows.len()).unwrap_or(u64::MAX);
            model.rows += rows;
            if looked.occupied[batch.layout] {
                let found = look(self.adapter, layout, &batch, &mut Checksum::default()).await?;
                model.present += found.equal;
                model.inserted += u64::try_from(found.missing.len()).unwrap_or(u64::MAX);
                looked.unlinked |= !found.unlinked.is_empty();
                differing.add(found.differing);
            } else {
                model.inserted += rows;
            }
            progress.advance(rows);
        }
        progress.finish();
        compare(&batches, &checksums, &mut looked.models)?;
        if differing.count > 0 {
            return Err(TransferError::Conflict { count: differing.count, first: differing.first() });
        }
        for model in &mut looked.models {
            model.others = model.others.saturating_sub(model.rows - model.inserted);
        }
        Ok(looked)
    }

    fn check(&self, batches: &Batches, layout: &Layout, row: &FileRow) -> Result<(), TransferError> {
        match self.adapter.check_row(layout.model, &row.record) {
            Err(error @ AdapterError::InvalidValue { .. }) => Err(batches.wrong(row, error.to_string())),
            outcome => Ok(outcome?),
        }
    }

    async fn write_all(&self, looked: &Looked) -> Result<(), TransferError> {
        let mut batches = self.open()?;
        let progress = Progress::new("importing", Some(looked.rows()), self.shown);
        while let Some(batch) = batches.next()? {
            let layout = &batches.layouts[batch.layout];
            let missing = if looked.occupied[batch.layout] {
                let found = look(self.adapter, layout, &batch, &mut Checksum::default()).await?;
                found.missing.into_iter().map(|position| first_form(&batch, position)).collect()
            } else {
                (0..batch.rows.len()).map(|position| first_form(&batch, position)).collect()
            };
            let written = self.adapter.create_many(layout.model, missing).await;
            written.map_err(|error| refused(layout, &batch, error))?;
            progress.advance(u64::try_from(batch.rows.len()).unwrap_or(u64::MAX));
        }
        progress.finish();
        Ok(())
    }

    /// Lets the database count on behind the ids that were given.
    async fn count_on(&self) -> Result<(), TransferError> {
        for layout in &self.open()?.layouts {
            self.adapter.advance_ids(layout.model).await?;
        }
        Ok(())
    }

    /// Sets what points to rows that came later.
    async fn link_all(&self) -> Result<(), TransferError> {
        let mut batches = self.open()?;
        if batches.layouts.iter().all(|layout| layout.links.is_empty()) {
            return Ok(());
        }
        while let Some(batch) = batches.next()? {
            let layout = &batches.layouts[batch.layout];
            if layout.links.is_empty() {
                continue;
            }
            let found = look(self.adapter, layout, &batch, &mut Checksum::default()).await?;
            for position in found.unlinked {
                let row = &batch.rows[position];
                let mut change = Record::default();
                for field in &layout.links {
                    if let Some(value) = row.record.get(*field) {
                        change.set(*field, value.clone());
                    }
                }
                let only = Filter::equal(FieldId::ID, row.id.as_str());
                let linked = self.adapter.update_many(layout.model, only, change).await;
                linked.map_err(|error| refused(layout, &batch, error))?;
            }
        }
        Ok(())
    }

    async fn verify_all(&self, looked: Looked) -> Result<Imported, TransferError> {
        let mut batches = self.open()?;
        let progress = Progress::new("reading what stands there", Some(looked.rows()), self.shown);
        let mut checksums = vec![Checksum::default(); batches.layouts.len()];
        let mut problems: Vec<(u64, Differing)> = Vec::new();
        problems.resize_with(batches.layouts.len(), Default::default);
        while let Some(batch) = batches.next()? {
            let layout = &batches.layouts[batch.layout];
            let found = look(self.adapter, layout, &batch, &mut checksums[batch.layout]).await?;
            let (missing, differing) = &mut problems[batch.layout];
            *missing += u64::try_from(found.missing.len() + found.unlinked.len()).unwrap_or(u64::MAX);
            differing.add(found.differing);
            progress.advance(u64::try_from(batch.rows.len()).unwrap_or(u64::MAX));
        }
        progress.finish();
        let mut models = looked.models;
        for (position, (missing, differing)) in problems.into_iter().enumerate() {
            let model = &mut models[position];
            if missing > 0 || differing.count > 0 {
                let (model, first) = (model.model.clone(), differing.first());
                return Err(TransferError::NotEqual { model, missing, differing: differing.count, first });
            }
            let there = self.adapter.count(batches.layouts[position].model, Filter::everything()).await?;
            model.others = there.saturating_sub(model.rows);
        }
        compare(&batches, &checksums, &mut models)?;
        Ok(Imported { dry_run: false, models })
    }
}

/// Holds checksums against those of the last line.
fn compare(
    batches: &Batches,
    checksums: &[Checksum],
    models: &mut [ModelReport],
) -> Result<(), TransferError> {
    let mut told = batches.totals.clone().unwrap_or_default();
    for (checksum, model) in checksums.iter().zip(models) {
        let total = checksum.total();
        match told.remove(&model.model) {
            Some(expected) if expected == total => model.sha256 = total.sha256,
            Some(expected) if expected.rows != total.rows => {
                let name = &model.model;
                let problem =
                    format!("{name} has {} rows, and its last line tells {}", total.rows, expected.rows);
                return Err(batches.damaged(problem));
            }
            _ => return Err(batches.damaged(format!("the checksum of {} is another one", model.model))),
        }
    }
    match told.keys().next() {
        None => Ok(()),
        Some(model) => Err(batches.damaged(format!("its last line tells of {model}, its first does not"))),
    }
}

/// A row as it is first written: what it points to may come later.
fn first_form(batch: &Batch, position: usize) -> Record {
    let row = &batch.rows[position];
    row.unlinked.as_ref().map_or_else(|| row.record.clone(), |(record, _)| record.clone())
}

fn refused(layout: &Layout, batch: &Batch, source: AdapterError) -> TransferError {
    let line = |row: Option<&FileRow>| row.map_or(0, |row| row.line);
    let (first_line, last_line) = (line(batch.rows.first()), line(batch.rows.last()));
    let advice = match source {
        AdapterError::Conflict { fields, constraint, .. } => {
            let fields = if fields.is_empty() { constraint } else { fields.join(" and ") };
            return TransferError::Taken { model: layout.name.clone(), fields, first_line, last_line };
        }
        AdapterError::ForeignKey { .. } => {
            "A row points to one that is neither in the file nor in the database"
        }
        _ => "Mend what is told, and run the same command again: it goes on where it stopped",
    };
    TransferError::Refused { first_line, last_line, advice, source: Box::new(source) }
}
