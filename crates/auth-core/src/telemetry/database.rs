//! The handles of a pool of connections, made with its adapter.

use std::time::Duration;

use metrics::{Counter, Histogram};

use super::catalogue;
use super::instruments::{counter, histogram};
use super::spent;

/// What a statement does, as far as it can be told from its first word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Select,
    Insert,
    Update,
    Delete,
    Commit,
    Rollback,
    Other,
}

impl Verb {
    const ALL: [Self; 7] =
        [Self::Select, Self::Insert, Self::Update, Self::Delete, Self::Commit, Self::Rollback, Self::Other];

    /// Of a text that this library has rendered.
    pub(crate) fn of(statement: &str) -> Self {
        match statement.as_bytes() {
            [b'I', ..] => Self::Insert,
            [b'U', ..] => Self::Update,
            [b'D', b'E', b'L', ..] => Self::Delete,
            [b'C', ..] => Self::Commit,
            [b'R', b'O', ..] => Self::Rollback,
            // What comes behind decides: a batch that tells its last row, or a question.
            [b'W', ..] if statement.contains("DELETE FROM") => Self::Delete,
            [b'S', b'E', b'L', ..] | [b'W', ..] => Self::Select,
            _ => Self::Other,
        }
    }

    /// As OpenTelemetry has it in `db.operation.name`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Select => "SELECT",
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
            Self::Commit => "COMMIT",
            Self::Rollback => "ROLLBACK",
            Self::Other => "OTHER",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Select => "select",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Commit => "commit",
            Self::Rollback => "rollback",
            Self::Other => "other",
        }
    }
}

/// The handles of one pool.
#[derive(Debug)]
pub(crate) struct DatabaseInstruments {
    statements: [Histogram; 7],
    acquire_seconds: Histogram,
    timeouts: Counter,
}

impl DatabaseInstruments {
    pub(crate) fn new() -> Self {
        let statement = |verb: Verb| histogram(&catalogue::STATEMENT_SECONDS, &[("operation", verb.label())]);
        Self {
            statements: Verb::ALL.map(statement),
            acquire_seconds: histogram(&catalogue::POOL_ACQUIRE_SECONDS, &[]),
            timeouts: counter(&catalogue::POOL_TIMEOUTS, &[]),
        }
    }

    /// A statement is done; `statements` counts those that were sent around it.
    pub(crate) fn sent(&self, verb: Verb, statements: u32, took: Duration) {
        self.statements[verb as usize].record(took);
        spent::sent(statements, took);
    }

    /// A connection was waited for.
    pub(crate) fn acquired(&self, waited: Duration) {
        self.acquire_seconds.record(waited);
        spent::waited(waited);
    }

    pub(crate) fn timed_out(&self) {
        self.timeouts.increment(1);
    }
}
