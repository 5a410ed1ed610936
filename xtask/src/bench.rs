//! `cargo xtask bench`: measurements, in optimised code.

use std::process::Command;

use clap::Args;

use crate::command;
use crate::server::Servers;

/// What to measure.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The benchmark.
    #[arg(default_value = "validate_session")]
    name: String,
    /// Passes over running servers and starts private ones from installed binaries.
    #[arg(long)]
    private: bool,
}

/// Runs a benchmark.
pub(crate) fn run(options: &Options) -> Result<bool, String> {
    let servers = Servers::find(options.private);
    println!("{}", servers.summary());
    servers.require(options.private)?;
    let mut cargo = Command::new(command::variable("CARGO").unwrap_or_else(|| "cargo".to_owned()));
    cargo.args(["bench", "--locked", "--package", "auth-tests", "--bench", &options.name]);
    servers.describe_to(&mut cargo);
    command::run(&mut cargo)
}
