//! `auth generate sql`, `schema` and `grants` from outside: files, JSON, and what is asked wrongly.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod support;

use support::Place;

#[test]
fn the_script_creates_the_schema_of_the_file() {
    let place = Place::new("sql", "naming = 'drizzle'\n[models.user]\ntable = 'people'");
    let answer = place.json(&["generate", "sql"]);
    let statements = answer["statements"].as_array().unwrap();
    assert_eq!(statements.len(), 16);
    let script = place.run(&["generate", "sql"]).out;
    assert!(script.contains(" \"people\" ("), "{script}");
    assert_eq!(script.lines().filter(|line| line.ends_with(';')).count(), 16);
    let mysql = place.run(&["generate", "sql", "--engine", "mariadb"]).out;
    assert!(mysql.contains("`created_at` datetime(3)"), "{mysql}");
}

#[test]
fn a_file_takes_what_standard_output_would() {
    let place = Place::new("output", "");
    let printed = place.run(&["generate", "schema", "--format", "drizzle", "--provider", "pg"]).out;
    let file = format!("{}.ts", place.url().trim_start_matches("sqlite:"));
    let written =
        place.json(&["generate", "schema", "--format", "drizzle", "--provider", "pg", "--output", &file]);
    assert_eq!(written, serde_json::json!({ "output": file }));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), printed);
    let nowhere = place.run(&["generate", "sql", "--output", "/does/not/exist.sql"]);
    assert_eq!(nowhere.status, Some(1));
    assert!(nowhere.err.contains("cannot write /does/not/exist.sql"), "{}", nowhere.err);
}

#[test]
fn what_is_asked_wrongly_is_told() {
    let place = Place::new("wrong", "");
    for (arguments, status, expected) in [
        (&["generate", "grants", "--role", "app"][..], 1, "SQLite has no roles"),
        (&["generate", "grants", "--role", "public", "--engine", "postgres"], 1, "role \"public\""),
        (
            &["generate", "grants", "--role", "app", "--engine", "mysql", "--url", "mysql://localhost/"],
            2,
            "--database",
        ),
        (&["generate", "grants", "--engine", "mysql"], 2, "--role"),
        (&["generate", "sql", "--engine", "oracle"], 2, "oracle"),
        (&["generate", "sql", "--url", "oracle://x"], 2, "--engine"),
        (&["generate", "schema", "--format", "prisma"], 2, "--provider"),
        (&["user", "list", "--url", ""], 1, "no known database"),
    ] {
        let outcome = place.run(arguments);
        assert_eq!(outcome.status, Some(status), "{arguments:?}: {}", outcome.err);
        assert!(outcome.err.contains(expected), "{arguments:?}: {}", outcome.err);
    }
}

#[test]
fn rights_are_for_the_tables_of_the_file() {
    let place = Place::new("grants", "[models.user]\ntable = 'people'");
    let url = ["--url", "mysql://root@127.0.0.1:3306/shop?ssl-mode=disabled"];
    let mysql =
        place.run(&[&["generate", "grants", "--role", "app", "--host", "10.0.0.%"], &url[..]].concat());
    assert!(mysql.out.contains("ON TABLE `shop`.`people` TO `app`@`10.0.0.%`;\n"), "{}", mysql.out);
    let postgres =
        place.json(&["generate", "grants", "--role", "app", "--engine", "postgres", "--schema", "auth"]);
    assert_eq!(postgres["statements"][1], "GRANT USAGE ON SCHEMA \"auth\" TO \"app\"");
}
