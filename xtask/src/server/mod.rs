//! Database servers for the tests: named by URL, running on the default port, or started from installed
//! binaries for this run only.

mod mysql;
mod postgres;

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use crate::command;

/// A server that answers; one that was started for this run ends with this value.
#[derive(Debug)]
pub(crate) struct Server {
    /// How to reach it.
    pub(crate) url: String,
    /// What it is and where it comes from.
    pub(crate) origin: String,
    #[expect(dead_code, reason = "held until the end of the run: dropping it ends the server")]
    private: Option<Private>,
}

/// A server of our own and its files.
#[derive(Debug)]
struct Private {
    process: Child,
    folder: PathBuf,
}

/// The servers of a run, in the order of the variables that name them.
#[derive(Debug)]
pub(crate) struct Servers {
    pub(crate) postgres: Result<Server, String>,
    pub(crate) mysql: Result<Server, String>,
}

impl Servers {
    /// Finds or starts both; with `private`, running servers are passed over.
    pub(crate) fn find(private: bool) -> Self {
        Self { postgres: postgres::find(private), mysql: mysql::find(private) }
    }

    /// Hands the addresses over to a command.
    pub(crate) fn describe_to(&self, command: &mut Command) {
        for (variable, server) in [(POSTGRES_URL, &self.postgres), (MYSQL_URL, &self.mysql)] {
            if let Ok(server) = server {
                command.env(variable, &server.url);
            }
        }
    }

    /// One line that names every backend, and one for each that is missing.
    pub(crate) fn summary(&self) -> String {
        let mut ran = "backends: memory, sqlite".to_owned();
        let mut missing = String::new();
        for (name, server) in [("postgres", &self.postgres), ("mysql", &self.mysql)] {
            match server {
                Ok(server) => ran = format!("{ran}, {name} ({})", server.origin),
                Err(problem) => missing = format!("{missing}\nNOT RUN: {name}: {problem}"),
            }
        }
        ran + &missing
    }

    /// Whether every backend can be run.
    pub(crate) fn complete(&self) -> bool {
        self.postgres.is_ok() && self.mysql.is_ok()
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A folder for a private server's files, owned by the user that runs it.
fn folder(name: &str, owner: Option<&str>) -> Result<PathBuf, String> {
    let folder = std::env::temp_dir().join(format!("auth-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    if let Some(owner) = owner {
        command::output(Command::new("chown").arg(owner).arg(&folder))?;
    }
    Ok(folder)
}

/// A command that runs as another user; as this one when there is none.
fn as_user(user: Option<&str>, program: &Path) -> Command {
    match user {
        None => Command::new(program),
        Some(user) => {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", user, "--regid", user, "--clear-groups"]).arg(program);
            command
        }
    }
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| error.to_string())?;
    listener.local_addr().map(|address| address.port()).map_err(|error| error.to_string())
}

/// Waits until a server answers.
fn wait(answers: impl Fn() -> Result<String, String>) -> Result<String, String> {
    let mut last = String::new();
    for _ in 0..300 {
        match answers() {
            Ok(version) => return Ok(version),
            Err(problem) => last = problem,
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    Err(format!("the private server does not answer: {last}"))
}

pub(crate) const POSTGRES_URL: &str = "TEST_POSTGRES_URL";
pub(crate) const MYSQL_URL: &str = "TEST_MYSQL_URL";
