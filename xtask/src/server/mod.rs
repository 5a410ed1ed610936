//! Servers for the tests: named by URL, running on the default port, or started from installed
//! binaries for this run only.

mod mongodb;
mod mysql;
mod mysql_itself;
mod pgbouncer;
mod postgres;
mod private;
mod promtool;
mod redis;

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use self::private::Private;
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

/// The servers of a run, in the order of the variables that name them.
#[derive(Debug)]
pub(crate) struct Servers {
    pub(crate) postgres: Result<Server, String>,
    pub(crate) mysql: Result<Server, String>,
    /// Where the tools of MySQL are, if not on the path.
    tools: Option<PathBuf>,
    pub(crate) redis: Result<Server, String>,
    pub(crate) mongodb: Result<Server, String>,
    /// A program that tests start by themselves, like the next.
    pub(crate) secantusdb: Result<Server, String>,
    /// A program that the tests start by themselves; its address is its path.
    pub(crate) pgbouncer: Result<Server, String>,
    /// Another program that a test asks.
    pub(crate) promtool: Result<Server, String>,
}

/// Which servers are to be used.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct Wanted {
    /// Fails when a backend or Node.js is missing, as in CI.
    #[arg(long)]
    pub(crate) all: bool,
    /// Passes over running servers and starts private ones from installed binaries.
    #[arg(long)]
    private: bool,
    /// Takes MySQL itself in place of MariaDB. On Debian, as root: it is unpacked from the unstable suite.
    #[arg(long)]
    mysql_itself: bool,
}

impl Wanted {
    /// Finds or starts them; tells what there is first.
    pub(crate) fn find(self) -> Result<Servers, String> {
        let servers = Servers::find(self);
        println!("{}", servers.summary());
        servers.require(self.all || self.private)?;
        if let (true, Err(problem)) = (self.mysql_itself, &servers.mysql) {
            return Err(problem.clone());
        }
        Ok(servers)
    }
}

impl Servers {
    /// Finds or starts all; with `private`, running servers are passed over.
    fn find(Wanted { private, mysql_itself, .. }: Wanted) -> Self {
        let secantusdb = mongodb::program();
        Self {
            mongodb: mongodb::find(private, &secantusdb),
            secantusdb,
            postgres: postgres::find(private),
            mysql: if mysql_itself { mysql_itself::start() } else { mysql::find(private) },
            tools: mysql_itself.then(mysql_itself::tools),
            redis: redis::find(private),
            pgbouncer: pgbouncer::find(),
            promtool: promtool::find(),
        }
    }

    fn named(&self) -> [(&'static str, &'static str, &Result<Server, String>); 7] {
        [
            ("postgres", POSTGRES_URL, &self.postgres),
            ("mysql", MYSQL_URL, &self.mysql),
            ("redis", REDIS_URL, &self.redis),
            ("mongodb", MONGODB_URL, &self.mongodb),
            ("secantusdb", SECANTUSDB, &self.secantusdb),
            ("pgbouncer", PGBOUNCER, &self.pgbouncer),
            ("promtool", PROMTOOL, &self.promtool),
        ]
    }

    /// Hands the addresses over to a command.
    pub(crate) fn describe_to(&self, command: &mut Command) {
        for (_, variable, server) in self.named() {
            if let Ok(server) = server {
                command.env(variable, &server.url);
            }
        }
        if let Some(tools) = &self.tools {
            let path = command::variable("PATH").unwrap_or_default();
            command.env("PATH", format!("{}:{path}", tools.display()));
        }
    }

    /// One line that names every backend, and one for each that is missing.
    pub(crate) fn summary(&self) -> String {
        let mut ran = "backends: memory, sqlite".to_owned();
        let mut missing = String::new();
        for (name, _, server) in self.named() {
            match server {
                Ok(server) => ran = format!("{ran}, {name} ({})", server.origin),
                Err(problem) => missing = format!("{missing}\nNOT RUN: {name}: {problem}"),
            }
        }
        ran + &missing
    }

    /// Fails when a server is missing that was asked for: every one with `all`, else those that a variable names.
    fn require(&self, all: bool) -> Result<(), String> {
        for (_, variable, server) in self.named() {
            let asked = all || command::variable(variable).is_some();
            if let (true, Err(problem)) = (asked, server) {
                return Err(format!("a server that was asked for cannot be used: {problem}"));
            }
        }
        Ok(())
    }

    /// Whether every backend can be run.
    pub(crate) fn complete(&self) -> bool {
        self.named().iter().all(|(_, _, server)| server.is_ok())
    }
}

impl Server {
    /// Runs a statement on the server as its administrator.
    pub(crate) fn execute(&self, sql: &str) -> Result<(), String> {
        let mut client = if self.url.starts_with("mysql") {
            mysql::client(&self.url)?
        } else {
            postgres::client(&self.url)?
        };
        command::output(client.arg(sql)).map(|_| ())
    }

    /// The address of another database on the server.
    pub(crate) fn database(&self, name: &str) -> String {
        let (server, _) = self.url.rsplit_once('/').unwrap_or((&self.url, ""));
        format!("{server}/{name}")
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

/// Says why a server that listens is not used; silent when none listens.
fn pass_over(port: u16, problem: &str) {
    if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
        eprintln!("the server at 127.0.0.1:{port} is not used: {problem}");
    }
}

/// Waits until a server of our own answers.
fn wait(server: &mut Private, answers: impl Fn() -> Result<String, String>) -> Result<String, String> {
    let mut last = String::new();
    for _ in 0..300 {
        match answers() {
            Ok(version) => return Ok(version),
            Err(problem) => last = problem,
        }
        if let Some(complaint) = server.complaint() {
            return Err(format!("the private server ended: {complaint}"));
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    Err(format!("the private server does not answer: {last}"))
}

pub(crate) const POSTGRES_URL: &str = "TEST_POSTGRES_URL";
pub(crate) const MYSQL_URL: &str = "TEST_MYSQL_URL";
pub(crate) const REDIS_URL: &str = "TEST_REDIS_URL";
pub(crate) const MONGODB_URL: &str = "TEST_MONGODB_URL";
/// Where the program is, not how to reach a server.
pub(crate) const PGBOUNCER: &str = "TEST_PGBOUNCER";
pub(crate) const SECANTUSDB: &str = "TEST_SECANTUSDB";
pub(crate) const PROMTOOL: &str = "TEST_PROMTOOL";
