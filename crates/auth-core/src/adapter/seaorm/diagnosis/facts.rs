//! What a database tells of itself, as plain values: counted and read, judged elsewhere.

use serde::Serialize;
use time::OffsetDateTime;

/// What a database has told. Sizes are in bytes, instants in UTC; `None` and what [`Facts::untold`] lists is what the engine does not
/// tell, or not to this user.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct Facts {
    /// `SQLite`, `PostgreSQL`, `MySQL` or `MariaDB`.
    pub engine: &'static str,
    /// Its version: `15.18`.
    pub version: String,
    /// Who asked.
    pub user: Option<String>,
    /// The best of five round trips, in microseconds.
    pub round_trip_microseconds: u64,
    /// When the server was started.
    #[serde(with = "time::serde::rfc3339::option")]
    pub started_at: Option<OffsetDateTime>,
    /// Since when the engine counts uses of indexes and statements, at the latest.
    #[serde(with = "time::serde::rfc3339::option")]
    pub counted_since: Option<OffsetDateTime>,
    /// The settings that matter here, by name.
    pub settings: Vec<Setting>,
    /// The schema's tables that are there.
    pub tables: Vec<TableFacts>,
    /// Their indexes.
    pub indexes: Vec<IndexFacts>,
    /// Statements on these tables, those first that took most time together, at most twenty.
    pub statements: Option<Vec<StatementFacts>>,
    /// The clients of the server, those of others among them, by what they do.
    pub connections: Option<Vec<ConnectionFacts>>,
    /// Sorts and joins that did not fit into memory.
    pub spilled: Option<Spilled>,
    /// Rights that nobody needs who works with the rows.
    pub rights: Vec<WideRight>,
    /// What the engine does not tell.
    pub untold: Vec<Untold>,
}

/// A setting of the engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// As the engine writes it.
    pub value: String,
    /// Its size, where it is one.
    pub bytes: Option<u64>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct TableFacts {
    /// Its name.
    pub name: String,
    /// Its rows: counted on SQLite, elsewhere the engine's estimate.
    pub rows: u64,
    /// Without its indexes.
    pub bytes: Option<u64>,
    /// All of its indexes.
    pub index_bytes: Option<u64>,
    /// Rows that are gone and whose place is not free yet (PostgreSQL).
    pub dead_rows: Option<u64>,
    /// By how many rows it differs from what the planner believes.
    pub changed_since_analyze: Option<u64>,
    /// When the planner's statistics were made.
    #[serde(with = "time::serde::rfc3339::option")]
    pub analyzed_at: Option<OffsetDateTime>,
    /// When the places of dead rows were given back.
    #[serde(with = "time::serde::rfc3339::option")]
    pub vacuumed_at: Option<OffsetDateTime>,
    /// How it is stored (MySQL): `InnoDB`.
    pub storage_engine: Option<String>,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct IndexFacts {
    /// Its table.
    pub table: String,
    /// Its name.
    pub name: String,
    /// Whether it keeps values apart, the primary key's among them.
    pub unique: bool,
    /// False after a build that failed (PostgreSQL).
    pub valid: bool,
    /// Whether the planner passes it over because somebody said so (MySQL, MariaDB).
    pub ignored: bool,
    /// Its size.
    pub bytes: Option<u64>,
    /// How many different values its first column has, about.
    pub cardinality: Option<u64>,
    /// How often it was used since [`Facts::counted_since`]: scans on PostgreSQL, rows or fetches on MySQL and MariaDB.
    pub uses: Option<u64>,
    /// The class of that.
    pub usage: Option<Usage>,
}

/// How much an index is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Usage {
    /// Never.
    Unused,
    /// Fewer than 10 times.
    Low,
    /// Fewer than 100 times.
    Moderate,
    /// More often.
    High,
}

/// A statement, without its values.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct StatementFacts {
    /// Its text, at most 400 characters.
    pub text: String,
    /// How often it was run.
    pub calls: u64,
    /// How long all of that took.
    pub total_milliseconds: f64,
    /// How long once.
    pub mean_milliseconds: f64,
    /// Rows that it gave, or wrote (PostgreSQL).
    pub rows: u64,
}

/// Clients that do the same.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct ConnectionFacts {
    /// What they do, in the engine's word: `active`, `idle`, `idle in transaction`, `sleep`.
    pub state: String,
    /// How many there are.
    pub count: u64,
    /// How long the one has done it that does it longest.
    pub longest_seconds: u64,
}

/// What did not fit into memory since the engine counts, and went to files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Spilled {
    /// How many files.
    pub files: u64,
    /// Their size together.
    pub bytes: u64,
}

/// A right beyond reading and writing rows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct WideRight {
    /// Who has it; `PUBLIC`: everybody.
    pub grantee: String,
    /// What it is: `TRUNCATE`, `CREATE`, `SUPERUSER`.
    pub right: String,
    /// On what: a table, a schema, a database; `the server`.
    pub on: String,
    /// The statement that takes it away; none where that is for a person to think about.
    pub revoke: Option<String>,
}

/// What an engine does not tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Untold {
    /// What: `statements`, `index usage`.
    pub what: &'static str,
    /// Why, and how it would be told.
    pub why: String,
}

impl Facts {
    /// A setting by its name.
    pub fn setting(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.name == name)
    }

    /// A table by its name.
    pub fn table(&self, name: &str) -> Option<&TableFacts> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// Tables and indexes together; those whose size is not told count nothing.
    pub fn bytes(&self) -> u64 {
        let of = |table: &TableFacts| table.bytes.unwrap_or_default() + table.index_bytes.unwrap_or_default();
        self.tables.iter().map(of).sum()
    }

    pub(super) fn leave_untold(&mut self, what: &'static str, why: impl Into<String>) {
        self.untold.push(Untold { what, why: why.into() });
    }
}

impl Setting {
    /// A setting whose value is text.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into(), bytes: None }
    }

    /// A setting whose value is a size.
    #[must_use]
    pub fn of_bytes(self, bytes: u64) -> Self {
        Self { bytes: Some(bytes), ..self }
    }

    /// Its value as a number; `None` where it is none.
    pub fn number(&self) -> Option<f64> {
        self.value.trim().parse().ok()
    }
}

impl Usage {
    /// The class of a number of uses.
    pub fn of(uses: u64) -> Self {
        match uses {
            0 => Self::Unused,
            1..10 => Self::Low,
            10..100 => Self::Moderate,
            _ => Self::High,
        }
    }

    /// Its name: `unused`, `low`, `moderate`, `high`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unused => "unused",
            Self::Low => "low",
            Self::Moderate => "moderate",
            Self::High => "high",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_have_classes() {
        let names: Vec<&str> =
            [0, 1, 9, 10, 99, 100].into_iter().map(|uses| Usage::of(uses).name()).collect();
        assert_eq!(names, ["unused", "low", "low", "moderate", "moderate", "high"]);
    }
}
