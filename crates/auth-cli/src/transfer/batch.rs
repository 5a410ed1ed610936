//! Reads the rows of a file a batch at a time.

use std::path::Path;

use auth_core::adapter::{Record, Value};
use auth_schema::{Field, FieldId, Model, Schema};

use super::checksum::Totals;
use super::error::TransferError;
use super::form::{Header, Line, ModelShape, RowLine, VERSION, told};
use super::layout::Layout;
use super::line::Lines;

/// The rows of a file.
#[derive(Debug)]
pub(super) struct Batches {
    lines: Lines,
    pub(super) redacted: bool,
    /// The models of the file that the schema has, in the order of the file.
    pub(super) layouts: Vec<Layout>,
    /// Where the file is: the model of the last row.
    at: usize,
    /// A row that belongs to the next batch.
    ahead: Option<(usize, FileRow)>,
    /// The last line, once it was read.
    pub(super) totals: Option<Totals>,
}

/// A row of the file.
#[derive(Debug)]
pub(super) struct FileRow {
    pub(super) line: u64,
    pub(super) id: String,
    pub(super) record: Record,
    pub(super) canonical: Vec<u8>,
    /// The same without what points to rows that may come later.
    pub(super) unlinked: Option<(Record, Vec<u8>)>,
}

/// Rows of one model.
#[derive(Debug)]
pub(super) struct Batch {
    /// Position of the model's layout.
    pub(super) layout: usize,
    pub(super) rows: Vec<FileRow>,
}

impl Batches {
    /// Reads the first line and holds it against a schema.
    pub(super) fn open(path: &Path, schema: &Schema) -> Result<Self, TransferError> {
        let mut lines = Lines::open(path)?;
        let first =
            lines.next()?.map(|line| serde_json::from_slice::<Header>(line).map_err(|error| told(&error)));
        let header = match first {
            None => return Err(lines.damaged("it is empty")),
            Some(Err(problem)) => {
                return Err(
                    lines.wrong(format!("the first line tells no export of version {VERSION}: {problem}"))
                );
            }
            Some(Ok(header)) => header,
        };
        if header.auth_export != VERSION {
            let problem = format!(
                "it is an export of version {}, and this command reads version {VERSION}: take the command that made it",
                header.auth_export
            );
            return Err(lines.wrong(problem));
        }
        let mut layouts: Vec<Layout> = Vec::with_capacity(header.models.len());
        for shape in &header.models {
            layouts.push(layout(schema, shape)?);
        }
        find_links(schema, &mut layouts)?;
        Ok(Self { lines, redacted: header.redacted, layouts, at: 0, ahead: None, totals: None })
    }

    /// The next rows of one model; `None` behind the last, when `totals` are known.
    pub(super) fn next(&mut self) -> Result<Option<Batch>, TransferError> {
        let Some((layout, first)) = self.row()? else {
            return Ok(None);
        };
        let mut bytes = first.canonical.len();
        let mut rows = vec![first];
        while rows.len() < ROWS && bytes < BYTES {
            match self.row()? {
                Some((next, row)) if next == layout => {
                    bytes += row.canonical.len();
                    rows.push(row);
                }
                other => {
                    self.ahead = other;
                    break;
                }
            }
        }
        Ok(Some(Batch { layout, rows }))
    }

    /// What is wrong with a row.
    pub(super) fn wrong(&self, row: &FileRow, problem: String) -> TransferError {
        match self.lines.wrong(problem) {
            TransferError::Line { path, problem, .. } => {
                TransferError::Line { path, line: row.line, problem }
            }
            other => other,
        }
    }

    pub(super) fn damaged(&self, problem: impl Into<String>) -> TransferError {
        self.lines.damaged(problem)
    }

    fn row(&mut self) -> Result<Option<(usize, FileRow)>, TransferError> {
        if let Some(ahead) = self.ahead.take() {
            return Ok(Some(ahead));
        }
        if self.totals.is_some() {
            return Ok(None);
        }
        let line = match self.lines.next()? {
            Some(line) => Line::parse(line),
            None => return Err(self.lines.damaged("its last line is missing: it was cut off")),
        };
        match line {
            Err(problem) => Err(self.lines.wrong(problem)),
            Ok(Line::Row(row)) => self.place(row).map(Some).map_err(|problem| self.lines.wrong(problem)),
            Ok(Line::Trailer(trailer)) => {
                if self.lines.next()?.is_some() {
                    return Err(self.lines.wrong("it stands behind the last line"));
                }
                self.totals = Some(trailer.totals);
                Ok(None)
            }
        }
    }

