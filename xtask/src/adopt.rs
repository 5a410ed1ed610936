//! `cargo xtask adopt`: the proof of `auth adopt` at size, on every engine.

use std::process::Command;

use clap::Args;

use crate::command;
use crate::server::{Servers, Wanted};

/// What to run.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many users are planted.
    #[arg(long, default_value_t = 100_000)]
    users: u64,
    /// How many sessions.
    #[arg(long, default_value_t = 1_000_000)]
    sessions: u64,
    /// Engines, separated by commas: `sqlite`, `postgres`, `mysql`. Default: all.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    #[command(flatten)]
    wanted: Wanted,
}

/// Runs the proof by itself.
pub(crate) fn run(options: &Options) -> Result<bool, String> {
    let servers = options.wanted.find()?;
    prove(&servers, options)
}

/// Runs the proof with so few people that it takes half a minute.
pub(crate) fn run_small(servers: &Servers) -> Result<bool, String> {
    let options = Options { users: 10_000, sessions: 100_000, only: Vec::new(), wanted: Wanted::default() };
    prove(servers, &options)
}

fn prove(servers: &Servers, options: &Options) -> Result<bool, String> {
    let auth = command::build("auth")?;
    let mut proof = Command::new(command::build_example("adopt")?);
    proof.arg(auth).args([options.users.to_string(), options.sessions.to_string()]).args(&options.only);
    servers.describe_to(&mut proof);
    command::run(&mut proof)
}
