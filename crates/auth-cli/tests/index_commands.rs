//! `auth index …`, run as a person runs it: what it prints, and the status it exits with.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod support;

use serde_json::Value;

use self::support::Place;

/// The state of an entry, by its name.
fn state(place: &Place, name: &str) -> Value {
    let list = place.json(&["index", "list"]);
    let lines = list["indexes"].as_array().unwrap();
    lines.iter().find(|line| line["name"] == name).unwrap()["state"].clone()
}

#[test]
fn an_index_is_listed_planned_created_and_dropped() {
    let place = Place::new("index", "[models.user]\ntable = \"people\"\ncolumns = { email = \"e mail\" }");
    let name = "auth_users_lower_email_idx";
    let list = place.json(&["index", "list"]);
    assert_eq!((&list["engine"], list["redundant"].as_array().unwrap().len()), (&"SQLite".into(), 0));
    let core = list["indexes"].as_array().unwrap().iter().filter(|line| line["profile"] == "core");
    assert!(core.into_iter().all(|line| line["state"] == "present"), "{list:#}");
    let plan = place.json(&["index", "plan", name]);
    let statement = "CREATE INDEX \"people_lower_email_idx\" ON \"people\" (lower(\"e mail\"))";
    assert_eq!(plan["steps"][0]["statements"][0], statement);
    assert_eq!(state(&place, name), "missing", "a plan changes nothing");
    assert_eq!(place.json(&["index", "apply", name])["steps"].as_array().unwrap().len(), 1);
    assert_eq!(state(&place, name), "present");
    let again = place.run(&["index", "apply", name]);
    assert_eq!((again.status, again.out.as_str()), (Some(0), "nothing to do\n"));
    let would = place.run(&["index", "drop", "people_lower_email_idx", "--dry-run"]);
    assert!(would.out.starts_with("would drop index people_lower_email_idx of people\n"), "{}", would.out);
    assert_eq!(state(&place, name), "present", "a dry run changes nothing");
    assert_eq!(place.json(&["index", "drop", name])["steps"].as_array().unwrap().len(), 1);
    assert_eq!(state(&place, name), "missing");
}

#[test]
fn what_cannot_be_is_told_with_what_can() {
    let place = Place::new("index_refused", "");
    for (name, told) in [
        ("auth_sessions_active_idx", "Nearest: auth_sessions_user_id_expires_at_idx"),
        ("auth_users_email_hash_idx", "has no form on SQLite"),
        ("auth_users_role_created_at_idx", "needs the column role of auth_users"),
        ("auth_users_json_idx", "has no form on SQLite"),
        ("users_email", "is not in the catalogue"),
    ] {
        let refused = place.run(&["index", "apply", "auth_users_updated_at_idx", name]);
        assert_eq!(refused.status, Some(1), "{name}");
        assert!(refused.err.contains("nothing was changed") && refused.err.contains(told), "{}", refused.err);
    }
    assert_eq!(state(&place, "auth_users_updated_at_idx"), "missing");
    let kept = place.run(&["index", "drop", "auth_users_email_key"]);
    assert_eq!(kept.status, Some(1));
    assert!(kept.err.contains("profile core"), "{}", kept.err);
    let mistyped = format!("{}x", place.url());
    let nothing = place.run(&["--url", &mistyped, "index", "apply", "--profile", "core"]);
    assert!(nothing.status == Some(1) && nothing.err.contains("there is no file"), "{}", nothing.err);
    assert_eq!(place.run(&["index", "apply"]).status, Some(2), "nothing is named");
    assert_eq!(place.run(&["index", "apply", "x", "--profile", "core"]).status, Some(2));
}
