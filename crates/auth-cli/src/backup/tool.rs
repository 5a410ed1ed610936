//! Runs the tools of the engines.

use std::fs::File;
use std::process::{Command, Stdio};

use super::error::BackupError;

/// A tool and what it belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tool {
    pub(super) program: &'static str,
    pub(super) package: &'static str,
}

/// Whether what a tool says may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// It tells of the connection and of names.
    Names,
    /// It may repeat rows: what is restored holds hashes and tokens.
    Rows,
}

impl Tool {
    pub(super) fn command(self) -> Command {
        Command::new(self.program)
    }

    /// What the tool says of itself.
    pub(super) fn version(self) -> Result<String, BackupError> {
        let output = self.command().arg("--version").stdin(Stdio::null()).output();
        let output = output.map_err(|source| self.missing(source))?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn missing(self, source: std::io::Error) -> BackupError {
        BackupError::NoTool { program: self.program, package: self.package, source }
    }

    /// Runs a command of this tool to its end; `input` becomes its standard input.
    pub(super) fn run(
        self,
        command: &mut Command,
        input: Option<File>,
        says: Says,
    ) -> Result<(), BackupError> {
        let program = self.program;
        let input = input.map_or_else(Stdio::null, Stdio::from);
        let output = command.stdin(input).stdout(Stdio::null()).stderr(Stdio::piped()).output();
        let output = output.map_err(|source| self.missing(source))?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let said = if says == Says::Names { said.trim().to_owned() } else { String::new() };
        Err(BackupError::Tool { program, status: output.status, said })
    }
}
