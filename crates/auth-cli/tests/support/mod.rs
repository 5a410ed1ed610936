//! Runs the command as a person would, on a database of its own.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use auth_core::{DatabaseConfig, SeaOrmAdapter};
use auth_schema::Schema;
use serde_json::Value;

/// A directory with an `auth.toml`, and a SQLite database of that schema.
pub(crate) struct Place {
    directory: PathBuf,
    url: String,
}

/// What a command left.
pub(crate) struct Outcome {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    /// A place with tables.
    pub(crate) fn new(name: &str, config: &str) -> Self {
        let directory = std::env::temp_dir().join(format!("auth_cli_{}_{name}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        std::fs::write(directory.join("auth.toml"), config).unwrap();
        let url = format!("sqlite:{}", directory.join("auth.db").display());
        let schema = Schema::from_toml(config).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let connection = auth_core::connect(&DatabaseConfig::new(&url)).await.unwrap();
            SeaOrmAdapter::create_tables(&connection, &schema).await.unwrap();
        });
        Self { directory, url }
    }

    /// The database.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Runs a command with a text on standard input.
    pub(crate) fn run_with(&self, input: &str, arguments: &[&str]) -> Outcome {
        let mut child = Command::new(env!("CARGO_BIN_EXE_auth"))
            .args(arguments)
            .current_dir(&self.directory)
            .env("DATABASE_URL", &self.url)
            .env_remove("AUTH_CONFIG")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that does not read ends meanwhile.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Outcome::of(&child.wait_with_output().unwrap())
    }

    /// Runs a command.
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_with("", arguments)
    }

    /// Runs a command with `--json`, which must be done, and gives its answer.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let outcome = self.run(&[arguments, &["--json"]].concat());
        assert_eq!(outcome.status, Some(0), "{arguments:?}: {}", outcome.err);
        serde_json::from_str(&outcome.out).unwrap()
    }
}

impl Outcome {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self { status: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}
