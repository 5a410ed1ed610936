//! A private pgbouncer before the PostgreSQL of the tests, in transaction mode.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use url::Url;

use crate::backend::{TestDatabase, all_are_required, variable_or};

/// A running pooler; it ends with this value.
#[derive(Debug)]
pub struct PgBouncer {
    child: Child,
    folder: PathBuf,
    port: u16,
}

impl PgBouncer {
    /// Starts one that opens so many server connections at most; `None` when it is not installed. With `TEST_REQUIRE_ALL=1`
    /// that is a failure.
    pub fn start(database: &TestDatabase, server_connections: u32) -> Option<Self> {
        let Some(program) = program() else {
            assert!(
                !all_are_required(),
                "pgbouncer is not installed. Run `cargo xtask test`, which installs it"
            );
            eprintln!("NOT RUN: pgbouncer is not installed");
            return None;
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        drop(listener);
        let folder = std::env::temp_dir().join(format!("auth-pgbouncer-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("the folder is made");
        let file = folder.join("pgbouncer.ini");
        std::fs::write(&file, settings(&database.url, port, server_connections))
            .expect("the file is written");
        let child = command(&program).arg(&file).current_dir(&folder).spawn().expect("pgbouncer starts");
        let mut started = Self { child, folder, port };
        started.wait();
        Some(started)
    }

    /// The address of a database behind it.
    pub fn url(&self, database: &TestDatabase) -> String {
        let (_, name) = database.url.rsplit_once('/').expect("a database URL ends with /name");
        format!("postgres://auth@127.0.0.1:{}/{name}?sslmode=disable", self.port)
    }

    /// Until it listens.
    fn wait(&mut self) {
        for _ in 0..200 {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok() {
                return;
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                panic!("pgbouncer ended: {status}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("pgbouncer does not listen");
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn settings(url: &str, port: u16, server_connections: u32) -> String {
    let url = Url::parse(url).expect("the database has a URL");
    let (host, server_port) = (url.host_str().unwrap_or("127.0.0.1"), url.port().unwrap_or(5432));
    let password = url.password().map(|password| format!(" password={password}")).unwrap_or_default();
    format!(
        "[databases]\n* = host={host} port={server_port} user={}{password}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
         listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\n\
         default_pool_size = {server_connections}\nmax_client_conn = 500\nlog_connections = 0\nlog_disconnections = 0\n",
        url.username()
    )
}

fn program() -> Option<PathBuf> {
    let named = Some(variable_or("TEST_PGBOUNCER", "")).filter(|path| !path.is_empty()).map(PathBuf::from);
    let usual = ["/usr/sbin/pgbouncer", "/usr/local/sbin/pgbouncer", "/usr/bin/pgbouncer"];
    named.into_iter().chain(usual.map(PathBuf::from)).find(|file| file.is_file())
}

/// It does not run as root, and must not outlive a test that is killed.
fn command(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]);
    if std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0) {
        command.args(["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]);
    }
    command.arg(program).arg("-q").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}
