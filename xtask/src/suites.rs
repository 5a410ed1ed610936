//! `cargo xtask suites`: Better Auth's own adapter suites on every backend, with singular and plural names.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use crate::command;
use crate::server::{Server, Servers};

/// What to run.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Fails when a backend is missing, as in CI.
    #[arg(long)]
    all: bool,
    /// Passes over running servers and starts private ones from installed binaries.
    #[arg(long)]
    private: bool,
    /// Backends, separated by commas: `sqlite`, `postgres`, `mysql`, `memory`. Default: all.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

/// A database for the suites. Dropping it drops it on its server.
#[derive(Debug)]
struct Database<'a> {
    name: &'static str,
    url: String,
    server: Option<&'a Server>,
}

/// Runs the suites by themselves.
pub(crate) fn run(options: &Options) -> Result<bool, String> {
    let servers = Servers::find(options.private);
    servers.require(options.all || options.private)?;
    find_node()?;
    run_on(&servers, &options.only)
}

/// Finds Node.js 20 or newer, or says that it is missing.
pub(crate) fn find_node() -> Result<(), String> {
    let missing = "Better Auth's suites need Node.js 20 or newer and npm";
    let version = command::output(Command::new("node").arg("--version"))
        .map_err(|error| format!("{missing}: {error}"))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < 20) {
        return Err(format!("{missing}, found {version}"));
    }
    command::output(Command::new("npm").arg("--version")).map_err(|error| format!("{missing}: {error}"))?;
    Ok(())
}

/// Runs the suites on every backend that is there, or on some.
pub(crate) fn run_on(servers: &Servers, only: &[String]) -> Result<bool, String> {
    let folder = folder()?;
    install(&folder)?;
    let child = build()?;
    let mut lines = Vec::new();
    for database in databases(servers, only)? {
        for plural in [false, true] {
            let (passed, line) = suite(&folder, &child, &database, plural);
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

fn folder() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/better-auth-suites");
    folder.canonicalize().map_err(|error| format!("cannot find {}: {error}", folder.display()))
}

/// Installs the packages when they are not those of the lockfile.
fn install(folder: &Path) -> Result<(), String> {
    let lock = fs::read(folder.join("package-lock.json")).map_err(|error| error.to_string())?;
    let stamp = folder.join("node_modules/.installed-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("installing the packages of Better Auth's suites …");
    command::output(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(folder))?;
    fs::write(&stamp, lock).map_err(|error| error.to_string())
}

fn build() -> Result<PathBuf, String> {
    let mut cargo = Command::new(command::variable("CARGO").unwrap_or_else(|| "cargo".to_owned()));
    // All of the workspace's features, so that nothing is compiled twice.
    cargo.args(["build", "--locked", "--workspace", "--bin", "auth"]);
    if !command::run(&mut cargo)? {
        return Err("the child does not compile".to_owned());
    }
    let target = command::variable("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), PathBuf::from);
    let child = target.join("debug/auth");
    child.canonicalize().map_err(|error| format!("cannot find {}: {error}", child.display()))
}

fn databases<'a>(servers: &'a Servers, only: &[String]) -> Result<Vec<Database<'a>>, String> {
    let asked = |name: &str| only.is_empty() || only.iter().any(|asked| asked == name);
    let mut databases = Vec::new();
    for (name, url) in [("memory", "memory:"), ("sqlite", "sqlite::memory:")] {
        if asked(name) {
            databases.push(Database { name, url: url.to_owned(), server: None });
        }
    }
    for (name, server) in [("postgres", &servers.postgres), ("mysql", &servers.mysql)] {
        if let (true, Ok(server)) = (asked(name), server) {
            databases.push(Database::on(name, server)?);
        }
    }
    Ok(databases)
}

/// One run: a database, and one way of naming its tables.
fn suite(folder: &Path, child: &Path, database: &Database<'_>, plural: bool) -> (bool, String) {
    let start = std::time::Instant::now();
    let arguments = format!(r#"["adapter-serve","--db","{}"]"#, database.url);
    let mut node = Command::new("node");
    node.arg("run.js")
        .current_dir(folder)
        .env("ADAPTER_CHILD", child)
        .env("ADAPTER_CHILD_ARGS", arguments)
        .env("ADAPTER_NAME", database.name);
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

impl<'a> Database<'a> {
    fn on(name: &'static str, server: &'a Server) -> Result<Self, String> {
        let database = format!("auth_suites_{}", std::process::id());
        server.execute(&format!("CREATE DATABASE {database}"))?;
        if name == "postgres" {
            // Some ten thousand small transactions: what a crash would lose is of no use to anybody.
            server.execute(&format!("ALTER DATABASE {database} SET synchronous_commit = off"))?;
        }
        Ok(Self { name, url: server.database(&database), server: Some(server) })
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        if let (Some(server), Some((_, name))) = (self.server, self.url.rsplit_once('/'))
            && let Err(problem) = server.execute(&format!("DROP DATABASE {name}"))
        {
            eprintln!("{name} is left behind: {problem}");
        }
    }
}
