//! `cargo xtask test`: the one test command.

use std::process::Command;

use clap::Args;

use crate::command;
use crate::server::Servers;

/// What to test.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Fails when a backend is missing, as in CI.
    #[arg(long)]
    all: bool,
    /// Passes over running servers and starts private ones from installed binaries.
    #[arg(long)]
    private: bool,
    /// Arguments for `cargo test`.
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Runs every test on every backend that can be had.
pub(crate) fn run(options: &Options) -> Result<bool, String> {
    let servers = Servers::find(options.private);
    let summary = servers.summary();
    println!("{summary}");
    if options.all && !servers.complete() {
        return Err("--all needs every backend".to_owned());
    }
    let mut cargo = Command::new(command::variable("CARGO").unwrap_or_else(|| "cargo".to_owned()));
    cargo.args(["test", "--workspace", "--locked", "--no-fail-fast"]).args(&options.arguments);
    servers.describe_to(&mut cargo);
    if options.all {
        cargo.env("TEST_REQUIRE_ALL", "1");
    }
    let passed = command::run(&mut cargo)?;
    println!("{summary}\n{}", if passed { "all tests passed" } else { "SOME TESTS FAILED" });
    Ok(passed)
}
