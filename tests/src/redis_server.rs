//! Redis servers of a test's own, to be killed and started again. What they were told survives a kill.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A server, ended with this value.
#[derive(Debug)]
pub struct RedisServer {
    port: u16,
    folder: PathBuf,
    arguments: Vec<String>,
    child: Option<Child>,
}

/// Three masters with a replica each.
#[derive(Debug)]
pub struct RedisCluster {
    servers: Vec<RedisServer>,
}

/// A master, a replica, and three sentinels that watch over them.
#[derive(Debug)]
pub struct RedisSentinels {
    /// The master first.
    pub servers: Vec<RedisServer>,
    sentinels: Vec<RedisServer>,
}

impl RedisServer {
    /// Starts a server; `None` when there is no program. With `TEST_REQUIRE_ALL=1` that is a failure.
    pub async fn start() -> Option<Self> {
        if !is_installed() {
            return None;
        }
        let mut server = Self::new(free_port(), &["--appendonly", "yes", "--appendfsync", "always"]);
        server.run().await;
        Some(server)
    }

    /// Starts a server that speaks TLS only, and the certificate of the authority that vouches for it, in PEM; `None` as above, and where
    /// there is no `openssl`.
    pub async fn start_with_tls() -> Option<(Self, Vec<u8>)> {
        if !is_installed() || !is_there("openssl", "version") {
            return None;
        }
        let tls = ["--tls-auth-clients", "no", "--tls-cert-file", "cert.pem", "--tls-key-file", "key.pem"];
        let mut server = Self::new(free_port(), &tls);
        server.arguments.extend(["--port", "0", "--tls-port", &server.port.to_string()].map(str::to_owned));
        let certificates = certificates(&server.folder);
        server.spawn(&[]);
        for _ in 0..400 {
            if std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, server.port)).is_ok() {
                return Some((server, certificates));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server at {} does not listen", server.port);
    }

    /// Its address for TLS.
    pub fn tls_url(&self) -> String {
        format!("rediss://localhost:{}/", self.port)
    }

    fn new(port: u16, arguments: &[&str]) -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("auth-test-redis-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for the server");
        let own = ["--bind", "127.0.0.1", "--save", "", "--port"].map(str::to_owned);
        let port_text = port.to_string();
        let rest = arguments.iter().map(|argument| (*argument).to_owned());
        let arguments = own.into_iter().chain([port_text]).chain(rest).collect();
        Self { port, folder, arguments, child: None }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Starts it on its port, with what it was told before, and waits until it answers.
    pub async fn run(&mut self) {
        self.spawn(&[]);
        self.wait("PING", "PONG").await;
    }

