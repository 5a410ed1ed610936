//! `cargo xtask interop`: Better Auth itself and `auth-server` on the same rows, in the same Redis, at the same time.

mod flavour;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Instant;

use clap::Args;

use self::flavour::{FLAVOURS, Flavour};
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
    let redis = servers.redis.as_ref().ok().map(|server| server.url.as_str());
    let chosen = |one: &&Flavour| only.is_empty() || only.iter().any(|name| name == one.name);
    for flavour in FLAVOURS.iter().filter(chosen).filter(|one| !one.redis || redis.is_some()) {
        let purpose = format!("interop_{}", flavour.name.replace('-', "_"));
        let databases = database::create(servers, flavour.engines.iter().copied(), &purpose)?;
        thread::scope(|scope| {
            let run = |database| {
                let (package, program) = (&package, &program);
                scope.spawn(move || line(package, program, &Run { flavour, database, redis }))
            };
            let runs: Vec<_> = databases.iter().map(run).collect();
            lines.extend(
                runs.into_iter().map(|run| run.join().unwrap_or_else(|_| (false, "it panicked".to_owned()))),
            );
        });
    }
    println!("\nBetter Auth and auth-server on the same rows, in the same Redis, with the same cookies");
    for (_, line) in &lines {
        println!("  {line}");
    }
    Ok(!lines.is_empty() && lines.iter().all(|(passed, _)| *passed))
}

/// A flavour on a database, with the address of Redis.
#[derive(Debug)]
struct Run<'a> {
    flavour: &'a Flavour,
    database: &'a Database<'a>,
    redis: Option<&'a str>,
}

/// One run and its line.
fn line(package: &Path, program: &Path, run: &Run<'_>) -> (bool, String) {
    let start = Instant::now();
    let outcome = steps(package, program, run);
    let passed = outcome.is_ok();
    let text = outcome.unwrap_or_else(|problem| problem);
    if !passed {
        println!("{text}");
    }
    let last = text.lines().rev().find(|line| line.contains(" checks passed, "));
    let line = last.map_or_else(
        || format!("{} on {}: it did not finish", run.flavour.name, run.database.name),
        |line| format!("{line} ({} s)", start.elapsed().as_secs()),
    );
    println!("{line}");
    (passed, line)
}

/// One run: Better Auth makes the tables, `auth-server` opens them, the steps go back and forth.
fn steps(package: &Path, program: &Path, run: &Run<'_>) -> Result<String, String> {
    let Run { flavour, database, .. } = run;
    let folder = Folder::create(&format!("auth-interop-{}-{}", flavour.name, database.name))?;
    let url = match database.name {
        "sqlite" => format!("sqlite:{}", folder.0.join("auth.db").display()),
        _ => database.url.clone(),
    };
    let redis = run.redis();
    let node = |script: &str| {
        let mut node = Command::new("node");
        node.arg(script)
            .current_dir(package)
            .env("FLAVOUR", flavour.name)
            .env("DATABASE_URL", &url)
            .env("AUTH_SECRET", SECRET)
            .envs(flavour.secrets.map(|secrets| ("BETTER_AUTH_SECRETS", secrets)))
            .envs(redis.iter().flat_map(|(url, prefix)| [("REDIS_URL", *url), ("REDIS_PREFIX", prefix)]));
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
        // Better Auth reads before it writes in one transaction, which SQLite refuses when somebody wrote in between.
        ("AUTH_SWEEP_SECONDS", "0"),
    ];
    settings.extend(flavour.secrets.map(|secrets| ("AUTH_SECRETS", secrets)));
    if let Some((url, prefix)) = &redis {
        settings.extend([("AUTH_REDIS_URL", *url), ("AUTH_REDIS_PREFIX", prefix)]);
    }
    settings.extend(flavour.variables);
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

impl<'a> Run<'a> {
    /// The address of Redis, when the flavour needs it, and what begins the run's keys: no run meets another.
    fn redis(&self) -> Option<(&'a str, String)> {
        let url = self.redis.filter(|_| self.flavour.redis)?;
        let process = std::process::id();
        Some((url, format!("interop-{}-{}-{process}:", self.flavour.name, self.database.name)))
    }
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
