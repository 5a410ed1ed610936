//! Redis.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use super::{Private, REDIS_URL, Server, folder, free_port, pass_over, wait};
use crate::command::{find as find_program, install, variable};

/// The server of the URL, of the default port, or a private one. The programs are there then: tests start servers of their own.
pub(super) fn find(private: bool) -> Result<Server, String> {
    if program().is_none() || find_program("redis-cli", &[]).is_none() {
        install("redis-server")?;
    }
    if !private {
        if let Some(url) = variable(REDIS_URL) {
            // A server that asks for a login is tried by the tests themselves.
            return Ok(Server { origin: format!("at {REDIS_URL}"), url, private: None });
        }
        match ping(6379) {
            Ok(()) => {
                let origin = "at 127.0.0.1:6379".to_owned();
                return Ok(Server { url: url_of(6379), origin, private: None });
            }
            Err(problem) => pass_over(6379, &problem),
        }
    }
    start()
}

fn start() -> Result<Server, String> {
    let folder = folder("redis", None)?;
    let port = free_port()?;
    let program = program().ok_or("redis-server is not installed")?;
    let mut server = Command::new(program);
    server
        .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port", &port.to_string()])
        .arg("--dir")
        .arg(&folder);
    let mut private = Private::start(folder, None, "TERM", &server)?;
    wait(&mut private, || ping(port).map(|()| String::new()))?;
    Ok(Server { origin: format!("private, port {port}"), url: url_of(port), private: Some(private) })
}

fn ping(port: u16) -> Result<(), String> {
    let told = |error: std::io::Error| error.to_string();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).map_err(told)?;
    stream.set_read_timeout(Some(Duration::from_secs(2))).map_err(told)?;
    stream.write_all(b"PING\r\n").map_err(told)?;
    let mut answer = [0; 7];
    stream.read_exact(&mut answer).map_err(told)?;
    if answer == *b"+PONG\r\n" { Ok(()) } else { Err("it does not answer as Redis does".to_owned()) }
}

fn url_of(port: u16) -> String {
    format!("redis://127.0.0.1:{port}/")
}

fn program() -> Option<PathBuf> {
    find_program("redis-server", &[])
}
