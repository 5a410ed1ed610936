//! What `auth adopt` answers.

use std::fmt;

use serde::Serialize;

use crate::adopt::{BACKUP_TABLE, Plan, Report};

/// What was found.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Inspected(pub(super) Plan);

/// What was done.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Applied(pub(super) Report);

impl fmt::Display for Inspected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plan = &self.0;
        writeln!(formatter, "{} users, {} sessions, {} accounts", plan.users, plan.sessions, plan.accounts)?;
        let mut count = |what: &str, cases: u64, rows: String| {
            if cases == 0 { Ok(()) } else { writeln!(formatter, "  {what:<44}{cases:>8}{rows}") }
        };
        count("addresses that several users have", plan.email.cases, format!(", {} users", plan.email.rows))?;
        count("addresses in capital letters, of one user", plan.upper_case.cases, String::new())?;
        let of_one = plan.account_of_one_user;
        let rows = format!(", {} rows, {of_one} of one user alone", plan.account.rows);
        count("accounts that stand more than once", plan.account.cases, rows)?;
        for left_over in &plan.left_over {
            writeln!(formatter, "left over: {}\n    {}", left_over.problem, left_over.remedy)?;
        }
        for what in &plan.missing {
            writeln!(formatter, "missing: {what}")?;
        }
        for problem in &plan.impossible {
            writeln!(formatter, "left: {problem}")?;
        }
        formatter.write_str(&next(plan))
    }
}

/// What to run next.
fn next(plan: &Plan) -> String {
    let Some(file) = &plan.file else {
        let done = plan.missing.is_empty();
        let next = if done { "nothing to do" } else { "no value stands twice; next: auth adopt --apply" };
        return next.to_owned();
    };
    let file = file.display();
    format!(
        "Nothing was changed. The cases are in {file}. Next, one of\n  decide row by row there, then  auth adopt --apply {file}\n  decide by a rule               auth adopt --apply --rule keep-oldest\n                                 (or keep-newest, keep-verified, keep-last-used)"
    )
}

impl fmt::Display for Applied {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = &self.0;
        writeln!(formatter, "cases applied: {}; rows changed: {}", report.applied, report.rows)?;
        if report.rows > 0 {
            writeln!(formatter, "  each row as it was is in {BACKUP_TABLE}")?;
        }
        if report.done > 0 {
            writeln!(formatter, "cases applied before: {}", report.done)?;
        }
        for open in &report.open {
            writeln!(formatter, "not applied: {}: {}", open.value, open.reason)?;
        }
        let open = report.undecided + report.refused;
        let told = u64::try_from(report.open.len()).unwrap_or(u64::MAX);
        if open > told {
            writeln!(formatter, "… and {} more", open - told)?;
        }
        for what in &report.added {
            writeln!(formatter, "done: {what}")?;
        }
        for problem in &report.impossible {
            writeln!(formatter, "left: {problem}")?;
        }
        formatter.write_str(&ending(report))
    }
}

fn ending(report: &Report) -> String {
    let left = report.left;
    if report.stopped {
        return "stopped; run the same command again to go on".to_owned();
    }
    if left > 0 {
        return format!(
            "values that still stand more than once: {left}; no index was made. auth adopt lists them"
        );
    }
    if !report.is_done() {
        return "cases are open; auth adopt lists them".to_owned();
    }
    "the database is taken over".to_owned()
}
