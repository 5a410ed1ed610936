//! The commands: their arguments, what they print and the status they exit with.

mod adapter_serve;
mod generate;

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Tools for an authentication database.
#[derive(Debug, Parser)]
#[command(name = "auth", version)]
pub struct Auth {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Generate code from the data dictionary.
    Generate(generate::Generate),
    /// Serve a database to a program that speaks the adapter protocol, one JSON object a line.
    AdapterServe(adapter_serve::AdapterServe),
}

impl Auth {
    /// Runs the command. It exits with 1 when the command failed or a check did not hold.
    pub fn run(self) -> ExitCode {
        let result = match self.command {
            Command::Generate(generate) => generate.run(),
            Command::AdapterServe(serve) => serve.run(),
        };
        result.unwrap_or_else(|error| {
            report(error.as_ref());
            ExitCode::FAILURE
        })
    }
}

fn report(error: &dyn Error) {
    eprintln!("error: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        eprintln!("  caused by: {cause}");
        source = cause.source();
    }
}
