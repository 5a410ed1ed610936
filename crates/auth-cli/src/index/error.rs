//! Why an index is not created or dropped.

use auth_core::adapter::AdapterError;
use migration::MigrationError;
use migration::index::NoForm;

/// Why nothing was done, or not all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// Something that was asked for cannot be; nothing was changed.
    #[error("nothing was changed: {}", told(.0))]
    Refused(Vec<Refusal>),
    /// The lease was not to be had.
    #[error(transparent)]
    Migration(#[from] MigrationError),
    /// The database refused a statement.
    #[error("a statement failed; what was done before it stays, and the command can be run again")]
    Adapter(#[from] AdapterError),
}

/// Why one index is not created or dropped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The catalogue has no such entry.
    #[error("{name} is not in the catalogue: auth index list shows it")]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// The engine has no form of it.
    #[error("{name} has no form on {engine}: {}. Nearest: {}", no.reason, no.nearest)]
    NoForm {
        /// The entry.
        name: &'static str,
        /// The engine.
        engine: &'static str,
        /// Why, and what there is instead.
        no: NoForm,
    },
    /// Its table is not there.
    #[error("{name} needs the table {table}, which is not there: run auth migrate")]
    NoTable {
        /// The entry.
        name: &'static str,
        /// The table.
        table: String,
    },
    /// A column is not there.
    #[error(
        "{name} needs the column {column} of {table}, which is not there: declare the field in auth.toml and run auth migrate"
    )]
    NoColumn {
        /// The entry.
        name: &'static str,
        /// The table.
        table: String,
        /// The column or field.
        column: String,
    },
    /// The operator has not named the column.
    #[error("{name} is for a column that you name: give --column FIELD")]
    ColumnNeeded {
        /// The entry.
        name: &'static str,
    },
    /// The column cannot have this index.
    #[error("{name} needs a column of the type {needed}, and {table}.{column} is {declared}")]
    WrongType {
        /// The entry.
        name: &'static str,
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Its type.
        declared: String,
        /// What it would have to be.
        needed: &'static str,
    },
    /// A column of the application's own is in the way.
    #[error(
        "{name} comes with a column {column} of its own, and {table} has another one of that name: rename that first"
    )]
    Occupied {
        /// The entry.
        name: &'static str,
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// Queries of this library need it.
    #[error("{name} is of the profile core, and this library's queries need it: {serves}")]
    Core {
        /// The entry.
        name: &'static str,
        /// What it serves.
        serves: &'static str,
    },
    /// A foreign key stands on it.
    #[error(
        "{index} cannot be dropped while the foreign key {key} of {table} needs it: create another index that begins with {columns} \
         first, or drop the key"
    )]
    ForeignKey {
        /// The index.
        index: String,
        /// The table of the key.
        table: String,
        /// The key.
        key: String,
        /// The columns.
        columns: String,
    },
}

fn told(refusals: &[Refusal]) -> String {
    refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
