//! What can be wrong with a database, and how bad that is.

use std::fmt;

use auth_schema::OnDelete;

/// The database lacks what the schema needs. Lists everything at once and says what to run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CatalogueError {
    /// Every fatal problem, in the schema's order.
    pub problems: Vec<CatalogueProblem>,
}

/// A problem, how bad it is, and what mends it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// How bad it is.
    pub grade: Grade,
    /// What it is.
    pub problem: CatalogueProblem,
    /// What to run, or the statement that mends it.
    pub remedy: String,
}

/// How bad a problem is; the worst is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Grade {
    /// All works as promised, some of it slower than it could.
    Advisory,
    /// The database does not keep a promise by itself: the adapter keeps it, with more statements and for its own
    /// writers only.
    Degraded,
    /// It does not work: the adapter does not start.
    Fatal,
}

/// One thing that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CatalogueProblem {
    /// A table is not there.
    MissingTable {
        /// Its name.
        table: String,
    },
    /// A column is not there.
    MissingColumn {
        /// Its table.
        table: String,
        /// Its name.
        column: String,
    },
    /// A column's type cannot hold the field.
    WrongType {
        /// Its table.
        table: String,
        /// Its name.
        column: String,
        /// The type it has.
        found: String,
        /// What it must hold.
        needed: String,
    },
    /// A text column is shorter than what is written to it.
    TooShort {
        /// Its table.
        table: String,
        /// Its name.
        column: String,
        /// Characters that it holds.
        found: u32,
        /// Characters that it must hold.
        needed: u32,
    },
    /// A column that no field fills must not be null: no row can be written.
    Unfillable {
        /// Its table.
        table: String,
        /// Its name.
        column: String,
    },
    /// The values of some columns are not kept unique.
    MissingUnique {
        /// Their table.
        table: String,
        /// Their names.
        columns: Vec<String>,
    },
    /// A reference is not kept, or does something else than it should when its target goes.
    MissingForeignKey {
        /// Its table.
        table: String,
        /// Its column.
        column: String,
        /// The table that it points to.
        target: String,
        /// What it does instead; `None`: there is no foreign key.
        found: Option<OnDelete>,
    },
    /// A foreign key was added while rows pointed to nothing: they still do.
    Unvalidated {
        /// Its table.
        table: String,
        /// Its column.
        column: String,
        /// The table that it points to.
        target: String,
        /// Its name.
        name: String,
    },
    /// A column must not be null although its field may be, and has no default.
    MustNotBeNull {
        /// Its table.
        table: String,
        /// Its column.
        column: String,
    },
    /// SQLite's connection does not enforce foreign keys.
    ForeignKeysOff,
    /// A key takes `a` for `A`.
    CaseInsensitive {
        /// Its table.
        table: String,
        /// Its column.
        column: String,
        /// Its collation.
        collation: String,
    },
    /// Instants stand in a column in several forms: they are read, but do not sort.
    MixedInstants {
        /// Its table.
        table: String,
        /// Its column.
        column: String,
    },
    /// Instants lose their milliseconds.
    LowPrecision {
        /// Its table.
        table: String,
        /// Its column.
        column: String,
        /// Its type.
        found: String,
    },
    /// A column of instants ends with the year 2038: a later one is refused.
    EndsIn2038 {
        /// Its table.
        table: String,
        /// Its column.
        column: String,
    },
    /// A column may be null whose field may not.
    Nullable {
        /// Its table.
        table: String,
        /// Its column.
        column: String,
    },
    /// No index serves a question.
    MissingIndex {
        /// Its table.
        table: String,
        /// Its columns, the leading one first.
        columns: Vec<String>,
        /// An index of them that was left unfinished.
        invalid: Option<String>,
    },
    /// A column belongs to no field: it is neither read nor written.
    LeftOver {
        /// Its table.
        table: String,
        /// Its name.
        column: String,
    },
}

impl CatalogueProblem {
    /// How bad it is.
    pub fn grade(&self) -> Grade {
        match self {
            Self::MissingTable { .. }
            | Self::MissingColumn { .. }
            | Self::WrongType { .. }
            | Self::TooShort { .. }
            | Self::MustNotBeNull { .. }
            | Self::Unfillable { .. } => Grade::Fatal,
            Self::MissingUnique { .. }
            | Self::MissingForeignKey { .. }
            | Self::Unvalidated { .. }
            | Self::ForeignKeysOff
            | Self::CaseInsensitive { .. }
            | Self::MixedInstants { .. } => Grade::Degraded,
            Self::LowPrecision { .. }
            | Self::EndsIn2038 { .. }
            | Self::Nullable { .. }
            | Self::MissingIndex { .. }
            | Self::LeftOver { .. } => Grade::Advisory,
        }
    }
}

