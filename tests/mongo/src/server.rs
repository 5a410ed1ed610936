//! Servers of a test's own, to be killed and started again: `SecantusDB`, which speaks MongoDB's protocol and keeps its files as MongoDB
//! does. It is not `mongod`.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use auth_tests::backend::{all_are_required, variable_or};
use mongodb::Client;
use mongodb::bson::doc;

/// A server, ended with this value.
#[derive(Debug)]
pub struct MongoServer {
    program: PathBuf,
    port: u16,
    folder: PathBuf,
    arguments: Vec<String>,
    child: Option<Child>,
}

impl MongoServer {
    /// Starts a replica set of one member whose commits are on the disk before they are answered.
    pub async fn start(program: &Path) -> Self {
        Self::start_with(program, &["--sync-on-commit"]).await
    }

    /// Starts one that is no member of a replica set.
    pub async fn standalone(program: &Path) -> Self {
        Self::start_with(program, &["--standalone"]).await
    }

    async fn start_with(program: &Path, arguments: &[&str]) -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        drop(listener);
        let folder = std::env::temp_dir().join(format!("auth-test-mongodb-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for the server");
        let arguments = arguments.iter().map(ToString::to_string).collect();
        let mut server = Self { program: program.to_owned(), port, folder, arguments, child: None };
        server.start_again().await;
        server
    }

    /// How to reach it; clients give up soon when it is gone.
    pub fn url(&self) -> String {
        format!("mongodb://127.0.0.1:{}/auth?serverSelectionTimeoutMS=2000", self.port)
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().expect("it is killed");
        child.wait().expect("it ends");
    }

    /// Starts it on the same port and files, and waits until it answers.
    pub async fn start_again(&mut self) {
        // It must not outlive a test that is killed.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]).arg(&self.program).args(&self.arguments);
        command.args(["--host", "127.0.0.1", "--port", &self.port.to_string(), "--storage-path"]);
        command.arg(self.folder.join("data")).current_dir(&self.folder);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(command.spawn().expect("the server starts"));
        for _ in 0..60 {
            let client = Client::with_uri_str(self.url()).await.expect("the address is one");
            let hello = client.database("admin").run_command(doc! { "hello": 1 }).await;
            client.shutdown().immediate(true).await;
            if hello.is_ok() {
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

impl Drop for MongoServer {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The program, whose path the test command hands over. With `TEST_REQUIRE_ALL=1` a missing one is a failure.
pub fn program() -> Option<PathBuf> {
    let named = Some(variable_or("TEST_SECANTUSDB", "")).filter(|path| !path.is_empty()).map(PathBuf::from);
    if named.is_none() {
        assert!(!all_are_required(), "TEST_SECANTUSDB is not set. Run `cargo xtask test`, which installs it");
        eprintln!("NOT RUN: TEST_SECANTUSDB is not set");
    }
    named
}
