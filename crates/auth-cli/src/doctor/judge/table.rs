//! Tables: what deleted rows have left, what the planner believes, how they are stored.

use auth_core::adapter::seaorm::Upkeep;
use auth_core::adapter::seaorm::diagnosis::TableFacts;

use super::super::code;
use super::super::finding::Finding;
use super::Evidence;

pub(super) fn findings(evidence: &Evidence<'_>) -> Vec<Finding> {
    let tables = evidence.facts.tables.iter();
    tables
        .flat_map(|table| [dead_rows(evidence, table), stale(evidence, table), storage(evidence, table)])
        .flatten()
        .collect()
}

/// Autovacuum comes at a fifth; twice that, it does not keep up.
fn dead_rows(evidence: &Evidence<'_>, table: &TableFacts) -> Option<Finding> {
    let dead = table
        .dead_rows
        .filter(|dead| *dead >= 1000 && dead.saturating_mul(5) > table.rows.saturating_mul(2))?;
    let vacuumed = table.vacuumed_at.map_or("never".to_owned(), |at| format!("last on {}", at.date()));
    let why = format!("{dead} dead rows beside {} live ones; it was vacuumed {vacuumed}", table.rows);
    let finding = Finding::new(code::DEAD_ROWS, &table.name, why)
        .advice("clear them away; if they come back, look whether autovacuum runs and no transaction stays open for long");
    let work = Upkeep::Vacuum { table: table.name.clone() };
    Some(with(evidence, finding, &work))
}

/// Engines look again at a tenth; at half, they do not.
fn stale(evidence: &Evidence<'_>, table: &TableFacts) -> Option<Finding> {
    let changed = table
        .changed_since_analyze
        .filter(|changed| *changed >= 1000 && changed.saturating_mul(2) > table.rows)?;
    let why = format!(
        "about {} rows, of which the planner's statistics miss {changed}: it may choose the wrong index",
        table.rows
    );
    let finding = Finding::new(code::STALE_STATISTICS, &table.name, why)
        .advice("let it look at the table (auth maintain --apply)");
    let work = Upkeep::Statistics { table: table.name.clone() };
    Some(with(evidence, finding, &work))
}

fn storage(evidence: &Evidence<'_>, table: &TableFacts) -> Option<Finding> {
    let engine = table.storage_engine.as_deref().filter(|engine| !engine.eq_ignore_ascii_case("InnoDB"))?;
    let name = evidence.live.engine.quoted(&table.name);
    let why = format!(
        "it is stored by {engine}, which keeps no transaction and no foreign key, and loses rows in a crash"
    );
    let finding = Finding::new(code::STORAGE_ENGINE, &table.name, why).advice("store it by InnoDB");
    Some(finding.statement(format!("ALTER TABLE {name} ENGINE = InnoDB")))
}

fn with(evidence: &Evidence<'_>, finding: Finding, work: &Upkeep) -> Finding {
    match work.statement(evidence.live.engine) {
        Some(statement) => finding.statement(statement),
        None => finding,
    }
}
