//! The commands on a database, run as a person runs them: what they print, and the status they exit with.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

struct Place(PathBuf);

impl Place {
    /// An empty folder with an `auth.toml`.
    fn new(name: &str, config: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("database").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("auth.toml"), config).unwrap();
        Self(folder)
    }

    fn auth(&self, line: &str) -> Output {
        let mut auth = Command::new(env!("CARGO_BIN_EXE_auth"));
        auth.env_remove("DATABASE_URL").env_remove("AUTH_CONFIG").env_remove("MIGRATION_DATABASE_URL");
        let url = format!("sqlite:{}?mode=rwc", self.0.join("auth.db").display());
        auth.current_dir(&self.0).args(line.split(' ')).args(["--url", &url]).output().unwrap()
    }

    fn json(&self, line: &str) -> (Option<i32>, Value) {
        let output = self.auth(&format!("{line} --json"));
        (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn an_empty_database_is_condemned_migrated_and_fits() {
    let place = Place::new("empty", "naming = \"better-auth\"");
    let (status, found) = place.json("validate");
    assert_eq!((status, &found["fits"], &found["fatal"]), (Some(1), &Value::Bool(false), &Value::from(4)));
    assert_eq!(found["findings"][0]["code"], "missing_table");
    assert_eq!(found["findings"][0]["remedy"], "auth migrate");
    let planned = place.auth("migrate --dry-run");
    assert!(text(&planned.stdout).contains("would create table session\n    CREATE TABLE \"session\""));
    assert_eq!(place.json("validate").0, Some(1), "a dry run changes nothing");
    let (status, done) = place.json("migrate");
    assert_eq!((status, done["steps"].as_array().unwrap().len()), (Some(0), 16));
    let (status, found) = place.json("validate --fail-on advisory");
    assert_eq!((status, &found["fits"]), (Some(0), &Value::Bool(true)));
    assert!(text(&place.auth("migrate").stdout).contains("nothing to do"));
    let (_, stands) = place.json("status");
    assert_eq!(stands["tables"][1]["table"], "session");
    assert_eq!(stands["pending"].as_array().unwrap().len(), 0);
}

#[test]
fn the_history_of_this_library_comes_first_and_the_configuration_after_it() {
    let more = "[models.user.fields.nickname]\ntype = \"string\"\nrequired = false";
    let place = Place::new("history", more);
    let (_, plan) = place.json("migrate --dry-run");
    let whats: Vec<&str> =
        plan["steps"].as_array().unwrap().iter().filter_map(|step| step["what"].as_str()).collect();
    assert_eq!(plan["migrations"].as_array().unwrap().len(), 5);
    assert_eq!(whats, ["add column auth_users.nickname"]);
    let (_, done) = place.json("migrate");
    assert_eq!(done["steps"][0]["what"], "add column auth_users.nickname");
    assert_eq!(place.json("validate --fail-on advisory").0, Some(0));
}

#[test]
fn a_field_that_cannot_be_added_is_refused_before_anything_is_done() {
    let place = Place::new("required", "");
    assert!(place.auth("migrate").status.success());
    fs::write(place.0.join("auth.toml"), "[models.user.fields.age]\ntype = \"integer\"").unwrap();
    for line in ["migrate", "migrate --dry-run", "generate migration"] {
        let output = place.auth(line);
        assert_eq!(output.status.code(), Some(1), "{line}");
        assert!(text(&output.stderr).contains("user.age is required and has no default"), "{line}");
    }
    assert!(!place.0.join("migration").exists());
}

#[test]
fn what_is_wrong_with_the_file_or_the_address_is_told() {
    let place = Place::new("wrong", "naming = \"camel\"");
    let output = place.auth("validate");
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.starts_with("error: auth.toml is not right") && said.contains("unknown variant"), "{said}");
    let output = place.auth("validate --json");
    let error: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(error["error"], "auth.toml is not right");
    let mut auth = Command::new(env!("CARGO_BIN_EXE_auth"));
    let output = auth.env_remove("DATABASE_URL").arg("ping").output().unwrap();
    assert!(text(&output.stderr).contains("give --url, or set DATABASE_URL"));
    assert_eq!(place.auth("nonsense").status.code(), Some(2));
}

#[test]
fn a_database_without_duplicates_is_completed_and_taken_over() {
    let place = Place::new("adopt", "naming = \"better-auth\"");
    place.json("migrate");
    let (status, plan) = place.json("adopt");
    assert_eq!((status, &plan["users"], &plan["file"]), (Some(0), &Value::from(0), &Value::Null));
    assert!(text(&place.auth("adopt").stdout).contains("nothing to do"));
    // A field that is unique, added later.
    let config = "naming = \"better-auth\"\n[models.user.fields.phone]\ntype = \"string\"\nrequired = false\nunique = true";
    fs::write(place.0.join("auth.toml"), config).unwrap();
    let (status, plan) = place.json("adopt");
    assert_eq!((status, plan["missing"].as_array().unwrap().len()), (Some(1), 2));
    let (status, report) = place.json("adopt --apply");
    assert_eq!((status, report["added"].as_array().unwrap().len()), (Some(0), 2), "{report}");
    assert_eq!(place.json("adopt").0, Some(0));
    let missing = place.auth("adopt --apply nowhere.jsonl");
    assert_eq!(missing.status.code(), Some(1));
    assert!(text(&missing.stderr).contains("cannot read nowhere.jsonl"), "{}", text(&missing.stderr));
    assert_eq!(place.auth("adopt --rule keep-oldest").status.code(), Some(2), "a rule is for --apply");
}

#[test]
fn no_second_set_of_tables_is_made_and_no_file_by_mistake() {
    let place = Place::new("names", "naming = \"better-auth\"");
    assert!(place.auth("migrate").status.success());
    fs::remove_file(place.0.join("auth.toml")).unwrap();
    for line in ["migrate", "migrate --dry-run"] {
        let output = place.auth(line);
        assert_eq!(output.status.code(), Some(1), "{line}");
        assert!(text(&output.stderr).contains("auth generate config --output auth.toml"), "{line}");
    }
    assert!(place.auth("generate config --output auth.toml").status.success());
    assert_eq!(fs::read_to_string(place.0.join("auth.toml")).unwrap(), "naming = \"better-auth\"\n");
    assert!(text(&place.auth("migrate").stdout).contains("nothing to do"));

    let mut auth = Command::new(env!("CARGO_BIN_EXE_auth"));
    auth.current_dir(&place.0).env_remove("DATABASE_URL").args(["ping", "--url", "sqlite:typo.db"]);
    let output = auth.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("there is no file typo.db"));
    assert!(!place.0.join("typo.db").exists());

    let mut auth = Command::new(env!("CARGO_BIN_EXE_auth"));
    let url = "postgres://someone:hush#hush@localhost/x";
    let output = auth.args(["ping", "--url", url]).output().unwrap();
    assert!(!text(&output.stderr).contains("hush"), "{}", text(&output.stderr));

    let empty = Place::new("nothing", "");
    let output = empty.auth("generate entity --from-database --output entity");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("no table of the database is recognised"));
}
