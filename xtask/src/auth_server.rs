//! `auth-server` as a process, for tests that ask it from outside.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::command;

/// A server that runs. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct AuthServer {
    child: Child,
    folder: PathBuf,
    /// Where it answers: `http://localhost:4000`.
    pub(crate) url: String,
    /// Where the mock provider of the client's cases is expected.
    pub(crate) provider_port: u16,
}

impl AuthServer {
    /// Starts a built server on a database, with the providers of the client's cases, and waits until it answers.
    pub(crate) fn start(
        program: &Path,
        database_url: &str,
        settings: &[(&str, &str)],
    ) -> Result<Self, String> {
        let (port, provider_port) = (free_port()?, free_port()?);
        let folder = std::env::temp_dir().join(format!("auth-server-{}-{port}", std::process::id()));
        fs::create_dir_all(&folder)
            .map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
        let file = |name: &str| File::create(folder.join(name)).map_err(|error| error.to_string());
        let url = format!("http://localhost:{port}");
        // A file, as in use: one in memory would end with its connection.
        let database_file = format!("sqlite:{}", folder.join("auth.db").display());
        let in_file = database_url.starts_with("sqlite:");
        let mut command = Command::new(program);
        command
            .env_remove("HOST")
            .env("PORT", port.to_string())
            .env("AUTH_BASE_URL", &url)
            .env("DATABASE_URL", if in_file { &database_file } else { database_url })
            .env("AUTH_SECRET", SECRET)
            .env("AUTH_MAIL_FILE", folder.join("mail.jsonl"))
            .env("RUST_LOG", "debug")
            .stdout(file("out")?)
            .stderr(file("log")?);
        for (name, value) in providers(provider_port) {
            command.env(name, value);
        }
        for (name, value) in settings {
            command.env(name, value);
        }
        let child = command.spawn().map_err(|error| format!("cannot run {}: {error}", program.display()))?;
        let mut server = Self { child, folder, url, provider_port };
        server.wait(port)?;
        Ok(server)
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Where its mail is written.
    pub(crate) fn mail_file(&self) -> PathBuf {
        self.folder.join("mail.jsonl")
    }

    /// A file beside its own, for the caller.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The id of its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end, as a service manager does, and says how it ended.
    pub(crate) fn stop(mut self) -> Result<ExitStatus, String> {
        command::output(Command::new("kill").args(["-TERM", &self.child.id().to_string()]))?;
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().map_err(|error| error.to_string())? {
                return Ok(status);
            }
            sleep(Duration::from_millis(20));
        }
        Err("the server does not end when it is told to".to_owned())
    }

    fn wait(&mut self, port: u16) -> Result<(), String> {
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return Ok(());
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("the server ended with {status}:\n{}", self.log()));
            }
            sleep(Duration::from_millis(50));
        }
        Err(format!("the server does not answer:\n{}", self.log()))
    }
}

impl Drop for AuthServer {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// What it signs and encrypts with.
pub(crate) const SECRET: &str = "only-for-tests-0123456789abcdef-0123456789";

fn providers(port: u16) -> Vec<(&'static str, String)> {
    let at = |path: &str| format!("http://127.0.0.1:{port}{path}");
    vec![
        ("AUTH_OAUTH_PROVIDER_ID", "mock-oauth".to_owned()),
        ("AUTH_OAUTH_CLIENT_ID", "client".to_owned()),
        ("AUTH_OAUTH_CLIENT_SECRET", "secret".to_owned()),
        ("AUTH_OAUTH_AUTHORIZATION_URL", at("/oauth/authorize")),
        ("AUTH_OAUTH_TOKEN_URL", at("/oauth/token")),
        ("AUTH_OAUTH_USERINFO_URL", at("/oauth/userinfo")),
        ("AUTH_OAUTH_SCOPES", "email".to_owned()),
        ("AUTH_OIDC_PROVIDER_ID", "mock-oidc".to_owned()),
        ("AUTH_OIDC_CLIENT_ID", "client".to_owned()),
        ("AUTH_OIDC_CLIENT_SECRET", "secret".to_owned()),
        ("AUTH_OIDC_DISCOVERY_URL", at("/oidc/.well-known/openid-configuration")),
    ]
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| error.to_string())?;
    listener.local_addr().map(|address| address.port()).map_err(|error| error.to_string())
}
