//! `cargo xtask interop`: Better Auth itself and `auth-server` on the same rows at the same time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Instant;

use clap::Args;

use crate::auth_server::{AuthServer, SECRET};
use crate::database::{self, Database};
use crate::server::{Servers, Wanted};
use crate::{command, node};

/// What to run.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    wanted: Wanted,
    /// Flavours, separated by commas, as in `stock,drizzle`. Default: all.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

/// Runs the steps by themselves.
pub(crate) fn run(options: &Options) -> Result<bool, String> {
    let servers = options.wanted.find()?;
    node::find()?;
    run_on(&servers, &options.only)
}

/// Runs the steps on every engine that is there, in every flavour of Better Auth's or in some. The engines of a flavour run side
/// by side: most of the time goes into hashes of passwords.
pub(crate) fn run_on(servers: &Servers, only: &[String]) -> Result<bool, String> {
    // Its client and its provider are those of the steps, too.
    node::package("tests/official-client")?;
    let package = node::package("tests/better-auth-interop")?;
    let program = command::build("auth-server")?;
    let mut lines = Vec::new();
    for flavour in FLAVOURS.iter().filter(|one| only.is_empty() || only.iter().any(|name| name == one.name)) {
        let purpose = format!("interop_{}", flavour.name.replace('-', "_"));
        let databases = database::create(servers, flavour.engines.iter().copied(), &purpose)?;
        thread::scope(|scope| {
            let run = |database| {
                let (package, program) = (&package, &program);
                scope.spawn(move || line(package, program, flavour, database))
            };
            let runs: Vec<_> = databases.iter().map(run).collect();
            lines.extend(
                runs.into_iter().map(|run| run.join().unwrap_or_else(|_| (false, "it panicked".to_owned()))),
            );
        });
    }
    println!("\nBetter Auth and auth-server on the same rows");
    for (_, line) in &lines {
        println!("  {line}");
    }
    Ok(!lines.is_empty() && lines.iter().all(|(passed, _)| *passed))
}

/// One run and its line.
fn line(package: &Path, program: &Path, flavour: &Flavour, database: &Database<'_>) -> (bool, String) {
    let start = Instant::now();
    let outcome = steps(package, program, flavour, database);
    let passed = outcome.is_ok();
    let text = outcome.unwrap_or_else(|problem| problem);
    if !passed {
        println!("{text}");
    }
    let last = text.lines().rev().find(|line| line.contains(" checks passed, "));
    let line = last.map_or_else(
        || format!("{} on {}: it did not finish", flavour.name, database.name),
        |line| format!("{line} ({} s)", start.elapsed().as_secs()),
    );
    println!("{line}");
    (passed, line)
}

/// A way in which Better Auth makes and names a database, and what tells `auth-server` about it.
#[derive(Debug)]
struct Flavour {
    name: &'static str,
    /// The text of the file of `AUTH_CONFIG`.
    config: &'static str,
    engines: &'static [&'static str],
    /// Words that choose steps; none: all.
    steps: &'static [&'static str],
    /// Secrets with versions, for both sides.
    secrets: Option<&'static str>,
}

impl Flavour {
    /// All steps on all engines.
    const fn whole(name: &'static str, config: &'static str) -> Self {
        Self { name, config, engines: &["sqlite", "postgres", "mysql"], steps: &[], secrets: None }
    }

    /// Those steps that meet what is different: which rows are written, and whether they are found.
    const fn part(name: &'static str, config: &'static str) -> Self {
        Self { steps: &["accounts", "sessions", "providers"], ..Self::whole(name, config) }
    }
}

const FLAVOURS: [Flavour; 8] = [
    Flavour::whole("stock", "naming = \"better-auth\""),
    Flavour {
        secrets: Some("2:newer-only-for-tests-0123456789abcdef,1:older-only-for-tests-0123456789abcdef"),
        ..Flavour::whole("snake", "naming = \"snake\"")
    },
    Flavour::whole("drizzle", "naming = \"drizzle\""),
    Flavour::whole("prisma", "naming = \"better-auth\""),
    Flavour { engines: &["sqlite"], ..Flavour::whole("prisma-ms", "naming = \"better-auth\"") },
    Flavour::part("uuid", "naming = \"better-auth\"\nids = \"uuid\""),
    Flavour::part("serial", "naming = \"better-auth\"\nids = \"serial\""),
    Flavour::part("issuer", "naming = \"better-auth\""),
];

/// One run: Better Auth makes the tables, `auth-server` opens them, the steps go back and forth.
fn steps(
    package: &Path,
    program: &Path,
    flavour: &Flavour,
    database: &Database<'_>,
) -> Result<String, String> {
    let folder = Folder::create(&format!("auth-interop-{}-{}", flavour.name, database.name))?;
    let url = match database.name {
        "sqlite" => format!("sqlite:{}", folder.0.join("auth.db").display()),
        _ => database.url.clone(),
    };
    let node = |script: &str| {
        let mut node = Command::new("node");
        node.arg(script)
            .current_dir(package)
            .env("FLAVOUR", flavour.name)
            .env("DATABASE_URL", &url)
            .env("AUTH_SECRET", SECRET)
            .envs(flavour.secrets.map(|secrets| ("BETTER_AUTH_SECRETS", secrets)));
        node
    };
    command::output(&mut node("prepare.js"))?;
    let config = folder.0.join("auth.toml").display().to_string();
    fs::write(&config, flavour.config).map_err(|error| format!("cannot write {config}: {error}"))?;
    let mut settings = vec![
        ("DATABASE_URL", url.as_str()),
        ("AUTH_CONFIG", &config),
        ("AUTH_PASSWORD_FORMAT", "scrypt"),
        ("AUTH_ENCRYPT_OAUTH_TOKENS", "1"),
        ("AUTH_TRUSTED_PROXY", "1"),
    ];
    settings.extend(flavour.secrets.map(|secrets| ("AUTH_SECRETS", secrets)));
    let server = AuthServer::start(program, &url, &settings)?;
    let output = command::output(
        node("run.js")
            .args(flavour.steps)
            .env("SERVER_URL", &server.url)
            .env("MAIL_FILE", server.mail_file())
            .env("PROVIDER_PORT", server.provider_port.to_string()),
    )?;
    let status = server.stop()?;
    if status.success() { Ok(output) } else { Err(format!("the server ended with {status}")) }
}

/// A folder of a run. Dropping it removes it.
#[derive(Debug)]
struct Folder(PathBuf);

impl Folder {
    fn create(name: &str) -> Result<Self, String> {
        let folder = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&folder)
            .map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
