//! What those who watch are told of a statement: never a value.

use std::time::Instant;

use tracing::Span;

use super::adapter::{Shared, SqlAdapter};
use super::statistics::Meter;
use super::table::Table;
use crate::telemetry::Verb;

/// What a statement is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct About<'a> {
    system: &'static str,
    collection: &'a str,
    meter: &'a Meter,
}

impl SqlAdapter<'_> {
    /// A statement on a table.
    pub(super) fn about<'a>(&'a self, table: &'a Table) -> About<'a> {
        self.shared.about(&table.name)
    }

    /// The beginning of a transaction.
    pub(super) fn about_transaction(&self) -> About<'_> {
        self.shared.about_transaction()
    }
}

impl Shared {
    /// The beginning or the end of a transaction.
    pub(super) fn about_transaction(&self) -> About<'_> {
        self.about("")
    }

    fn about<'a>(&'a self, collection: &'a str) -> About<'a> {
        About { system: self.engine.name, collection, meter: self.pool.meter() }
    }
}

impl About<'_> {
    /// The span of a statement, by OpenTelemetry's conventions for databases, at level debug.
    pub(super) fn span(self, sql: &str) -> Span {
        // Whoever does not listen pays for one comparison.
        tracing::debug_span!(
            "db.query",
            otel.name = %self.summary(sql),
            otel.kind = "client",
            db.system.name = self.system,
            db.operation.name = Verb::of(sql).name(),
            db.collection.name = (!self.collection.is_empty()).then_some(self.collection),
            db.query.summary = %self.summary(sql),
        )
    }

    /// A statement inside a transaction is done.
    pub(super) async fn timed<T>(self, sql: &str, asked: impl Future<Output = T>) -> T {
        let since = Instant::now();
        let outcome = asked.await;
        self.meter.sent(sql, 0, since);
        outcome
    }

    fn summary(self, sql: &str) -> String {
        format!("{} {}", Verb::of(sql).name(), self.collection).trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_known_by_its_first_word() {
        for (statement, verb) in [
            ("SELECT 1", Verb::Select),
            ("SAVEPOINT", Verb::Other),
            ("INSERT INTO t", Verb::Insert),
            ("UPDATE t", Verb::Update),
            ("DELETE FROM t", Verb::Delete),
            ("DEALLOCATE ALL", Verb::Other),
            ("WITH gone AS (DELETE FROM t", Verb::Delete),
            ("WITH found AS (SELECT 1", Verb::Select),
            ("COMMIT", Verb::Commit),
            ("ROLLBACK TO SAVEPOINT", Verb::Rollback),
            ("RELEASE SAVEPOINT", Verb::Other),
            ("BEGIN", Verb::Other),
            ("", Verb::Other),
        ] {
            assert_eq!(Verb::of(statement), verb, "{statement}");
        }
    }
}
