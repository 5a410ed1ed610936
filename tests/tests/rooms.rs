//! Every line has one room: fails when a word stands in the wrong one.

use std::fs;
use std::path::{Path, PathBuf};

/// A word, the rooms where it may stand, and the rule.
const RULES: &[(&str, &[&str], &str)] = &[
    (
        "sea_orm::",
        &[
            "crates/auth-cli/src/generate/migration.rs",
            "crates/auth-core/src/adapter/seaorm",
            "entity",
            "migration",
            "tests",
        ],
        "SeaORM is behind the waist",
    ),
    (
        "sqlx::",
        &["crates/auth-core/src/adapter/seaorm", "migration", "tests"],
        "the driver is behind the waist",
    ),
    (
        "entity::",
        &["crates/auth-core/src/adapter/seaorm", "crates/auth-cli", "entity", "tests"],
        "entities are behind the waist",
    ),
    (
        "CREATE TABLE",
        &["crates/auth-cli/tests", "crates/auth-schema", "migration", "tests"],
        "DDL is migrated or rendered",
    ),
    (
        "SELECT ",
        &[
            // Text of the migrations that it writes for applications.
            "crates/auth-cli/src/generate/migration.rs",
            "crates/auth-core/src/adapter/seaorm",
            "migration",
            "tests",
            "xtask",
        ],
        "SQL is behind the waist",
    ),
    (
        "StatusCode",
        &[
            "crates/auth-axum",
            "crates/auth-cli/src/console",
            "crates/auth-server/src/listen.rs",
            "examples",
            "tests",
        ],
        "status codes are HTTP's",
    ),
    (
        "camelCase",
        &[
            "crates/auth-axum",
            "crates/auth-cli/src/adapter_serve",
            // Cookies and secondary storage hold what goes over the wire.
            "crates/auth-core/src/snapshot",
            "tests",
        ],
        "wire names are HTTP's, the adapter protocol's, and the snapshot's",
    ),
    (
        "std::env::var",
        &[
            "crates/auth-cli",
            "crates/auth-server/src/main.rs",
            "crates/auth-server/tests",
            "examples",
            "migration/src/main.rs",
            "migration/tests",
            "tests",
            "xtask",
        ],
        "the environment is read at the edge",
    ),
    (
        "println!",
        &[
            "crates/auth-cli",
            "crates/auth-loco/src/task.rs",
            "crates/auth-server",
            "examples",
            "migration/src/main.rs",
            "migration/tests",
            "tests",
            "xtask",
        ],
        "printing is for commands",
    ),
    (
        "loco_rs::",
        &["crates/auth-loco", "examples/loco", "tests/tests/rooms.rs"],
        "Loco's tree is for its own packages",
    ),
    (
        "use mongodb::",
        &["crates/auth-mongo", "tests/mongo", "tests/tests/rooms.rs"],
        "MongoDB's driver is behind the waist",
    ),
    (
        "auth_mongo::",
        &["crates/auth-mongo", "crates/auth-server/src/mongo.rs", "tests/mongo", "tests/tests/rooms.rs"],
        "what is above the waist knows no adapter",
    ),
    ("macro_rules!", &["tests/tests/rooms.rs", "entity/tests"], "no macro of ours"),
    (
        "task_local!",
        // What is spent in the database, which decides nothing.
        &["crates/auth-core/src/telemetry/spent.rs", "tests/tests/rooms.rs", "entity/tests"],
        "context is a parameter",
    ),
    (
        "use migration::",
        &[
            // The catalogue of indexes is data, not history.
            "crates/auth-cli/src/command/index",
            "crates/auth-cli/src/index",
            "crates/auth-cli/src/migrate.rs",
            "crates/auth-server",
            "crates/auth-loco/src/migrations.rs",
            "examples",
            "tests",
            "migration",
        ],
        "frozen history is used by nobody",
    ),
];

#[test]
fn every_word_stands_in_its_room() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut sources = Vec::new();
    for folder in ["crates", "entity", "examples", "migration", "tests", "xtask"] {
        collect(&root.join(folder), &mut sources);
    }
    assert!(sources.len() > 60, "the sources are found");
    let mut strays = Vec::new();
    for source in &sources {
        let path = source.strip_prefix(root).unwrap().display().to_string();
        for (number, line) in fs::read_to_string(source).unwrap().lines().enumerate() {
            if line.trim_start().starts_with("//") {
                continue;
            }
            for (word, rooms, rule) in RULES {
                if line.contains(word) && !rooms.iter().any(|room| path.starts_with(room)) {
                    strays.push(format!("{path}:{}: {word:?}: {rule}", number + 1));
                }
            }
        }
    }
    assert!(strays.is_empty(), "\n{}", strays.join("\n"));
}

fn collect(folder: &Path, sources: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target" && name != "node_modules") {
            collect(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(path);
        }
    }
}