impl CatalogueProblem {
    /// A word for programs: `missing_table`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MissingTable { .. } => "missing_table",
            Self::MissingColumn { .. } => "missing_column",
            Self::WrongType { .. } => "wrong_type",
            Self::TooShort { .. } => "too_short",
            Self::Unfillable { .. } => "unfillable",
            Self::MissingUnique { .. } => "missing_unique",
            Self::MissingForeignKey { .. } => "missing_foreign_key",
            Self::Unvalidated { .. } => "unvalidated",
            Self::MustNotBeNull { .. } => "must_not_be_null",
            Self::ForeignKeysOff => "foreign_keys_off",
            Self::CaseInsensitive { .. } => "case_insensitive",
            Self::MixedInstants { .. } => "mixed_instants",
            Self::LowPrecision { .. } => "low_precision",
            Self::EndsIn2038 { .. } => "ends_in_2038",
            Self::Nullable { .. } => "nullable",
            Self::MissingIndex { .. } => "missing_index",
            Self::LeftOver { .. } => "left_over",
        }
    }
}

impl std::error::Error for CatalogueError {}

impl fmt::Display for CatalogueError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, problem) in self.problems.iter().enumerate() {
            formatter.write_str(if position == 0 { "the database does not fit: " } else { "; " })?;
            problem.fmt(formatter)?;
        }
        let is_missing_table = |problem: &_| matches!(problem, CatalogueProblem::MissingTable { .. });
        if self.problems.iter().any(is_missing_table) {
            formatter
                .write_str(". Is this the right database? Then run `cargo run -p migration` with its URL")
        } else {
            formatter.write_str(". `auth validate` says for each what mends it")
        }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Advisory => "advisory",
            Self::Degraded => "degraded",
            Self::Fatal => "fatal",
        })
    }
}

impl fmt::Display for CatalogueProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingTable { table } => write!(formatter, "table {table} is missing"),
            Self::MissingColumn { table, column } => write!(formatter, "column {table}.{column} is missing"),
            Self::WrongType { table, column, found, needed } => {
                write!(formatter, "column {table}.{column} is of type {found}, which cannot hold {needed}")
            }
            Self::TooShort { table, column, found, needed } => {
                write!(formatter, "column {table}.{column} holds {found} characters, {needed} are needed")
            }
            Self::Unfillable { table, column } => write!(
                formatter,
                "column {table}.{column} must not be null, has no default and belongs to no field: no row can be written"
            ),
            Self::MissingUnique { table, columns } => {
                write!(formatter, "no unique index keeps {table} ({}) apart", columns.join(", "))
            }
            Self::MissingForeignKey { table, column, target, found: None } => {
                write!(formatter, "no foreign key ties {table}.{column} to {target}")
            }
            Self::MissingForeignKey { table, column, target, found: Some(_) } => write!(
                formatter,
                "the foreign key from {table}.{column} to {target} does something else when the row there goes"
            ),
            Self::Unvalidated { table, column, target, name } => {
                write!(
                    formatter,
                    "rows of {table} point to nothing in {target} by {column} ({name} is not validated)"
                )
            }
            Self::MustNotBeNull { table, column } => write!(
                formatter,
                "column {table}.{column} must not be null and has no default, its field may be null: rows without it cannot be written"
            ),
            Self::ForeignKeysOff => formatter.write_str("the connection does not enforce foreign keys"),
            Self::CaseInsensitive { table, column, collation } => {
                write!(formatter, "column {table}.{column} takes a for A (collation {collation})")
            }
            Self::MixedInstants { table, column } => write!(
                formatter,
                "column {table}.{column} holds instants in several forms, which do not sort together"
            ),
            Self::LowPrecision { table, column, found } => {
                write!(formatter, "column {table}.{column} is of type {found}, which loses milliseconds")
            }
            Self::EndsIn2038 { table, column } => {
                write!(formatter, "column {table}.{column} holds no instant after January 2038 (timestamp)")
            }
            Self::Nullable { table, column } => {
                write!(formatter, "column {table}.{column} may be null, its field may not")
            }
            Self::MissingIndex { table, columns, invalid: None } => {
                write!(formatter, "no index begins with {table} ({})", columns.join(", "))
            }
            Self::MissingIndex { table, columns, invalid: Some(name) } => {
                write!(formatter, "the index {name} of {table} ({}) was left unfinished", columns.join(", "))
            }
            Self::LeftOver { table, column } => {
                write!(formatter, "column {table}.{column} belongs to no field")
            }
        }
    }
}
