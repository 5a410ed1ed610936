//! `cargo xtask test`: the one test command.

use std::process::Command;

use clap::Args;

use crate::server::Wanted;
use crate::{adopt, browser, cli_schema, client, command, console, interop, node, page, suites, transfer};

/// What to test.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    wanted: Wanted,
    /// Arguments for `cargo test`.
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Runs every test on every backend that can be had.
pub(crate) fn run(options: &Options) -> Result<bool, String> {
    let servers = options.wanted.find()?;
    let summary = servers.summary();
    let mut cargo = Command::new(command::variable("CARGO").unwrap_or_else(|| "cargo".to_owned()));
    cargo.args(["test", "--locked", "--no-fail-fast"]);
    if !names_a_package(&options.arguments) {
        cargo.arg("--workspace");
    }
    cargo.args(&options.arguments);
    servers.describe_to(&mut cargo);
    // A server that the summary names must not be skipped in silence.
    if servers.complete() {
        cargo.env("TEST_REQUIRE_ALL", "1");
    }
    let mut passed = command::run(&mut cargo)?;
    // Arguments choose some of the tests; those in Node.js are not among them.
    if options.arguments.is_empty() {
        passed &= adopt::run_small(&servers)?;
        passed &= transfer::run_small(&servers)?;
        match node::find() {
            Ok(()) => {
                passed &= node::run("tests/open-api")?;
                passed &= cli_schema::run_on(&servers)?;
                passed &= page::is_fresh()?;
                passed &= client::run_on(&servers)?;
                passed &= interop::run_on(&servers, &[])?;
                match browser::find_chromium() {
                    Ok(_) => {
                        passed &= browser::drive(None)?;
                        passed &= console::drive(&servers, false)?;
                    }
                    Err(problem) if options.wanted.all => return Err(problem),
                    Err(problem) => println!("NOT RUN: {problem}"),
                }
                passed &= suites::run_on(&servers, &[])?;
            }
            Err(problem) if options.wanted.all => return Err(problem),
            Err(problem) => println!("NOT RUN: {problem}"),
        }
    }
    println!("{summary}\n{}", if passed { "all tests passed" } else { "SOME TESTS FAILED" });
    Ok(passed)
}

/// Whether cargo's arguments choose packages; with `--workspace` it would ignore the choice.
fn names_a_package(arguments: &[String]) -> bool {
    let cargos = arguments.iter().take_while(|argument| *argument != "--");
    cargos.into_iter().any(|argument| argument.starts_with("-p") || argument.starts_with("--package"))
}

#[cfg(test)]
mod tests {
    use super::names_a_package;

    #[test]
    fn a_package_is_named_in_front_of_the_tests_own_arguments() {
        let named = |line: &str| names_a_package(&line.split(' ').map(str::to_owned).collect::<Vec<_>>());
        assert!(named("-p xtask"));
        assert!(named("-pxtask --lib"));
        assert!(named("--package=xtask -- --nocapture"));
        assert!(!named("--test budgets"));
        assert!(!named("--test budgets -- -p"));
    }
}