    fn place(&mut self, row: RowLine) -> Result<(usize, FileRow), String> {
        let found = self.layouts.iter().skip(self.at).position(|layout| layout.name == row.model);
        let Some(ahead) = found else {
            return Err(if self.layouts.iter().any(|layout| layout.name == row.model) {
                format!(
                    "rows of {} stand before it: the rows of a model follow each other",
                    self.layouts[self.at].name
                )
            } else {
                format!("the first line does not name a model {:?}", row.model)
            });
        };
        self.at += ahead;
        let layout = &self.layouts[self.at];
        let record = layout.read(row.row)?;
        let Some(Value::Text(id)) = record.get(FieldId::ID).cloned() else {
            return Err("it has no id".to_owned());
        };
        let write = |record: &Record| {
            let mut bytes = Vec::new();
            layout.write(record, &mut bytes).map(|()| bytes).map_err(|error| told(&error))
        };
        let canonical = write(&record)?;
        let unlinked = match layout.without_links(&record) {
            Some(record) => Some((record.clone(), write(&record)?)),
            None => None,
        };
        Ok((self.at, FileRow { line: self.lines.number(), id, record, canonical, unlinked }))
    }
}

/// Finds the places of a model of the file in the schema.
fn layout(schema: &Schema, shape: &ModelShape) -> Result<Layout, TransferError> {
    let misfit = |problem: String| TransferError::Misfit { problem };
    let id = schema.find(&shape.name).map_err(|_| {
        misfit(format!("it has no model {:?}: declare it in auth.toml, as the source has it", shape.name))
    })?;
    let model = schema.model(id)?;
    let mut fields: Vec<(String, FieldId, &Field)> = Vec::new();
    for field in &shape.fields {
        let found = model.find(&field.name).ok().and_then(|id| Some((id, model.field(id)?)));
        let Some((id, found)) = found else {
            let name = (&shape.name, &field.name);
            return Err(misfit(format!("{} has no field {:?}: declare it in auth.toml", name.0, name.1)));
        };
        if found.field_type.name() != field.field_type {
            return Err(misfit(format!(
                "{}.{} is {} there and {} in the file",
                shape.name,
                field.name,
                found.field_type.name(),
                field.field_type
            )));
        }
        fields.push((field.name.clone(), id, found));
    }
    let has = |position| fields.iter().any(|(_, id, _)| *id == FieldId::new(position));
    let lacking = |(position, field): &(usize, &Field)| field.required && !has(*position);
    if let Some((_, field)) = model.fields().iter().enumerate().find(lacking) {
        let name = (&shape.name, &field.name);
        return Err(misfit(format!(
            "the file has no field {:?} of {}, which is required there",
            name.1, name.0
        )));
    }
    let mut layout = Layout::new(id, model, fields);
    // The file's name of the model: the totals go by it.
    layout.name.clone_from(&shape.name);
    Ok(layout)
}

/// Finds the fields that may be null and point to a model whose rows do not all stand before.
fn find_links(schema: &Schema, layouts: &mut [Layout]) -> Result<(), TransferError> {
    let order: Vec<_> = layouts.iter().map(|layout| layout.model).collect();
    for (position, layout) in layouts.iter_mut().enumerate() {
        let model: &Model = schema.model(layout.model)?;
        for (field_position, field) in model.fields().iter().enumerate() {
            let target = field.references.as_ref().and_then(|target| schema.find(&target.model).ok());
            let stands = target.is_none_or(|target| order[..position].contains(&target));
            if !stands && !field.required {
                layout.links.push(FieldId::new(field_position));
            }
        }
    }
    Ok(())
}

const ROWS: usize = 512;
/// What one statement carries, so that servers take it (`max_allowed_packet`).
const BYTES: usize = 1024 * 1024;
