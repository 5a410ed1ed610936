//! The `auth` command.

use std::process::ExitCode;

use auth_cli::command::Auth;
use clap::Parser;

fn main() -> ExitCode {
    Auth::parse().run()
}
