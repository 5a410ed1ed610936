//! The schema: what the live catalogue grades, what is pending, and rows that should not be there.

use auth_core::adapter::seaorm::{CatalogueProblem, Finding as Graded, Grade};
use auth_schema::difference::Needed;

use super::super::code::{self, Code};
use super::super::finding::{Finding, Severity};
use super::Evidence;

pub(super) fn findings(evidence: &Evidence<'_>) -> Vec<Finding> {
    // An index that was left unfinished is told by itself.
    let is_unfinished =
        |graded: &&Graded| matches!(graded.problem, CatalogueProblem::MissingIndex { invalid: Some(_), .. });
    let graded = evidence.graded.iter().filter(|graded| !is_unfinished(graded));
    let mut findings: Vec<Finding> = graded.map(|graded| of_catalogue(evidence, graded)).collect();
    if evidence.pending.other_names {
        let why =
            "there are tables that look like Better Auth's under other names than the configuration says";
        findings.push(
            Finding::new(code::OTHER_NAMES, "the schema", why)
                .advice("write the configuration that fits: auth generate config --output auth.toml"),
        );
    }
    for name in &evidence.pending.migrations {
        let why = "a migration of this library has not been applied";
        findings.push(
            Finding::new(code::PENDING_MIGRATION, name, why).advice("apply it").command("auth migrate"),
        );
    }
    findings.extend(repeated(code::DUPLICATE_EMAILS, evidence.repeated.emails, "e-mail addresses"));
    findings.extend(repeated(code::DUPLICATE_ACCOUNTS, evidence.repeated.accounts, "accounts of providers"));
    findings.extend(expired(evidence));
    findings
}

fn of_catalogue(evidence: &Evidence<'_>, graded: &Graded) -> Finding {
    let severity = match graded.grade {
        Grade::Fatal => Severity::Critical,
        Grade::Degraded => Severity::Warning,
        _ => Severity::Advice,
    };
    let code = Code { name: graded.problem.code(), severity };
    let finding = Finding::new(code, "the schema", graded.problem.to_string());
    let finding = finding.advice(&graded.remedy);
    match graded.remedy.as_str() {
        "auth migrate" => steps(evidence, &graded.problem, finding).command("auth migrate"),
        "auth adopt" => finding.command("auth adopt"),
        // Words may follow a statement; then it is for a person.
        remedy if remedy.starts_with("ALTER TABLE ") && !remedy.contains("; ") => {
            let statement = remedy.to_owned();
            finding.statement(statement)
        }
        _ => finding,
    }
}

/// The statements of `auth migrate` for a missing index.
fn steps(evidence: &Evidence<'_>, problem: &CatalogueProblem, mut finding: Finding) -> Finding {
    let CatalogueProblem::MissingIndex { table, columns, .. } = problem else {
        return finding;
    };
    let engine = evidence.live.engine;
    let list = columns.iter().map(|column| engine.quoted(column)).collect::<Vec<_>>().join(", ");
    let step = evidence.pending.steps.iter().find(|step| {
        let on_table = matches!(&step.needed, Needed::Index(of, _) if of == table);
        on_table && step.up.iter().any(|statement| statement.contains(&format!("({list})")))
    });
    finding.statements.extend(step.into_iter().flat_map(|step| step.up.clone()));
    finding
}

fn repeated(code: Code, values: u64, what: &str) -> Option<Finding> {
    (values > 0).then(|| {
        let why = format!(
            "{values} {what} stand in several rows: whose the session is depends on which row is found first"
        );
        Finding::new(code, what, why).advice("decide row by row, or by a rule").command("auth adopt")
    })
}

fn expired(evidence: &Evidence<'_>) -> Option<Finding> {
    let expired = evidence.expired?;
    let rows = |model: &str| {
        let found = evidence.schema.find(model).and_then(|id| evidence.schema.model(id));
        found.ok().and_then(|model| evidence.facts.table(model.table())).map_or(0, |table| table.rows)
    };
    let counted = [
        ("session", expired.sessions),
        ("verification", expired.verifications),
        ("rate_limit", expired.rate_limits),
    ];
    let many: Vec<String> = counted
        .into_iter()
        .filter(|(model, expired)| *expired >= 1000 && *expired > rows(model) / 5)
        .map(|(model, expired)| format!("{expired} rows of {model}"))
        .collect();
    (!many.is_empty()).then(|| {
        let why = format!(
            "{} have expired and are still there: tables, indexes and backups carry them",
            many.join(", ")
        );
        Finding::new(code::EXPIRED_ROWS, "expired rows", why)
            .advice("delete them now, and let it happen by itself: MaintenanceConfig::sweep, or a cron job")
            .command("auth maintain --apply")
    })
}
