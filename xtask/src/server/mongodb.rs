//! MongoDB's protocol. What is started is `SecantusDB`, which speaks it and comes as a package of Python: it is not `mongod`.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use super::{MONGODB_URL, Private, SECANTUSDB, Server, folder, free_port, pass_over, wait};
use crate::command::{find as find_program, install, output, variable, workspace};

/// The server of the URL, of the default port, or a private one.
pub(super) fn find(private: bool, program: &Result<Server, String>) -> Result<Server, String> {
    if !private {
        if let Some(url) = variable(MONGODB_URL) {
            // A server that asks for a login is tried by the tests themselves.
            return Ok(Server { origin: format!("at {MONGODB_URL}"), url, private: None });
        }
        match hello(27017) {
            Ok(()) => {
                let origin = "at 127.0.0.1:27017".to_owned();
                return Ok(Server { url: url_of(27017), origin, private: None });
            }
            Err(problem) => pass_over(27017, &problem),
        }
    }
    match program {
        Ok(program) => start(program),
        Err(problem) => Err(problem.clone()),
    }
}

/// The program that the variable names, or that of a virtual environment below `target`. Tests start servers of their own by it; its path
/// stands where others have their address.
pub(super) fn program() -> Result<Server, String> {
    let named = variable(SECANTUSDB).map(PathBuf::from);
    let installed = Some(environment().join("bin/secantusd-py")).filter(|program| program.is_file());
    let program = named.or(installed).map_or_else(set_up, Ok)?;
    Ok(Server { url: program.display().to_string(), origin: format!("SecantusDB {VERSION}"), private: None })
}

fn set_up() -> Result<PathBuf, String> {
    let python = find_program("python3", &[]).ok_or("python3 is not installed")?;
    eprintln!("installing SecantusDB {VERSION} …");
    let folder = environment();
    let make = || output(Command::new(&python).args(["-m", "venv"]).arg(&folder));
    if make().is_err() {
        // Debian has this part of Python in a package of its own.
        install("python3-venv")?;
        make()?;
    }
    let mut pip = Command::new(folder.join("bin/python"));
    output(pip.args(["-m", "pip", "install", "--quiet", &format!("secantusdb=={VERSION}")]))?;
    Ok(folder.join("bin/secantusd-py"))
}

fn environment() -> PathBuf {
    workspace().join(format!("target/secantusdb-{VERSION}"))
}

fn start(program: &Server) -> Result<Server, String> {
    let folder = folder("mongodb", None)?;
    let port = free_port()?;
    let mut server = Command::new(&program.url);
    server.args(["--host", "127.0.0.1", "--port", &port.to_string(), "--storage-path"]);
    server.arg(folder.join("data"));
    let mut private = Private::start(folder, None, "TERM", &server)?;
    wait(&mut private, || hello(port).map(|()| String::new()))?;
    let origin = format!("{}, not mongod, private, port {port}", program.origin);
    Ok(Server { origin, url: url_of(port), private: Some(private) })
}

/// Asks `{hello: 1, $db: "admin"}`.
fn hello(port: u16) -> Result<(), String> {
    let told = |error: std::io::Error| error.to_string();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).map_err(told)?;
    stream.set_read_timeout(Some(Duration::from_secs(2))).map_err(told)?;
    stream.write_all(HELLO).map_err(told)?;
    let mut answer = [0; 16];
    stream.read_exact(&mut answer).map_err(told)?;
    if answer[12..] == OP_MSG { Ok(()) } else { Err("it does not answer as MongoDB does".to_owned()) }
}

fn url_of(port: u16) -> String {
    format!("mongodb://127.0.0.1:{port}/")
}

const VERSION: &str = "0.7.0b3";
const OP_MSG: [u8; 4] = [0xdd, 0x07, 0, 0];
/// Length, request, answer to, kind of message; flags, kind of section; the document.
const HELLO: &[u8] = b"\x34\0\0\0\x01\0\0\0\0\0\0\0\xdd\x07\0\0\0\0\0\0\0\
    \x1f\0\0\0\x10hello\0\x01\0\0\0\x02$db\0\x06\0\0\0admin\0\0";
