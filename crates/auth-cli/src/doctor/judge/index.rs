//! Indexes that cost and do not serve.

use auth_core::adapter::seaorm::diagnosis::{IndexFacts, Usage};
use auth_schema::ddl::Engine;
use auth_schema::difference::{Difference, Needed, Step};

use super::super::bytes::bytes;
use super::super::code;
use super::super::finding::Finding;
use super::Evidence;
use crate::index::{Redundant, redundant};

pub(super) fn findings(evidence: &Evidence<'_>) -> Vec<Finding> {
    let live = evidence.live;
    let tables = evidence.schema.models().filter_map(|(_, model)| live.table(model.table()));
    let needless: Vec<Redundant> = tables.flat_map(redundant).collect();
    let mut findings: Vec<Finding> = needless.iter().map(|found| duplicate(evidence, found)).collect();
    for index in &evidence.facts.indexes {
        if !index.valid {
            findings.push(invalid(evidence, index));
        } else if index.ignored {
            findings.push(ignored(evidence, index));
        } else if !needless.iter().any(|found| found.table == index.table && found.index == index.name) {
            findings.extend(unused(evidence, index));
        }
    }
    findings
}

fn duplicate(evidence: &Evidence<'_>, found: &Redundant) -> Finding {
    let Redundant { table, index, by, duplicate, held } = found;
    let why = if *duplicate { "has the same columns" } else { "begins with its columns" };
    let why = format!("{by} {why}: every write keeps both");
    let finding = Finding::new(code::DUPLICATE_INDEX, format!("{index} of {table}"), why);
    if *held {
        return finding.advice("a constraint holds it: drop that, if the other keeps what it promises");
    }
    finding.advice("drop it, unless a query names it").statement(drop_index(
        evidence.live.engine,
        table,
        index,
    ))
}

fn invalid(evidence: &Evidence<'_>, index: &IndexFacts) -> Finding {
    let why = "a build of it failed or was cut short: every write keeps it and no query may use it";
    let finding = Finding::new(code::INVALID_INDEX, format!("{} of {}", index.name, index.table), why)
        .advice("build it anew, while others read and write (auth maintain --apply)");
    let of_index = |step: &&Step| matches!(&step.needed, Needed::Index(table, name) if *table == index.table && *name == index.name);
    let step = evidence.pending.rebuilds.iter().find(of_index);
    Finding { statements: step.map(|step| step.up.clone()).unwrap_or_default(), ..finding }
}

fn ignored(evidence: &Evidence<'_>, index: &IndexFacts) -> Finding {
    let engine = evidence.live.engine;
    let word = if evidence.facts.engine == "MariaDB" { "NOT IGNORED" } else { "VISIBLE" };
    let (table, name) = (engine.quoted(&index.table), engine.quoted(&index.name));
    let why = "somebody has told the planner to pass it over: every write keeps it and no query uses it";
    Finding::new(code::IGNORED_INDEX, format!("{} of {}", index.name, index.table), why)
        .advice("let it be used again, or drop it if the trial has shown that nothing needs it")
        .statement(format!("ALTER TABLE {table} ALTER INDEX {name} {word}"))
}

/// Only one that keeps nothing apart, that the schema does not ask for, and of which the engine has counted for long enough.
fn unused(evidence: &Evidence<'_>, index: &IndexFacts) -> Option<Finding> {
    let since = evidence.facts.counted_since?;
    let counted = evidence.now - since;
    if index.usage != Some(Usage::Unused)
        || index.unique
        || is_held(evidence, index)
        || evidence.load.unused_after > counted
        || is_asked_for(evidence, index)
    {
        return None;
    }
    let size = index.bytes.map(|size| format!(", takes {}", bytes(size))).unwrap_or_default();
    let why = format!(
        "nothing has used it since {}, or since it was made, if that was later{size}: every write keeps it",
        since.date()
    );
    let finding = Finding::new(code::UNUSED_INDEX, format!("{} of {}", index.name, index.table), why)
        .advice("drop it, unless a rare report or a replica needs it: those are not counted here")
        .statement(drop_index(evidence.live.engine, &index.table, &index.name));
    Some(finding)
}

fn is_held(evidence: &Evidence<'_>, index: &IndexFacts) -> bool {
    let table = evidence.live.table(&index.table);
    table.is_some_and(|table| table.indexes.iter().any(|live| live.name == index.name && live.held))
}

/// Whether the schema would lack something without it, or a foreign key that MySQL keeps by it.
fn is_asked_for(evidence: &Evidence<'_>, index: &IndexFacts) -> bool {
    let lacks =
        |live| Difference::between(evidence.schema, live).map_or(usize::MAX, |lacks| lacks.changes.len());
    let mut without = evidence.live.clone();
    let Some(table) = without.tables.iter_mut().find(|table| table.name == index.table) else {
        return true;
    };
    table.indexes.retain(|other| other.name != index.name);
    let needed_by_key = without.engine == Engine::Mysql
        && table.foreign_keys.iter().any(|key| {
            !table.indexes.iter().any(|other| !other.partial && other.columns.starts_with(&key.columns))
        });
    needed_by_key || lacks(&without) > lacks(evidence.live)
}

fn drop_index(engine: Engine, table: &str, index: &str) -> String {
    let (table, index) = (engine.quoted(table), engine.quoted(index));
    match engine {
        Engine::Postgres => format!("DROP INDEX CONCURRENTLY {index}"),
        Engine::Mysql => format!("DROP INDEX {index} ON {table}"),
        _ => format!("DROP INDEX {index}"),
    }
}