    /// Ends it at once.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("the server is ours");
            child.wait().expect("it ends");
        }
    }

    fn spawn(&mut self, first: &[&Path]) {
        let mut command = Command::new("redis-server");
        // Files of the arguments are found there, too.
        command.args(first).args(&self.arguments).arg("--dir").arg(&self.folder).current_dir(&self.folder);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(command.spawn().expect("redis-server starts"));
    }

    async fn wait(&self, question: &str, answer: &str) {
        for _ in 0..400 {
            if self.ask(question).is_some_and(|text| text.contains(answer)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server at {} does not answer {question} with {answer}", self.port);
    }

    fn ask(&self, question: &str) -> Option<String> {
        let mut command = Command::new("redis-cli");
        command.args(["-p", &self.port.to_string()]).args(question.split(' '));
        let output = command.output().expect("redis-cli runs");
        String::from_utf8(output.stdout).ok()
    }
}

impl RedisCluster {
    /// Starts a cluster that notices within a second that a master is gone; `None` as for a server.
    pub async fn start() -> Option<Self> {
        if !is_installed() {
            return None;
        }
        let options = ["--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--appendonly", "yes"];
        let options =
            [&options[..], &["--repl-diskless-sync-delay", "0", "--cluster-allow-reads-when-down", "no"]];
        let mut servers: Vec<RedisServer> =
            (0..6).map(|_| RedisServer::new(free_cluster_port(), &options.concat())).collect();
        for server in &mut servers {
            server.run().await;
        }
        let mut create = Command::new("redis-cli");
        create.args(["--cluster", "create"]);
        create.args(servers.iter().map(|server| format!("127.0.0.1:{}", server.port)));
        create.args(["--cluster-replicas", "1", "--cluster-yes"]);
        let output = create.output().expect("redis-cli runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        for server in &servers {
            server.wait("CLUSTER INFO", "cluster_state:ok").await;
        }
        for server in &servers {
            let role = server.ask("INFO replication").unwrap_or_default();
            let known =
                if role.contains("role:master") { "connected_slaves:1" } else { "master_link_status:up" };
            server.wait("INFO replication", known).await;
        }
        Some(Self { servers })
    }

    /// Addresses of its servers.
    pub fn urls(&self) -> Vec<String> {
        self.servers.iter().map(RedisServer::url).collect()
    }

    /// Kills the master that holds a key.
    pub fn kill_master_of(&mut self, key: &str) {
        let slot = self.servers[0].ask(&format!("CLUSTER KEYSLOT {key}")).unwrap_or_default();
        let slot: u16 = slot.trim().parse().expect("a slot");
        let nodes = self.servers[0].ask("CLUSTER NODES").unwrap_or_default();
        let holds = |line: &&str| {
            line.split(' ').skip(8).any(|range| {
                let (from, to) = range.split_once('-').unwrap_or((range, range));
                matches!((from.parse(), to.parse()), (Ok(from), Ok(to)) if (from..=to).contains(&slot))
            })
        };
        let line = nodes.lines().find(holds).expect("somebody holds the slot");
        let port: u16 = line.split([':', '@']).nth(1).and_then(|port| port.parse().ok()).expect("a port");
        let master = self.servers.iter_mut().find(|server| server.port == port);
        master.expect("it is one of ours").kill();
    }
}

impl RedisSentinels {
    /// Starts them; `None` as for a server.
    pub async fn start() -> Option<Self> {
        if !is_installed() {
            return None;
        }
        let mut master = RedisServer::new(free_port(), &["--repl-diskless-sync-delay", "0"]);
        master.run().await;
        let of = ["--replicaof", "127.0.0.1", &master.port.to_string()];
        let mut replica = RedisServer::new(free_port(), &of);
        replica.run().await;
        replica.wait("INFO replication", "master_link_status:up").await;
        let mut sentinels: Vec<RedisServer> =
            (0..3).map(|_| RedisServer::new(free_port(), &["--sentinel"])).collect();
        for sentinel in &mut sentinels {
            let file = sentinel.folder.join("sentinel.conf");
            let port = master.port;
            let text = format!(
                "sentinel monitor main 127.0.0.1 {port} 2\nsentinel down-after-milliseconds main 500\n\
                 sentinel failover-timeout main 3000\n"
            );
            std::fs::write(&file, text).expect("the file is written");
            sentinel.spawn(&[&file]);
        }
        for sentinel in &sentinels {
            sentinel.wait("SENTINEL MASTER main", "num-other-sentinels\n2").await;
            sentinel.wait("SENTINEL REPLICAS main", &replica.port.to_string()).await;
        }
        Some(Self { servers: vec![master, replica], sentinels })
    }

    /// Addresses of the sentinels.
    pub fn urls(&self) -> Vec<String> {
        self.sentinels.iter().map(RedisServer::url).collect()
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// An authority, and a key with its certificate for `localhost` in a folder; gives the authority's certificate.
fn certificates(folder: &Path) -> Vec<u8> {
    let openssl = |line: &str| {
        let output = Command::new("openssl").args(line.split(' ')).current_dir(folder).output();
        let output = output.expect("openssl runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let new = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2";
    openssl(&format!("{new} -keyout ca-key.pem -out ca.pem -subj /CN=authority"));
    let by =
        "-CA ca.pem -CAkey ca-key.pem -addext subjectAltName=DNS:localhost -addext basicConstraints=CA:FALSE";
    openssl(&format!("{new} -keyout key.pem -out cert.pem -subj /CN=localhost {by}"));
    std::fs::read(folder.join("ca.pem")).expect("it was written")
}

fn is_there(program: &str, question: &str) -> bool {
    Command::new(program).arg(question).stdout(Stdio::null()).status().is_ok()
}

fn is_installed() -> bool {
    let found = |program: &str| is_there(program, "--version");
    let installed = found("redis-server") && found("redis-cli");
    if !installed {
        assert!(
            !crate::backend::all_are_required(),
            "redis-server and redis-cli are not installed. Run `cargo xtask test`, which installs them"
        );
        eprintln!("NOT RUN: redis-server and redis-cli are not installed");
    }
    installed
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    listener.local_addr().expect("it is bound").port()
}

/// Servers of a cluster talk to each other ten thousand ports higher.
fn free_cluster_port() -> u16 {
    loop {
        let port = free_port();
        let higher = port.checked_add(10_000);
        if higher.is_some_and(|higher| TcpListener::bind((Ipv4Addr::LOCALHOST, higher)).is_ok()) {
            return port;
        }
    }
}
