//! Database servers of a test's own, whose settings it may spoil.

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use auth_core::{DatabaseConfig, DatabaseConnection};

use crate::backend::all_are_required;

/// A server, ended with this value.
#[derive(Debug)]
pub struct PrivateServer {
    kind: Kind,
    folder: PathBuf,
    port: u16,
    child: Option<Child>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Postgres,
    Mariadb,
}

impl PrivateServer {
    /// A PostgreSQL with good settings for a small database, `pg_stat_statements` among them; `None` where it is not installed. With
    /// `TEST_REQUIRE_ALL=1` that is a failure.
    pub async fn postgres() -> Option<Self> {
        let initdb = program("initdb", "/usr/lib/postgresql")?;
        let server = Self::new(Kind::Postgres);
        let data = server.folder.join("data");
        let mut command = as_user("postgres", &initdb);
        command.args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-D"]).arg(&data);
        assert!(command.status().expect("initdb runs").success(), "initdb fails");
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = ''\nautovacuum_naptime = 1d\n\
             shared_preload_libraries = 'pg_stat_statements'\n",
            server.port
        );
        let file = data.join("postgresql.conf");
        let text = std::fs::read_to_string(&file).expect("initdb writes it") + &settings;
        std::fs::write(&file, text).expect("the settings are written");
        server.started().await
    }

    /// A MariaDB with good settings, the performance schema on, a binary log; `None` as above.
    pub async fn mariadb() -> Option<Self> {
        let install = program("mariadb-install-db", "/usr/bin")?;
        let server = Self::new(Kind::Mariadb);
        let data = server.folder.join("data");
        let mut command = as_user("mysql", &install);
        command.args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"]);
        command.arg(format!("--datadir={}", data.display()));
        assert!(command.status().expect("mariadb-install-db runs").success(), "mariadb-install-db fails");
        server.started().await
    }

    /// A new database on it.
    pub async fn create(&self, name: &str) -> String {
        let (scheme, user, place) = match self.kind {
            Kind::Postgres => ("postgres", "postgres", "postgres"),
            Kind::Mariadb => ("mysql", "root", "mysql"),
        };
        let url = |name: &str| format!("{scheme}://{user}@127.0.0.1:{}/{name}", self.port);
        let admin = connect(&url(place)).await.expect("the server answers");
        sea_orm::ConnectionTrait::execute_unprepared(&admin, &format!("CREATE DATABASE {name}"))
            .await
            .expect(name);
        admin.close().await.expect("the connection closes");
        url(name)
    }

    /// Ends it in good order and starts it again.
    pub async fn restart(&mut self) {
        let mut child = self.child.take().expect("it runs");
        // Fast for PostgreSQL; MariaDB knows only the other.
        let signal = if self.kind == Kind::Postgres { "-INT" } else { "-TERM" };
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
        child.wait().expect("it ends");
        self.start().await;
    }

    fn new(kind: Kind) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let folder = std::env::temp_dir().join(format!("auth-test-{kind:?}-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for the server");
        if is_root() {
            let owner = if kind == Kind::Postgres { "postgres" } else { "mysql" };
            assert!(Command::new("chown").arg(owner).arg(&folder).status().expect("chown runs").success());
        }
        Self { kind, folder, port, child: None }
    }

    async fn started(mut self) -> Option<Self> {
        self.start().await;
        Some(self)
    }

    async fn start(&mut self) {
        let data = self.folder.join("data");
        let mut command = match self.kind {
            Kind::Postgres => {
                let mut command =
                    as_user("postgres", &program("postgres", "/usr/lib/postgresql").expect("it is there"));
                command.arg("-D").arg(&data);
                command
            }
            Kind::Mariadb => {
                let mut command = as_user("mysql", &program("mariadbd", "/usr/sbin").expect("it is there"));
                command.args(["--no-defaults", "--bind-address=127.0.0.1", "--performance-schema=ON"]);
                command.args([
                    "--log-bin=log",
                    "--sync-binlog=1",
                    "--binlog-format=MIXED",
                    "--default-time-zone=+00:00",
                ]);
                command.arg(format!("--datadir={}", data.display())).arg(format!("--port={}", self.port));
                command.arg(format!("--socket={}", self.folder.join("socket").display()));
                command
            }
        };
        self.child = Some(command.spawn().expect("the server starts"));
        let url = match self.kind {
            Kind::Postgres => format!("postgres://postgres@127.0.0.1:{}/postgres", self.port),
            Kind::Mariadb => format!("mysql://root@127.0.0.1:{}/mysql", self.port),
        };
        for _ in 0..600 {
            if let Ok(connection) = connect(&url).await {
                connection.close().await.expect("the connection closes");
                return;
            }
            if let Ok(Some(status)) = self.child.as_mut().expect("it was started").try_wait() {
                panic!("the server ended: {status}");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the server does not answer");
    }
}

impl Drop for PrivateServer {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// One connection, so that what a session sets stays.
pub async fn connect(url: &str) -> Result<DatabaseConnection, auth_core::adapter::AdapterError> {
    let mut config = DatabaseConfig::new(url);
    (config.max_connections, config.statement_timeout) = (1, None);
    config.connect_retry_for = Duration::ZERO;
    auth_core::connect(&config).await
}

/// A program on the path, in a folder, or in the newest of its versions.
fn program(name: &str, folder: &str) -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .collect();
    versions.sort();
    let folders =
        versions.into_iter().rev().chain([PathBuf::from(folder), "/usr/local/bin".into(), "/usr/bin".into()]);
    let found = folders.map(|folder| folder.join(name)).find(|file| file.is_file());
    if found.is_none() {
        assert!(!all_are_required(), "{name} is not installed. Run `cargo xtask test`, which installs it");
        eprintln!("NOT RUN: {name} is not installed");
    }
    found
}

/// Servers do not run as root, and must not outlive a test that is killed.
fn as_user(user: &str, program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]);
    if is_root() {
        command.args(["--reuid", user, "--regid", user, "--clear-groups"]);
    }
    command.arg(program).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}
