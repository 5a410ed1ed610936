//! `cargo xtask client`: Better Auth's own client against `auth-server`, on every engine.

use std::fs;
use std::path::Path;
use std::process::Command;

use clap::Args;

use crate::auth_server::AuthServer;
use crate::server::{Servers, Wanted};
use crate::{command, database, node};

/// What to run.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    wanted: Wanted,
}

/// Runs the cases by themselves.
pub(crate) fn run(options: &Options) -> Result<bool, String> {
    let servers = options.wanted.find()?;
    node::find()?;
    run_on(&servers)
}

/// Runs the cases on every engine that is there: with the default names, and with Better Auth's own and its passwords.
pub(crate) fn run_on(servers: &Servers) -> Result<bool, String> {
    let folder = node::package("tests/official-client")?;
    let program = command::build("auth-server")?;
    let stock: &[(&str, &str)] =
        &[("AUTH_NAMING", "stock"), ("AUTH_PASSWORD_FORMAT", "scrypt"), ("AUTH_ENCRYPT_OAUTH_TOKENS", "1")];
    let mut lines = Vec::new();
    for (purpose, settings) in [("client", &[][..]), ("stock", stock)] {
        for database in database::create(servers, ["sqlite", "postgres", "mysql"], purpose)? {
            let name = format!("{} ({purpose})", database.name);
            let (passed, line) = match cases(&folder, &program, &database.url, settings) {
                Ok(line) => (true, line),
                Err(problem) => {
                    println!("{problem}");
                    (false, "FAILED".to_owned())
                }
            };
            println!("{name}: {line}");
            lines.push((passed, format!("{name}: {line}")));
        }
    }
    println!("\nBetter Auth's client against auth-server");
    for (_, line) in &lines {
        println!("  {line}");
    }
    Ok(!lines.is_empty() && lines.iter().all(|(passed, _)| *passed))
}

/// One run on one database. The server must end with status 0 and have logged no secret of the run.
fn cases(
    folder: &Path,
    program: &Path,
    database_url: &str,
    settings: &[(&str, &str)],
) -> Result<String, String> {
    let server = AuthServer::start(program, database_url, settings)?;
    let secrets = server.file("secrets");
    let output = command::output(
        Command::new("node")
            .arg("run.js")
            .current_dir(folder)
            .env("SERVER_URL", &server.url)
            .env("SERVER_MODE", "production")
            .env("MAIL_FILE", server.mail_file())
            .env("SECRETS_FILE", &secrets)
            .env("PROVIDER_PORT", server.provider_port.to_string()),
    )
    .map_err(|problem| format!("{problem}\n{}", last_lines(&server.log())))?;
    let last = output.lines().last().unwrap_or_default().to_owned();
    let secrets = fs::read_to_string(&secrets).map_err(|error| format!("no list of secrets: {error}"))?;
    let log = server.log();
    let status = server.stop()?;
    if !status.success() {
        return Err(format!("the server ended with {status}"));
    }
    let known = leaks(&log, &secrets)?;
    Ok(format!("{last}; {} lines of log without any of {known} secrets", log.lines().count()))
}

/// Looks for every secret of a run in the log; tells how many there were.
fn leaks(log: &str, secrets: &str) -> Result<usize, String> {
    let known: Vec<&str> = secrets.lines().filter(|secret| secret.len() >= 8).collect();
    if known.len() < 100 || log.lines().count() < 100 {
        return Err(format!("only {} secrets and {} lines of log", known.len(), log.lines().count()));
    }
    if let Some(line) = log.lines().find(|line| line.contains("$argon2") || holds_scrypt(line)) {
        return Err(format!("the log holds a hash:\n{line}"));
    }
    match known.iter().find(|secret| log.contains(**secret)) {
        None => Ok(known.len()),
        Some(secret) => {
            let line = log.lines().find(|line| line.contains(secret)).unwrap_or_default();
            Err(format!("the log holds the secret {secret:?}:\n{line}"))
        }
    }
}

/// Whether a line holds a key of Better Auth's format: 128 hexadecimal digits.
fn holds_scrypt(line: &str) -> bool {
    line.split(|letter: char| !letter.is_ascii_hexdigit()).any(|digits| digits.len() >= 128)
}

fn last_lines(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
