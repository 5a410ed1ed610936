//! Why a database cannot be moved.

use std::io;
use std::path::PathBuf;

use auth_core::adapter::AdapterError;
use auth_schema::SchemaError;

/// Why nothing, or not all, was moved. No value of a row is ever part of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransferError {
    /// The database does not answer, or does not fit the schema.
    #[error(transparent)]
    Adapter(Box<AdapterError>),
    /// The schema contradicts itself.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The file cannot be read or written.
    #[error("cannot {what} {}", path.display())]
    File {
        /// What was tried.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file is there already.
    #[error("{} is there already: give another name, or --force to write over it", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A line of the file cannot be taken.
    #[error("{}, line {line}: {problem}. Nothing was written", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line's number.
        line: u64,
        /// What is wrong with it, and what to do.
        problem: String,
    },
    /// The file is not whole, or was changed after it was made.
    #[error("{} is not as it was written: {problem}. Nothing was written; export again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What differs.
        problem: String,
    },
    /// The file has no secrets.
    #[error(
        "the file was made with --redact: nobody could sign in with a password or go on with a session. Give \
         --allow-redacted to import it all the same"
    )]
    Redacted,
    /// The schema of the target has no place for what the file holds.
    #[error("the file does not fit the schema: {problem}. Nothing was written")]
    Misfit {
        /// What has no place, and what to do.
        problem: String,
    },
    /// Rows that are there hold something else than the file.
    #[error(
        "{count} rows are there already and differ from the file. Nothing was written, nothing is ever overwritten. \
         The first: {first}"
    )]
    Conflict {
        /// How many.
        count: u64,
        /// Some of them: line, model, id and the names of the fields.
        first: String,
    },
    /// The database refused a batch.
    #[error(
        "the database refused a row of the lines {first_line} to {last_line}; all batches before stand. {advice}"
    )]
    Refused {
        /// The first line of the batch.
        first_line: u64,
        /// The last line of the batch.
        last_line: u64,
        /// What to do.
        advice: &'static str,
        /// What it said.
        #[source]
        source: Box<AdapterError>,
    },
    /// A value that must be unique stands in the target in another row. What the engine says may hold the value: it is left out.
    #[error(
        "{model}, lines {first_line} to {last_line}: the value of {fields} is taken by another row of the database; all \
         batches before stand. Free it, and run the same command again"
    )]
    Taken {
        /// The model.
        model: String,
        /// Its fields.
        fields: String,
        /// The first line of the batch.
        first_line: u64,
        /// The last line of the batch.
        last_line: u64,
    },
    /// The target does not hold what was written.
    #[error(
        "{model}: {missing} rows of the file are missing in the database and {differing} differ, although they were \
         written: does somebody else write to it? The first: {first}"
    )]
    NotEqual {
        /// The model.
        model: String,
        /// How many are missing.
        missing: u64,
        /// How many differ.
        differing: u64,
        /// Some of those that differ.
        first: String,
    },
    /// A table gave another number of rows than it counted.
    #[error(
        "{model} counts {counted} rows and gave {read}: its ids do not stand once each. Repair the table first"
    )]
    Miscounted {
        /// The model.
        model: String,
        /// What it counted.
        counted: u64,
        /// What it gave.
        read: u64,
    },
    /// A secret cannot be left out.
    #[error(
        "{model}.{field} is kept inside and required, and no {field_type} says that it is left out: make it optional in the \
         schema, or export without --redact. Nothing was written"
    )]
    Unredactable {
        /// The model.
        model: String,
        /// The field.
        field: String,
        /// Its type.
        field_type: &'static str,
    },
    /// A row cannot be written as JSON.
    #[error("a row of {model} cannot be written as JSON")]
    Unwritable {
        /// The model.
        model: String,
        /// Why not.
        source: serde_json::Error,
    },
}

impl From<AdapterError> for TransferError {
    fn from(error: AdapterError) -> Self {
        Self::Adapter(Box::new(error))
    }
}
