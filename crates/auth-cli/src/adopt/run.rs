//! Applies many cases, one after the other, and then adds what the database lacks.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

use super::apply::Outcome;
use super::case::{Case, Kind};
use super::database::Database;
use super::decision::Undecided;
use super::error::AdoptError;
use super::file::CaseLines;
use super::gather::Cases;
use super::progress::{Progress, Shown};
use super::rule::Rule;

/// Where the decisions come from, and when to stop.
#[derive(Debug)]
pub struct Orders<'a> {
    /// A file of cases; `None`: the cases of the database as it is.
    pub file: Option<&'a Path>,
    /// Decides what the file leaves open.
    pub rule: Option<Rule>,
    /// How progress is shown.
    pub shown: Shown,
    /// Set from elsewhere: ends the work behind the case that is under way.
    pub stop: &'a AtomicBool,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// Cases that were applied.
    pub applied: u64,
    /// Rows that were changed or deleted for them, and backed up.
    pub rows: u64,
    /// Cases that were applied before.
    pub done: u64,
    /// Cases that nobody, and no rule, has decided.
    pub undecided: u64,
    /// Cases that could not be applied.
    pub refused: u64,
    /// The first of the cases that were not applied, with the reason.
    pub open: Vec<Open>,
    /// Values in the database that still stand more than once.
    pub left: u64,
    /// What was added to the database; nothing while a value stands more than once.
    pub added: Vec<String>,
    /// What cannot be added, with the reason.
    pub impossible: Vec<String>,
    /// Whether it was stopped.
    pub stopped: bool,
}

/// A case that was not applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Open {
    /// Its kind.
    pub kind: Kind,
    /// Its value.
    pub value: String,
    /// Why not.
    pub reason: String,
}

impl Report {
    /// Whether all is done.
    pub fn is_done(&self) -> bool {
        !self.stopped && self.undecided == 0 && self.refused == 0 && self.left == 0
    }

    fn leave(&mut self, case: &Case, reason: String) {
        if self.open.len() < TOLD {
            self.open.push(Open { kind: case.kind, value: case.value.clone(), reason });
        }
    }
}

/// Cases from the one place or the other.
enum Source<'a> {
    File(CaseLines),
    Database(Cases<'a>, std::vec::IntoIter<Case>),
}

impl Source<'_> {
    async fn next(&mut self) -> Result<Option<Case>, AdoptError> {
        match self {
            Self::File(lines) => lines.next().transpose(),
            Self::Database(cases, page) => loop {
                if let Some(case) = page.next() {
                    return Ok(Some(case));
                }
                match cases.next_page().await? {
                    Some(next) => *page = next.into_iter(),
                    None => return Ok(None),
                }
            },
        }
    }
}

impl Database {
    /// Applies the cases that are decided; when no value stands more than once any more, adds what the database lacks. It may be
    /// ended at any moment, and run again.
    ///
    /// # Errors
    ///
    /// When the database cannot be worked with, or a line of the file is not a case.
    pub async fn adopt(&self, orders: &Orders<'_>) -> Result<Report, AdoptError> {
        let mut report = Report::default();
        self.apply_all(orders, &mut report).await?;
        report.left = self.count_in_the_way().await?;
        if report.left > 0 || report.stopped {
            return Ok(report);
        }
        let progress = Progress::new("looking for what is missing", None, orders.shown);
        let outcome = self.complete(|step| progress.tell(&step.what)).await?;
        progress.finish();
        let steps = outcome.steps.into_iter().map(|step| step.what);
        report.added = outcome.migrations.into_iter().chain(steps).collect();
        report.impossible = outcome.impossible;
        Ok(report)
    }

    async fn apply_all(&self, orders: &Orders<'_>, report: &mut Report) -> Result<(), AdoptError> {
        let (mut source, count) = match orders.file {
            Some(path) => (Source::File(CaseLines::open(path)?), CaseLines::count(path)?),
            None => (Source::Database(self.cases(), Vec::new().into_iter()), self.count_cases().await?),
        };
        let progress = Progress::new("applying", Some(count), orders.shown);
        while let Some(case) = source.next().await? {
            report.stopped = orders.stop.load(Ordering::Relaxed);
            if report.stopped {
                break;
            }
            self.apply_one(&case, orders.rule, report).await?;
            progress.advance(1);
        }
        progress.finish();
        Ok(())
    }

    async fn apply_one(
        &self,
        case: &Case,
        rule: Option<Rule>,
        report: &mut Report,
    ) -> Result<(), AdoptError> {
        let choice = match (case.decided(), rule) {
            (Err(Undecided::Open), Some(rule)) => rule.decide(case),
            (decided, _) => decided,
        };
        let choice = match choice {
            Ok(choice) => choice,
            Err(undecided) => {
                report.undecided += 1;
                report.leave(case, undecided.to_string());
                return Ok(());
            }
        };
        match self.apply(case, &choice).await? {
            Outcome::Applied { rows } => {
                report.applied += 1;
                report.rows += rows;
            }
            Outcome::Done => report.done += 1,
            Outcome::Refused { reason } => {
                report.refused += 1;
                report.leave(case, reason);
            }
        }
        Ok(())
    }
}

/// Reasons in a report; the file has the rest.
const TOLD: usize = 100;
