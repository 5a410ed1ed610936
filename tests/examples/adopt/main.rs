//! The proof of `auth adopt` at size: a database as Better Auth with Kysely makes it, full of people, some of whom stand twice, is
//! taken over by the command; the command is killed half-way and run again. Nothing may be lost, nothing may change its user.
//!
//! `cargo xtask adopt` runs it: `adopt AUTH USERS SESSIONS [ENGINE…]`.

mod plant;
mod proof;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::child::{Child, Measured};

use self::plant::Planted;
use self::proof::Proof;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let auth = PathBuf::from(arguments.next().expect("the first argument is the command auth"));
    let auth = auth.canonicalize().expect("auth is there");
    let mut number = || arguments.next().and_then(|text| text.parse().ok()).expect("a number");
    let (users, sessions): (u64, u64) = (number(), number());
    let only: Vec<String> = arguments.collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let lines = runtime.expect("a runtime starts").block_on(async {
        let mut lines = Vec::new();
        for backend in Backend::available().await {
            let asked = only.is_empty() || only.iter().any(|name| name == backend.name());
            if backend.is_an_engine() && asked {
                let database = Arc::new(backend.create().await);
                let proof = prove(auth.clone(), Arc::clone(&database), users, sessions);
                lines.push(tokio::spawn(proof).await);
                if let Some(database) = Arc::into_inner(database) {
                    database.remove().await;
                }
            }
        }
        lines
    });
    println!("\nauth adopt, {users} users, {sessions} sessions, 500 duplicates");
    for line in lines.iter().flatten() {
        println!("  {line}");
    }
    if lines.iter().all(Result::is_ok) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Plants, takes over, kills, takes over again, and checks everything.
async fn prove(auth: PathBuf, database: Arc<TestDatabase>, users: u64, sessions: u64) -> String {
    let (auth, database): (&Path, &TestDatabase) = (&auth, &database);
    let planted = Planted::new(database, users, sessions).await;
    let proof = Proof::of(&planted).await;
    let start = Instant::now();
    let child = |arguments: &[&str]| {
        Child::new(auth, "naming = 'better-auth'\n", &database.url, &[&["adopt"], arguments].concat())
    };

    let inspected = child(&[]).finish();
    assert_eq!(inspected.code, Some(1), "cases are there: {}", inspected.output);
    assert_eq!(inspected.json["email"]["cases"], plant::EMAILS, "{}", inspected.output);
    assert_eq!(inspected.json["account"]["cases"], plant::ACCOUNTS, "{}", inspected.output);
    assert_eq!(inspected.json["upper_case"]["cases"], plant::ALONE, "{}", inspected.output);
    let inspection = start.elapsed();

    let mut killed = child(&["--apply", "--rule", "keep-oldest"]);
    let before = proof.wait_for_backups(plant::CHANGED / 2, &mut killed).await;
    let killed = killed.kill();
    let after = proof.backups().await;
    assert!(before <= after && after < plant::CHANGED, "it was killed half-way: {after}");
    proof.nothing_is_lost(after).await;

    let applied = child(&["--apply", "--rule", "keep-oldest"]).finish();
    assert_eq!(applied.code, Some(0), "{}", applied.output);
    proof.nothing_is_lost(plant::CHANGED).await;
    proof.nothing_stands_twice(database).await;
    let last = child(&[]).finish();
    assert_eq!(last.code, Some(0), "nothing is left: {}", last.output);

    let peak = [&inspected, &killed, &applied, &last].iter().map(|it| it.peak_megabytes).max().unwrap_or(0);
    assert!(peak < MEMORY_MEGABYTES, "{peak} MB");
    report(
        database,
        &planted,
        &[inspected, killed, applied, last],
        (inspection, start.elapsed(), after, peak),
    )
}

fn report(
    database: &TestDatabase,
    planted: &Planted,
    runs: &[Measured],
    (inspection, whole, half, peak): (std::time::Duration, std::time::Duration, u64, u64),
) -> String {
    let times: Vec<String> = runs.iter().map(|run| format!("{:.1} s", run.wall.as_secs_f64())).collect();
    format!(
        "{:<9} planted in {:.1} s; inspected in {:.1} s, killed at {half} of {} rows, taken over after {:.1} s in all ({}); at most {peak} MB",
        database.backend().name(),
        planted.took.as_secs_f64(),
        inspection.as_secs_f64(),
        plant::CHANGED,
        whole.as_secs_f64(),
        times.join(", "),
    )
}

const MEMORY_MEGABYTES: u64 = 200;
