//! Metrics and health from outside, and what Prometheus' own tool says of both.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::{Server, ask, free_port};
use auth_core::telemetry::METRICS;

const SIGN_UP: &str = r#"{"name":"Ada","email":"ada@example.com","password":"correct horse battery"}"#;
const WRONG: &str = r#"{"email":"ada@example.com","password":"not the password"}"#;

#[test]
fn metrics_are_told_at_their_own_address_alone_and_hold_no_secret() {
    let (server, port) = with_metrics("metrics");
    server.post("/sign-up/email", &[], SIGN_UP);
    for _ in 0..2 {
        assert_eq!(server.post("/sign-in/email", &[], WRONG).status, 401);
    }
    assert_eq!(server.send("GET", "/metrics", &[], "").status, 404, "not where people are");
    let told = ask(port, "/metrics");
    assert_eq!(told.status, 200);
    assert!(told.head.contains("content-type: text/plain; version=0.0.4"), "{}", told.head);
    for line in [
        "auth_operations_total{operation=\"sign_up_email\",outcome=\"done\"} 1",
        "auth_operations_total{operation=\"sign_in_email\",outcome=\"refused\"} 2",
        "auth_refusals_total{operation=\"sign_in_email\",reason=\"invalid_credentials\"} 2",
        "auth_operations_total{operation=\"sign_out\",outcome=\"failed\"} 0",
        "auth_password_hash_duration_seconds_count 3",
        "auth_db_pool_timeouts_total 0",
    ] {
        assert!(told.body.lines().any(|told| told == line), "{line} is missing in\n{}", told.body);
    }
    assert!(!told.body.contains("ada") && !told.body.contains("horse"), "{}", told.body);
}

#[test]
fn promtool_accepts_what_is_told_and_every_metric_is_there() {
    let Some(promtool) = promtool() else { return };
    let (server, port) = with_metrics("promtool");
    server.post("/sign-up/email", &[], SIGN_UP);
    server.post("/sign-in/email", &[], WRONG);
    let told = ask(port, "/metrics").body;
    check(&promtool, &["check", "metrics"], &told);
    // Those that need a failure, a store, or a run of the sweep.
    let rare = ["auth_failures_total", "auth_secondary_storage_state", "auth_sweep_last_duration_seconds"];
    let rare = [&rare[..], &["auth_expired_rows_deleted_total", "auth_expired_rows_kept"]].concat();
    for metric in METRICS.iter().filter(|metric| !rare.contains(&metric.name)) {
        assert!(told.contains(&format!("# HELP {} {}\n", metric.name, metric.help)), "{}", metric.name);
    }
}

#[test]
fn promtool_accepts_alerts_and_the_questions_of_the_dashboard() {
    let Some(promtool) = promtool() else { return };
    let monitoring = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../monitoring");
    let file = |name: &str| monitoring.join(name).display().to_string();
    check(&promtool, &["check", "rules", &file("alerts.yml")], "");
    check(&promtool, &["test", "rules", &file("alerts_test.yml")], "");
    let dashboard = std::fs::read_to_string(file("dashboard.json")).unwrap();
    let dashboard: serde_json::Value = serde_json::from_str(&dashboard).unwrap();
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let targets = panels.flat_map(|panel| panel["targets"].as_array().into_iter().flatten());
    let rules: Vec<_> = targets
        .enumerate()
        .map(|(number, target)| {
            let question = target["expr"].as_str().unwrap();
            let question = question.replace("$__rate_interval", "5m").replace("$instance", ".*");
            serde_json::json!({ "record": format!("question:{number}"), "expr": question })
        })
        .collect();
    assert!(rules.len() > 20, "the questions are found");
    // JSON is YAML, too.
    let rules = serde_json::json!({ "groups": [{ "name": "dashboard", "rules": rules }] });
    let path = std::env::temp_dir().join(format!("auth-dashboard-{}.json", std::process::id()));
    std::fs::write(&path, rules.to_string()).unwrap();
    check(&promtool, &["check", "rules", &path.display().to_string()], "");
    std::fs::remove_file(path).unwrap();
}

#[test]
fn it_is_ready_while_the_database_answers_and_its_tables_fit() {
    let (server, port) = with_metrics("health");
    let live = server.send("GET", "/health/live", &[], "");
    assert_eq!((live.status, live.body.as_str()), (200, r#"{"status":"live"}"#));
    let ready = ask(port, "/health/ready");
    let expected = r#"{"status":"ready","database":"answers","storage":null,"reasons":[]}"#;
    assert_eq!((ready.status, ready.body.as_str()), (200, expected));
}

#[test]
fn an_address_that_is_taken_is_told_with_the_variable() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_auth-server"))
        .env_clear()
        .env("PORT", "0")
        .env("AUTH_SECRET", "x".repeat(32))
        .env("DATABASE_URL", "sqlite::memory:")
        .env("AUTH_METRICS_ADDRESS", taken.local_addr().unwrap().to_string())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.code() == Some(1) && told.contains("Set AUTH_METRICS_ADDRESS to another"),
        "{told}"
    );
}

fn with_metrics(name: &str) -> (Server, u16) {
    let port = free_port();
    (Server::start(name, &[("AUTH_METRICS_ADDRESS", &format!("127.0.0.1:{port}"))]), port)
}

fn check(promtool: &Path, arguments: &[&str], input: &str) {
    let mut command = Command::new(promtool);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // One that reads no input may have ended.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let told =
        [output.stdout, output.stderr].map(|told| String::from_utf8_lossy(&told).into_owned()).concat();
    assert!(output.status.success(), "promtool {arguments:?}: {told}\n{input}");
}

/// Prometheus' own tool; `None` when it is not installed. With `TEST_REQUIRE_ALL=1` that is a failure.
#[expect(clippy::disallowed_methods, reason = "a test is told by its environment where programs are")]
fn promtool() -> Option<PathBuf> {
    let named = std::env::var("TEST_PROMTOOL").ok().map(PathBuf::from);
    let path = std::env::var("PATH").unwrap_or_default();
    let found = named.or_else(|| {
        std::env::split_paths(&path).map(|folder| folder.join("promtool")).find(|file| file.is_file())
    });
    if found.is_none() {
        let required = std::env::var("TEST_REQUIRE_ALL").is_ok_and(|value| value == "1");
        assert!(!required, "promtool is not installed. Run `cargo xtask test`, which fetches it");
        eprintln!("NOT RUN: promtool is not installed");
    }
    found
}
