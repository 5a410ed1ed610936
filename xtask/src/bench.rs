//! `cargo xtask bench`: measurements, in optimised code.

use std::process::Command;

use clap::Args;

use crate::auth_server::AuthServer;
use crate::server::{Servers, Wanted};
use crate::{chart, command, database};

/// What to measure.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Benchmarks: `operations`, `http`, `delete_expired`, `search`, `sign_in_flood`, `instructions`; without a name, all of them; `chart` draws those that
    /// were measured last.
    names: Vec<String>,
    #[command(flatten)]
    wanted: Wanted,
    /// Sections of `operations`: `validate_session`, `coalescing`, `writes`, `cookie_cache`.
    #[arg(last = true)]
    sections: Vec<String>,
}

/// Runs benchmarks and draws what they measured.
pub(crate) fn run(options: &Options) -> Result<bool, String> {
    let names: Vec<&str> = if options.names.is_empty() {
        ALL.to_vec()
    } else {
        options.names.iter().map(String::as_str).filter(|name| *name != "chart").collect()
    };
    let mut passed = true;
    if !names.is_empty() {
        let servers = options.wanted.find()?;
        for name in &names {
            passed &= measure(name, &options.sections, &servers)?;
        }
    }
    // Instructions are no times, which the chart shows.
    if names != ["instructions"] {
        chart::draw()?;
    }
    Ok(passed)
}

fn measure(name: &str, sections: &[String], servers: &Servers) -> Result<bool, String> {
    if name == "instructions" && command::find("valgrind", &[]).is_none() {
        command::install("valgrind")?;
    }
    let mut cargo = Command::new(command::variable("CARGO").unwrap_or_else(|| "cargo".to_owned()));
    cargo.args(["bench", "--locked", "--package", "auth-tests", "--bench", name, "--"]).args(sections);
    servers.describe_to(&mut cargo);
    if name == "http" { with_server(servers, cargo) } else { command::run(&mut cargo) }
}

/// Measures `auth-server` as a process of its own.
fn with_server(servers: &Servers, mut cargo: Command) -> Result<bool, String> {
    let program = command::build_optimised("auth-server", "auth-server")?;
    let databases = database::create(servers, ["postgres"], "bench")?;
    let database = databases.first().ok_or("the benchmark needs PostgreSQL")?;
    let server = AuthServer::start(&program, &database.url, &[("RUST_LOG", "warn")])?;
    cargo
        .env("BENCH_SERVER_URL", &server.url)
        .env("BENCH_SERVER_PID", server.pid().to_string())
        .env("BENCH_DATABASE_URL", &database.url);
    let passed = command::run(&mut cargo)?;
    server.stop()?;
    Ok(passed)
}

const ALL: [&str; 6] = ["operations", "http", "delete_expired", "search", "sign_in_flood", "instructions"];
