//! The proof of `auth export` and `auth import` at size: a database full of people is moved from engine to engine by the commands;
//! each import is killed half-way and run again. What arrives must be what was there, and the commands must stay small.
//!
//! `cargo xtask transfer` runs it: `transfer AUTH USERS ENGINE ENGINE…`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use auth_core::SeaOrmAdapter;
use auth_core::adapter::{Adapter, Filter};
use auth_schema::{session, user};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::child::{Child, Measured};
use auth_tests::crowd;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let auth = PathBuf::from(arguments.next().expect("the first argument is the command auth"));
    let auth = auth.canonicalize().expect("auth is there");
    let users: usize = arguments.next().and_then(|text| text.parse().ok()).expect("a number of users");
    let way: Vec<String> = arguments.collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let lines = runtime.expect("a runtime starts").block_on(async {
        let available = Backend::available().await;
        let engine = |name: &String| available.iter().copied().find(|engine| engine.name() == name);
        let way: Vec<Backend> = way.iter().filter_map(engine).collect();
        go(&auth, users, &way).await
    });
    println!("\nauth export and auth import, {users} users with an account and a session each");
    for line in &lines {
        println!("  {line}");
    }
    ExitCode::SUCCESS
}

/// Moves the people along the way; a failed promise ends the program.
async fn go(auth: &Path, users: usize, way: &[Backend]) -> Vec<String> {
    let Some((first, others)) = way.split_first() else {
        return Vec::new();
    };
    let mut here = first.create().await;
    let connection = here.connect_for_long().await;
    migration::run(&connection).await.expect("the migrations run");
    crowd::fill_one_each(&connection, *first, users).await;
    connection.close().await.expect("it closes");
    let mut lines = Vec::new();
    for next in others {
        let there = next.create().await;
        lines.push(move_on(auth, (&here, &there), users).await);
        here.remove().await;
        here = there;
    }
    here.remove().await;
    lines
}

async fn move_on(auth: &Path, (from, to): (&TestDatabase, &TestDatabase), users: usize) -> String {
    let file = std::env::temp_dir().join(format!("auth-transfer-{}.jsonl", std::process::id()));
    let path = file.display().to_string();
    let exported = run(auth, from, &["export", "--output", &path, "--force"]);
    let bytes = std::fs::metadata(&file).expect("the file is there").len();
    assert_eq!(exported.json["totals"]["session"]["rows"], users, "{}", exported.output);

    let connection = to.connect().await;
    migration::run(&connection).await.expect("the migrations run");
    let adapter = SeaOrmAdapter::new(connection).await.expect("the tables fit");
    let count = async |model| adapter.count(model, Filter::everything()).await.expect("it is counted");
    let mut import = Child::new(auth, "", &to.url, &["import", &path]);
    let half = u64::try_from(users / 2).unwrap_or(u64::MAX);
    // Counting reads the table: of a large one rarely, so that it is not what is measured.
    let pause = Duration::from_millis(5) + Duration::from_micros(half);
    while count(user::MODEL).await < half {
        assert!(import.is_running(), "it ended before it was killed: {}", import.finish().output);
        tokio::time::sleep(pause).await;
    }
    let killed = import.kill();
    let (there, sessions) = (count(user::MODEL).await, count(session::MODEL).await);
    assert!(sessions < u64::try_from(users).unwrap_or(u64::MAX), "it was killed half-way: {sessions}");

    let imported = run(auth, to, &["import", &path]);
    assert_eq!(
        imported.json["models"][0]["present"], there,
        "what was there was left alone: {}",
        imported.output
    );
    let again = run(auth, to, &["import", &path]);
    assert_eq!(again.json["models"][0]["inserted"], 0, "{}", again.output);
    let arrived = run(auth, to, &["export", "--output", &path, "--force"]);
    assert_eq!(arrived.json["totals"], exported.json["totals"], "the same rows");
    let _ = std::fs::remove_file(&file);
    let runs = [&exported, &killed, &imported, &again, &arrived];
    let peak = runs.iter().map(|run| run.peak_megabytes).max().unwrap_or(0);
    assert!(peak < MEMORY_MEGABYTES, "{peak} MB");
    let seconds = |run: &Measured| format!("{:.1} s", run.wall.as_secs_f64());
    format!(
        "{:<8} -> {:<8} exported {} MB in {}; import killed at {there} users after {}, ended in {}, again without work in {}; \
         at most {peak} MB (export {}, import {})",
        from.backend().name(),
        to.backend().name(),
        bytes / 1_000_000,
        seconds(&exported),
        seconds(&killed),
        seconds(&imported),
        seconds(&again),
        exported.peak_megabytes.max(arrived.peak_megabytes),
        imported.peak_megabytes.max(killed.peak_megabytes),
    )
}

/// Runs a command that must go well.
fn run(auth: &Path, database: &TestDatabase, arguments: &[&str]) -> Measured {
    let measured = Child::new(auth, "", &database.url, arguments).finish();
    assert_eq!(measured.code, Some(0), "{arguments:?}: {}", measured.output);
    measured
}

const MEMORY_MEGABYTES: u64 = 200;
