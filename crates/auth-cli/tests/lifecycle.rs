//! `auth user export`, `erase`, `anonymise`, `delete --soft`, `restore` and `auth event list` do what they say.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod support;

use auth_core::adapter::{Adapter, Filter, Record};
use auth_core::domain::{Clock, SystemClock};
use auth_core::{DatabaseConfig, SeaOrmAdapter};
use auth_schema::{Schema, audit_event};
use serde_json::Value;
use support::Place;

const ON: &str = "audit_trail = true\nsoft_delete = true\n[models.user.fields]\nplan = { type = 'string' }\n";

fn create(place: &Place, email: &str) -> String {
    let made = place.json(&[
        "user",
        "create",
        "--email",
        email,
        "--name",
        "Ada",
        "--set",
        "plan=gold",
        "--no-password",
    ]);
    made["user"]["id"].as_str().unwrap().to_owned()
}

fn kinds(answer: &Value) -> Vec<&str> {
    answer["events"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect()
}

#[test]
fn a_user_is_exported_and_erased() {
    let place = Place::new("erased", ON);
    let id = create(&place, "ada@example.com");
    let export = place.json(&["user", "export", "ada@example.com"]);
    assert_eq!(
        (&export["user"]["email"], &export["user"]["plan"]),
        (&"ada@example.com".into(), &"gold".into())
    );
    assert_eq!(export["events"][0]["actor"], "operator");
    let file = std::env::temp_dir().join(format!("auth_cli_{}_export.json", std::process::id()));
    let path = file.to_str().unwrap();
    assert_eq!(place.json(&["user", "export", &id, "--output", path])["output"], path);
    let written: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(written["user"], export["user"]);
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&file).unwrap());
        assert_eq!(mode & 0o777, 0o600);
    }
    let again = place.run(&["user", "export", &id, "--output", path]);
    std::fs::remove_file(&file).unwrap();
    assert_eq!((again.status, again.err.contains("already")), (Some(1), true), "{}", again.err);

    let unasked = place.run(&["user", "erase", &id]);
    assert_eq!((unasked.status, unasked.err.contains("--yes")), (Some(2), true), "{}", unasked.err);
    let erased = place.json(&["user", "erase", &id, "--yes"]);
    assert_eq!((&erased["erased"], &erased["events"]), (&id.as_str().into(), &1.into()));
    assert_eq!(place.run(&["user", "export", &id]).status, Some(1));
    let events = place.json(&["event", "list", "--user", &id]);
    assert_eq!((kinds(&events), &events["events"][0]["ip_address"]), (vec!["user_erased"], &Value::Null));
}

#[test]
fn a_user_is_softly_deleted_and_restored() {
    let place = Place::new("softly", ON);
    let id = create(&place, "ada@example.com");
    let softly = ["user", "delete", "ada@example.com", "--soft", "--yes"];
    assert_eq!(place.json(&softly)["softly_deleted"], true);
    assert_eq!(place.json(&softly)["softly_deleted"], false);
    assert!(place.json(&["user", "show", &id])["user"]["deleted_at"].is_string());
    assert_eq!(place.json(&["cleanup", "--purge-deleted", "30"])["purged"]["erased"], 0);
    assert_eq!(place.json(&["user", "restore", &id])["restored"], true);
    assert_eq!(place.json(&["user", "restore", &id])["restored"], false);
    assert_eq!(place.json(&["user", "show", &id])["user"]["deleted_at"], Value::Null);
    let page = place.json(&["event", "list", "--limit", "2"]);
    assert_eq!(kinds(&page), ["user_restored", "user_soft_deleted"]);
    let next = place.json(&["event", "list", "--after", page["next"].as_str().unwrap()]);
    assert_eq!((kinds(&next), &next["next"]), (vec!["user_created"], &Value::Null));
    place.json(&softly);
    assert_eq!(place.json(&["cleanup", "--url", place.url()])["events"], 0);
    let cleaned = place.json(&["cleanup", "--purge-deleted", "0", "--retain-addresses", "0"]);
    assert_eq!((&cleaned["purged"]["erased"], cleaned["forgotten"]["events"].is_u64()), (&1.into(), true));
}

#[test]
fn events_stay_until_somebody_says_for_how_long() {
    let place = Place::new("retained", ON);
    create(&place, "ada@example.com");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let connection = auth_core::connect(&DatabaseConfig::new(place.url())).await.unwrap();
        let adapter = SeaOrmAdapter::with_schema(connection, Schema::from_toml(ON).unwrap()).await.unwrap();
        let long_ago = SystemClock.now() - time::Duration::days(1000);
        let change = Record::default().with(audit_event::CREATED_AT, long_ago);
        let trail = adapter.schema().audit_trail().unwrap();
        assert_eq!(adapter.update_many(trail, Filter::everything(), change).await.unwrap(), 1);
    });
    for command in [&["cleanup"][..], &["maintain", "--apply", "--only", "sweep"]] {
        let told = place.json(command);
        assert_eq!(told.pointer("/expired/events").unwrap_or(&told["events"]), 0, "{told}");
    }
    assert_eq!(place.run(&["cleanup", "--retain-events", "0"]).status, Some(2));
    assert_eq!(place.json(&["maintain", "--retain-events", "1001"])["expired"]["events"], 0);
    assert_eq!(place.json(&["maintain", "--retain-events", "999"])["expired"]["events"], 1);
    let file = format!("{}.toml", place.url().strip_prefix("sqlite:").unwrap());
    std::fs::write(&file, format!("{ON}[maintenance]\nretain_events_seconds = 86400\n")).unwrap();
    assert_eq!(place.json(&["cleanup", "--config", &file])["events"], 1);
}

#[test]
fn a_user_is_made_anonymous() {
    let place = Place::new("anonymous", ON);
    let id = create(&place, "ada@example.com");
    let unnamed = place.run(&["user", "anonymise", &id, "--yes"]);
    assert_eq!((unnamed.status, unnamed.err.contains("plan")), (Some(1), true), "{}", unnamed.err);
    let user = &place.json(&["user", "anonymise", &id, "--set", "plan=none", "--yes"])["user"];
    assert_eq!(
        (&user["id"], &user["plan"], &user["name"]),
        (&id.as_str().into(), &"none".into(), &"Anonymised".into())
    );
    let again = &place.json(&["user", "anonymise", &id, "--keep", "plan", "--yes"])["user"];
    assert_eq!(again["plan"], "none");
}

#[test]
fn what_is_switched_off_says_how_it_is_switched_on() {
    let place = Place::new("off", "");
    place.json(&["user", "create", "--email", "ada@example.com", "--name", "Ada", "--no-password"]);
    for (arguments, word) in [
        (&["event", "list"][..], "audit_trail = true"),
        (&["user", "delete", "ada@example.com", "--soft", "--yes"], "soft_delete"),
        (&["user", "restore", "ada@example.com"], "soft_delete"),
    ] {
        let outcome = place.run(arguments);
        assert_eq!((outcome.status, outcome.err.contains(word)), (Some(1), true), "{}", outcome.err);
    }
    assert_eq!(place.json(&["user", "erase", "ada@example.com", "--yes"])["events"], 0);
}
