//! The pieces of work, in words and statements.

use auth_core::adapter::seaorm::Upkeep;
use auth_core::service::Expired;
use auth_schema::ddl::Engine;
use auth_schema::difference::Step;
use clap::ValueEnum;
use serde::Serialize;

use super::Wanted;

/// A part of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Delete what has expired.
    Sweep,
    /// Build unfinished indexes anew.
    Indexes,
    /// Let the planner look at each table.
    Statistics,
    /// Let the engine do what it thinks is due (SQLite).
    Optimise,
}

/// One piece of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Work {
    /// In words.
    pub what: String,
    /// As statements.
    pub statements: Vec<String>,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Sweep, Self::Indexes, Self::Statistics, Self::Optimise];
}

impl From<Step> for Work {
    fn from(step: Step) -> Self {
        Self { what: step.what, statements: step.up }
    }
}

/// What is done to tables, in its order; what an engine has not is left out.
pub(super) fn upkeep(engine: Engine, tables: &[&str], wanted: &Wanted) -> Vec<(Work, Upkeep)> {
    let mut works = Vec::new();
    let mut add = |what: String, upkeep: Upkeep| {
        if let Some(statement) = upkeep.statement(engine) {
            works.push((Work { what, statements: vec![statement] }, upkeep));
        }
    };
    if wanted.vacuum {
        // SQLite does the whole file at once.
        let most = if engine == Engine::Sqlite { 1 } else { tables.len() };
        for table in &tables[..most.min(tables.len())] {
            let of = if engine == Engine::Sqlite { "the file" } else { table };
            add(
                format!("give back the room of deleted rows in {of}"),
                Upkeep::Vacuum { table: (*table).to_owned() },
            );
        }
    }
    if wanted.has(Part::Statistics) {
        for table in tables {
            add(
                format!("update the statistics of {table}"),
                Upkeep::Statistics { table: (*table).to_owned() },
            );
        }
    }
    if wanted.has(Part::Optimise) {
        add("do what the engine thinks is due".to_owned(), Upkeep::Optimise);
    }
    works
}

pub(super) fn deleted(expired: &Expired) -> String {
    let Expired { sessions, verifications, rate_limits, .. } = expired;
    format!("deleted: sessions {sessions}, verifications {verifications}, rate limits {rate_limits}")
}
