//! `cargo xtask suites`: Better Auth's own adapter suites on every backend, with singular and plural names.

use std::path::Path;
use std::process::Command;

use clap::Args;

use crate::database::{self, Database};
use crate::server::{Servers, Wanted};
use crate::{command, node};

/// What to run.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    wanted: Wanted,
    /// Backends, separated by commas: `sqlite`, `postgres`, `mysql`, `memory`, `mongodb`. Default: all.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

/// Runs the suites by themselves.
pub(crate) fn run(options: &Options) -> Result<bool, String> {
    let servers = options.wanted.find()?;
    node::find()?;
    run_on(&servers, &options.only)
}

/// Runs the suites on every backend that is there, or on some.
pub(crate) fn run_on(servers: &Servers, only: &[String]) -> Result<bool, String> {
    let folder = node::package("tests/better-auth-suites")?;
    let child = command::build("auth")?;
    let mongo_child = command::build("mongo-adapter-serve")?;
    let mut lines = Vec::new();
    for database in databases(servers, only)? {
        for plural in [false, true] {
            let child = if database.name == "mongodb" { &mongo_child } else { &child };
            let (passed, line) = suite(&folder, child, &database, plural);
            println!("{line}");
            lines.push((passed, line));
        }
    }
    println!("\nBetter Auth's adapter suites");
    for (_, line) in &lines {
        println!("  {line}");
    }
    Ok(!lines.is_empty() && lines.iter().all(|(passed, _)| *passed))
}

fn databases<'a>(servers: &'a Servers, only: &[String]) -> Result<Vec<Database<'a>>, String> {
    let all = ["memory", "sqlite", "postgres", "mysql", "mongodb"];
    let asked = all.into_iter().filter(|name| only.is_empty() || only.iter().any(|asked| asked == name));
    database::create(servers, asked, "suites")
}

/// One run: a database, and one way of naming its tables.
fn suite(folder: &Path, child: &Path, database: &Database<'_>, plural: bool) -> (bool, String) {
    let start = std::time::Instant::now();
    let is_mongodb = database.name == "mongodb";
    let arguments = if is_mongodb {
        format!(r#"["{}"]"#, database.url)
    } else {
        format!(r#"["adapter-serve","--db","{}"]"#, database.url)
    };
    let mut node = Command::new("node");
    node.arg("run.js")
        .current_dir(folder)
        .env("ADAPTER_CHILD", child)
        .env("ADAPTER_CHILD_ARGS", arguments)
        .env("ADAPTER_NAME", database.name);
    if is_mongodb {
        // Nothing counts ids there.
        node.env("ADAPTER_WITHOUT", "number-id");
    }
    if plural {
        node.env("ADAPTER_PLURAL", "1");
    }
    let outcome = command::output(&mut node);
    let passed = outcome.is_ok();
    let text = outcome.unwrap_or_else(|problem| problem);
    if !passed {
        println!("{text}");
    }
    let last = text.lines().rev().find(|line| line.contains(" passed, ")).unwrap_or("it did not finish");
    (passed, format!("{last} ({} s)", start.elapsed().as_secs()))
}
