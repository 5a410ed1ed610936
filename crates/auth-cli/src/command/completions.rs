//! `auth completions`.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use clap::{Args, CommandFactory};
use clap_complete::Shell;
use serde::Serialize;

use super::Auth;
use super::context::Context;

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell that reads the script.
    shell: Shell,
}

#[derive(Serialize)]
struct Answer {
    shell: String,
    script: String,
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.script)
    }
}

impl Completions {
    pub(super) fn run(&self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Auth::command(), "auth", &mut script);
        let script = String::from_utf8(script)?;
        context.answer(&Answer { shell: self.shell.to_string(), script })?;
        Ok(ExitCode::SUCCESS)
    }
}
