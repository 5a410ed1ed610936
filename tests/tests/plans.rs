//! Every query of the repositories has its index: on each engine, filled with so many rows that the planner has a choice, the
//! engine's own plan of the very statement uses the index that the catalogue names.

#[path = "plans/fill.rs"]
mod fill;
#[path = "plans/optional.rs"]
mod optional;
#[path = "plans/plan.rs"]
mod plan;
#[path = "plans/queries.rs"]
mod queries;
#[path = "plans/scene.rs"]
mod scene;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use auth_core::SeaOrmAdapter;
use auth_core::adapter::seaorm::Plan;
use auth_core::hooks::Hooks;
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::flavour::{Access, Flavour};
use auth_tests::runner::{Case, end, trials};
use libtest_mimic::Trial;

use self::plan::{PRIMARY_KEY, read};
use self::queries::{EXEMPT, Query, queries};
use self::scene::{Scene, every_hook};

fn main() {
    let cases = [
        Case::new("every_query_uses_its_index", every_query),
        Case::new("every_query_of_optional_models_uses_its_index", optional::every_query),
    ];
    let mut all = trials(&cases, Flavour::Ours, Access::Dictionary, Backend::is_an_engine);
    all.push(Trial::test("every_method_of_the_repositories_is_in_the_table", every_method));
    all.push(Trial::test("every_index_of_the_profile_core_serves_a_query", every_index));
    end(all)
}

async fn every_query(database: Arc<TestDatabase>) {
    let began = Instant::now();
    fill::fill(&database).await;
    let filled = began.elapsed();
    let adapter = SeaOrmAdapter::new(database.connect_for_long().await).await.unwrap();
    let (plans, asked) = (adapter.record_plans(), Instant::now());
    let adapter = Arc::new(adapter);
    let mut wrong = Vec::new();
    for (hooks, base) in [(Hooks::new(), 0), (every_hook(), 1_000)] {
        let scene = Scene::on(&adapter, hooks, base);
        for query in queries() {
            plans.take();
            (query.run)(&scene).await;
            judge(database.backend(), &query, &plans.take(), &mut wrong);
        }
    }
    let (asked, backend) = (asked.elapsed(), database.backend().name());
    eprintln!("{backend}: filled in {:.0} s, asked in {:.0} s", filled.as_secs_f32(), asked.as_secs_f32());
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Holds the plans of what a method sent against its entry.
fn judge(backend: Backend, query: &Query, noted: &[Plan], wrong: &mut Vec<String>) {
    let method = query.method;
    let mut used = BTreeSet::new();
    for Plan { sql, plan } in noted {
        let text = plan.as_ref().unwrap_or_else(|error| panic!("{method}: {sql}: {error}"));
        let reading = read(backend, sql, text);
        let mut complain = |what: String| wrong.push(format!("{method}: {what}\n    {sql}\n    {text}"));
        for index in reading.indexes.iter().filter(|index| !query.may_use(index)) {
            complain(format!("uses {index}, the table names {:?}", query.indexes));
        }
        if let Some(scanned) = &reading.scanned {
            complain(format!("reads all of {scanned}"));
        }
        if reading.sorts && !query.sorts {
            complain("sorts".to_owned());
        }
        used.extend(reading.indexes);
    }
    for index in query.indexes.iter().filter(|index| !used.contains(**index)) {
        if !query.or.iter().any(|other| used.contains(*other)) {
            wrong.push(format!("{method}: does not use {index}, but {used:?}"));
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "what a trial gives")]
fn every_method() -> Result<(), libtest_mimic::Failed> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/auth-core/src/repository");
    let all = queries().into_iter().chain(optional::queries());
    let mut known: BTreeSet<String> = all.map(|query| query.method.to_owned()).collect();
    known.extend(EXEMPT.iter().chain(optional::EXEMPT).map(|(method, _)| (*method).to_owned()));
    let mut found = BTreeSet::new();
    for noun in ["users", "sessions", "accounts", "verifications", "rate_limits", "events"] {
        let source = fs::read_to_string(folder.join(format!("{noun}.rs"))).unwrap();
        for line in source.lines().map(str::trim_start) {
            let named = line.strip_prefix("pub async fn ").or(line.strip_prefix("pub(crate) async fn "));
            if let Some(name) = named.and_then(|rest| rest.split(['(', '<']).next()) {
                found.insert(format!("{noun}.{name}"));
            }
        }
    }
    let missing: Vec<_> = found.difference(&known).collect();
    assert!(missing.is_empty(), "no entry in plans/queries.rs says which index serves {missing:?}");
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(gone.is_empty(), "there is no method {gone:?}");
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "what a trial gives")]
fn every_index() -> Result<(), libtest_mimic::Failed> {
    let queries = queries();
    let named: BTreeSet<&str> = queries.iter().flat_map(|query| query.indexes.iter().copied()).collect();
    let core: BTreeSet<&str> = migration::index::core().iter().map(|index| index.name).collect();
    let idle: Vec<_> = core.difference(&named).collect();
    assert!(idle.is_empty(), "no query needs {idle:?}");
    let unknown: Vec<_> = named.difference(&core).filter(|name| **name != PRIMARY_KEY).collect();
    assert!(unknown.is_empty(), "the catalogue has no {unknown:?}");
    Ok(())
}
