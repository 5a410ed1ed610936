//! `cargo xtask bench`: measurements, in optimised code.

use std::process::Command;

use clap::Args;

use crate::auth_server::AuthServer;
use crate::server::{Servers, Wanted};
use crate::{command, database};

/// What to measure.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The benchmark.
    #[arg(default_value = "validate_session")]
    name: String,
    #[command(flatten)]
    wanted: Wanted,
}

/// Runs a benchmark.
pub(crate) fn run(options: &Options) -> Result<bool, String> {
    let servers = options.wanted.find()?;
    let mut cargo = Command::new(command::variable("CARGO").unwrap_or_else(|| "cargo".to_owned()));
    cargo.args(["bench", "--locked", "--package", "auth-tests", "--bench", &options.name]);
    servers.describe_to(&mut cargo);
    if options.name == "http" { with_server(&servers, cargo) } else { command::run(&mut cargo) }
}

/// Measures `auth-server` as a process of its own.
fn with_server(servers: &Servers, mut cargo: Command) -> Result<bool, String> {
    let program = command::build_optimised("auth-server")?;
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
