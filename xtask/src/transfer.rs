//! `cargo xtask transfer`: the proof of `auth export` and `auth import` at size.

use std::process::Command;

use clap::Args;

use crate::command;
use crate::server::{Servers, Wanted};

/// What to run.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many users are moved, each with an account and a session.
    #[arg(long, default_value_t = 1_000_000)]
    users: u64,
    /// The way, as engines separated by commas: each is moved to the next.
    #[arg(long, value_delimiter = ',', default_value = "sqlite,postgres,mysql")]
    way: Vec<String>,
    #[command(flatten)]
    wanted: Wanted,
}

/// Runs the proof in optimised code.
pub(crate) fn run(options: &Options) -> Result<bool, String> {
    let servers = options.wanted.find()?;
    prove(&servers, options, command::build_optimised("auth-cli", "auth")?)
}

/// Runs the proof with so few people that it takes a minute, all the way round.
pub(crate) fn run_small(servers: &Servers) -> Result<bool, String> {
    let way = ["sqlite", "postgres", "mysql", "sqlite"].map(str::to_owned).to_vec();
    let options = Options { users: 10_000, way, wanted: Wanted::default() };
    prove(servers, &options, command::build("auth")?)
}

fn prove(servers: &Servers, options: &Options, auth: std::path::PathBuf) -> Result<bool, String> {
    let mut proof = Command::new(command::build_example("transfer")?);
    proof.arg(auth).arg(options.users.to_string()).args(&options.way);
    servers.describe_to(&mut proof);
    command::run(&mut proof)
}
