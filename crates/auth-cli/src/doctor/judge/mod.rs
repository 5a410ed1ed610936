//! Makes findings of facts. Asks nobody: everything is a value, so that each rule can be tried without a database.

mod activity;
mod index;
mod mysql;
mod postgres;
mod redis;
mod rights;
mod schema;
mod sqlite;
mod table;

use std::time::Duration;

use auth_core::adapter::seaorm::Finding as Graded;
use auth_core::adapter::seaorm::diagnosis::Facts;
use auth_schema::Schema;
use auth_schema::difference::Step;
use auth_schema::live::LiveSchema;
use time::OffsetDateTime;

use super::finding::Finding;
use super::memory::Memory;
use super::report::{Expired, Pool};

pub(super) use redis::{health as redis_health, unreachable as redis_unreachable};

/// Everything that a finding may rest on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evidence<'a> {
    pub(super) facts: &'a Facts,
    pub(super) schema: &'a Schema,
    /// What stands in the database.
    pub(super) live: &'a LiveSchema,
    /// What of it does not fit.
    pub(super) graded: &'a [Graded],
    pub(super) pending: &'a Pending,
    pub(super) repeated: Repeats,
    pub(super) expired: Option<Expired>,
    pub(super) pool: Option<Pool>,
    pub(super) memory: Option<Memory>,
    pub(super) load: Load,
    pub(super) now: OffsetDateTime,
}

/// What the application asks of the server.
#[derive(Debug, Clone, Copy)]
pub(super) struct Load {
    /// Connections of all pools together.
    pub(super) connections: u64,
    /// An index that rests for so long is not used.
    pub(super) unused_after: Duration,
}

/// What is to be done to the schema.
#[derive(Debug, Clone, Default)]
pub(super) struct Pending {
    pub(super) migrations: Vec<String>,
    pub(super) steps: Vec<Step>,
    /// The tables have other names than the schema says.
    pub(super) other_names: bool,
    /// Statements that build unfinished indexes anew.
    pub(super) rebuilds: Vec<Step>,
}

/// How many values stand more than once.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Repeats {
    pub(super) emails: u64,
    pub(super) accounts: u64,
}

/// The findings, the worst first.
pub(super) fn judge(evidence: &Evidence<'_>) -> Vec<Finding> {
    let settings = match evidence.facts.engine {
        "PostgreSQL" => postgres::settings(evidence),
        "SQLite" => sqlite::settings(evidence),
        _ => mysql::settings(evidence),
    };
    let mut findings = schema::findings(evidence);
    findings.extend(index::findings(evidence));
    findings.extend(table::findings(evidence));
    findings.extend(activity::findings(evidence));
    findings.extend(rights::findings(evidence));
    findings.extend(settings);
    findings
}

/// What is good to know and no finding.
pub(super) fn notes(evidence: &Evidence<'_>) -> Vec<String> {
    match evidence.facts.engine {
        "PostgreSQL" | "SQLite" => Vec::new(),
        _ => mysql::notes(evidence),
    }
}

/// The next power of two of megabytes, at least so many.
fn room_for(bytes: u64, least: u64) -> u64 {
    (bytes + bytes / 4)
        .div_ceil(super::bytes::MEGABYTE)
        .next_power_of_two()
        .saturating_mul(super::bytes::MEGABYTE)
        .max(least)
}

#[cfg(test)]
mod tests;
