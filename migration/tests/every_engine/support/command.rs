//! The command `migration` as a process.

use std::process::{Child, Command, Output, Stdio};

/// The command on a database, ready to get more arguments.
pub(crate) fn migration(url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_migration"));
    command.env_remove("DATABASE_URL").args(["--database-url", url]);
    command
}

/// A command that runs; it is killed when the test lets go of it.
#[derive(Debug)]
pub(crate) struct Running(Option<Child>);

/// Starts the command and leaves it running.
pub(crate) fn start(url: &str, arguments: &[&str]) -> Running {
    let mut command = migration(url);
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    Running(Some(command.spawn().unwrap()))
}

impl Running {
    pub(crate) fn id(&self) -> u32 {
        self.0.as_ref().unwrap().id()
    }

    /// Waits for the end of the process.
    pub(crate) fn output(mut self) -> Output {
        self.0.take().unwrap().wait_with_output().unwrap()
    }

    /// Ends the process at once, as a crash would.
    pub(crate) fn kill(self) {
        drop(self);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(mut process) = self.0.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }
}

/// Runs the command to a good end and gives the lines it printed.
pub(crate) fn lines(url: &str, arguments: &[&str]) -> Vec<String> {
    succeeded(&migration(url).args(arguments).output().unwrap())
}

/// The lines of a run that must have ended well.
pub(crate) fn succeeded(output: &Output) -> Vec<String> {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {errors}", output.status);
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

/// What a run that must have failed, with exit code 1, said.
pub(crate) fn failed(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}
