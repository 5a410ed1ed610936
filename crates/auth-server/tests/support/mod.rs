//! The server as a process, asked over a socket.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};

/// A server on a database file of its own. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    folder: PathBuf,
    pub(crate) port: u16,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Server {
    /// Starts one with more variables.
    pub(crate) fn start(name: &str, variables: &[(&str, &str)]) -> Self {
        let folder = std::env::temp_dir().join(format!("auth-server-test-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self::start_in(folder, variables)
    }

    /// Starts one on the database file of a folder.
    pub(crate) fn start_in(folder: PathBuf, variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_auth-server"));
        command
            .env_clear()
            .env("PORT", "0")
            .env("DATABASE_URL", format!("sqlite:{}", folder.join("auth.db").display()))
            .env("AUTH_SECRET", "only-for-tests-0123456789abcdef-0123456789")
            .env("RUST_LOG", "warn")
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        for (name, value) in variables {
            command.env(name, value);
        }
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        while lines.read_line(&mut line).unwrap() > 0 && line.starts_with("metrics on ") {
            line.clear();
        }
        let port = line.trim().rsplit(':').next().and_then(|port| port.parse().ok());
        let Some(port) = port else { panic!("the server does not start: {line}") };
        Self { child, folder, port }
    }

    /// The folder of its database.
    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.clone()
    }

    /// Sends a request whole and reads its answer.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        finish(self.begin(method, path, headers, body), "")
    }

    /// Sends a request whose body may end with what [`finish`] sends.
    pub(crate) fn begin(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> TcpStream {
        self.begin_with(method, path, headers, (body, body.len()))
    }

    /// The same, with the length that the body will have.
    pub(crate) fn begin_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        (body, length): (&str, usize),
    ) -> TcpStream {
        begin_at(self.port, method, path, headers, (body, length))
    }

    /// `POST` of JSON below `/api/auth`.
    pub(crate) fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.send("POST", &format!("/api/auth{path}"), headers, body)
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end.
    pub(crate) fn wait(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

/// Sends a request to another port than that of people, and reads its answer.
pub(crate) fn ask(port: u16, path: &str) -> Answer {
    finish(begin_at(port, "GET", path, &[], ("", 0)), "")
}

fn begin_at(
    port: u16,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    (body, length): (&str, usize),
) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let lines: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let headers = lines.concat();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost:{port}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n{headers}\r\n{body}",
    );
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

/// A port that is free now.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// Sends the rest of a request and reads its answer.
pub(crate) fn finish(mut stream: TcpStream, rest: &str) -> Answer {
    stream.write_all(rest.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
