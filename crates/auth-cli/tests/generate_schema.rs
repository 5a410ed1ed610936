//! The schemas for Drizzle and Prisma: Better Auth's names, and the files as they are. That they work is shown by
//! `tests/cli-schema`, which uses the same configurations.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by a panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use auth_cli::generate::{self, GenerateError};
use auth_schema::ddl::Engine;
use auth_schema::{Model, Schema};
use serde_json::{Value, json};

const ENGINES: [(&str, Engine); 3] =
    [("pg", Engine::Postgres), ("mysql", Engine::Mysql), ("sqlite", Engine::Sqlite)];

/// What a Drizzle file says, in the form of the recorded facts.
fn facts_of(code: &str) -> BTreeMap<String, Value> {
    let mut models = BTreeMap::new();
    for block in code.split("\nexport const ").skip(1).filter(|block| block.contains("Table(")) {
        let export = block.split(" = ").next().unwrap();
        let columns: BTreeMap<String, Value> = block
            .lines()
            .filter_map(|line| line.strip_prefix("    ")?.split_once(": "))
            .filter(|(key, _)| !key.starts_with("t."))
            .map(|(key, code)| (key.to_owned(), column_facts(block, key, code)))
            .collect();
        let table = block.split('"').nth(1).unwrap();
        models.insert(export.to_owned(), json!({ "table": table, "columns": columns }));
    }
    models
}

fn column_facts(block: &str, key: &str, code: &str) -> Value {
    let not_null = code.contains(".notNull()") || code.contains(".primaryKey(");
    let unique = block
        .lines()
        .any(|line| line.contains("t.uniqueIndex(") && line.ends_with(&format!(".on(table.{key}),")));
    let foreign =
        block.lines().find(|line| line.contains(&format!("columns: [table.{key}], foreignColumns")));
    let fk = foreign.map(|line| {
        let target = line.split("foreignColumns: [").nth(1).unwrap().split(']').next().unwrap();
        let action = line.split(".onDelete(\"").nth(1).unwrap().split('"').next().unwrap();
        json!([target, action])
    });
    json!({ "column": code.split('"').nth(1).unwrap(), "not_null": not_null, "unique": unique, "fk": fk })
}

#[test]
fn drizzle_has_better_auths_names_and_keys() {
    let recorded: Value = serde_json::from_str(include_str!("drizzle_facts.json")).unwrap();
    for (naming, ids) in
        [("drizzle", "random"), ("drizzle", "serial"), ("better-auth", "uuid"), ("snake", "random")]
    {
        let schema = Schema::from_toml(&format!("naming = \"{naming}\"\nids = \"{ids}\"")).unwrap();
        let mut expected = recorded["models"].clone();
        for (model, facts) in expected.as_object_mut().unwrap() {
            let table = facts["table"].as_str().unwrap().to_owned();
            match naming {
                "snake" => facts["table"] = format!("auth_{table}s").into(),
                "better-auth" => facts["table"] = model.as_str().into(),
                _ => {}
            }
            for (key, column) in facts["columns"].as_object_mut().unwrap() {
                if naming == "better-auth" {
                    column["column"] = key.as_str().into();
                }
            }
        }
        for (name, engine) in ENGINES {
            let code = generate::drizzle(&schema, engine, false).unwrap();
            let found = json!(facts_of(&code));
            assert_eq!(found, sorted(&expected), "{naming} on {name}");
        }
    }
}

/// The same with keys in order.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            json!(fields.iter().map(|(key, value)| (key, sorted(value))).collect::<BTreeMap<_, _>>())
        }
        other => other.clone(),
    }
}

#[test]
fn plural_exports_have_an_s_and_tables_keep_their_names() {
    let code = generate::drizzle(&Schema::core(), Engine::Sqlite, true).unwrap();
    let exports: Vec<String> = facts_of(&code).into_keys().collect();
    assert_eq!(exports, ["accounts", "rateLimits", "sessions", "users", "verifications"]);
    assert!(code.contains("export const users = t.sqliteTable(\n  \"auth_users\""));
    assert!(code.contains("export const sessionsRelations"));
    assert!(code.contains("usePlural: true"));
}

#[test]
fn generated_schemas_are_those_that_were_looked_at() {
    let mut changed = Vec::new();
    for config in ["core", "better-auth", "every-type"] {
        let text = fs::read_to_string(workspace().join(format!("tests/cli-schema/configs/{config}.toml")));
        let schema = Schema::from_toml(&text.unwrap()).unwrap();
        let plural = config == "better-auth";
        for (name, engine) in ENGINES {
            let drizzle = generate::drizzle(&schema, engine, plural).unwrap();
            let prisma = generate::prisma(&schema, engine, plural).unwrap();
            for (ending, code) in [("ts", drizzle), ("prisma", prisma)] {
                let golden = golden().join(format!("{config}-{name}.{ending}"));
                if fs::read_to_string(&golden).ok().as_deref() != Some(&code) {
                    changed.push(golden.display().to_string());
                    if rewrite() {
                        fs::write(&golden, code).unwrap();
                    }
                }
            }
        }
    }
    assert!(
        changed.is_empty(),
        "changed:\n{}\nlook at them and run the test again with REWRITE_GOLDEN=1",
        changed.join("\n")
    );
}

#[test]
fn a_name_that_no_language_takes_is_named() {
    for (model, language) in
        [("class", "TypeScript"), ("2fa", "TypeScript"), ("a-b", "TypeScript"), ("t", "TypeScript")]
    {
        let schema = Schema::builder().model(Model::new(model, "things", Vec::new())).build().unwrap();
        let error = generate::drizzle(&schema, Engine::Sqlite, false).unwrap_err();
        assert!(matches!(error, GenerateError::ForeignName { language: l, .. } if l == language), "{error}");
    }
    let schema = Schema::builder().model(Model::new("2fa", "things", Vec::new())).build().unwrap();
    let error = generate::prisma(&schema, Engine::Sqlite, false).unwrap_err();
    assert_eq!(
        error.to_string(),
        "\"2fa\" cannot be a name in Prisma: rename the model or field to a word that is free"
    );
}

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("the crate is in the workspace")
        .to_owned()
}

#[expect(clippy::disallowed_methods, reason = "the developer says so")]
fn rewrite() -> bool {
    std::env::var("REWRITE_GOLDEN").is_ok()
}
