//! PostgreSQL.

use std::path::PathBuf;
use std::process::Command;

use super::{POSTGRES_URL, Private, Server, as_user, folder, free_port, pass_over, wait};
use crate::command::{find as find_program, install, is_root, output, variable};

/// The server of the URL, of the default port, or a private one.
pub(super) fn find(private: bool) -> Result<Server, String> {
    if !private {
        if let Some(url) = variable(POSTGRES_URL) {
            let version = version(&url).map_err(|problem| format!("{POSTGRES_URL} is set, but {problem}"))?;
            return Ok(Server { origin: format!("{version} at {POSTGRES_URL}"), url, private: None });
        }
        match version(DEFAULT_URL) {
            Ok(version) => {
                let origin = format!("{version} at 127.0.0.1:5432");
                return Ok(Server { url: DEFAULT_URL.to_owned(), origin, private: None });
            }
            Err(problem) => pass_over(5432, &problem),
        }
    }
    if program("initdb").is_none() {
        install("postgresql")?;
    }
    start()
}

fn start() -> Result<Server, String> {
    let user = is_root().then_some("postgres");
    let folder = folder("postgres", user)?;
    let data = folder.join("data");
    let initdb = program("initdb").ok_or("initdb is not installed")?;
    output(as_user(user, &initdb).arg("-D").arg(&data).args(["-U", "postgres", "-A", "trust", "-N"]))?;
    let port = free_port()?;
    let postgres = program("postgres").ok_or("postgres is not installed")?;
    let mut server = Command::new(postgres);
    server.arg("-D").arg(&data).arg("-k").arg(&folder).args([
        "-h",
        "127.0.0.1",
        "-p",
        &port.to_string(),
        "-F",
        "-c",
        "max_connections=200",
    ]);
    // SIGINT is PostgreSQL's fast end: it does not wait for its clients.
    let mut private = Private::start(folder, user, "INT", &server)?;
    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    let version = wait(&mut private, || version(&url))?;
    Ok(Server { origin: format!("{version}, private, port {port}"), url, private: Some(private) })
}

/// The client, to be given a statement.
pub(super) fn client(url: &str) -> Result<Command, String> {
    let psql = program("psql").ok_or("psql is not installed, so it cannot be tried")?;
    let mut client = Command::new(psql);
    client.arg(url).args(["-w", "-Atc"]);
    Ok(client)
}

fn version(url: &str) -> Result<String, String> {
    let version = output(client(url)?.arg("SHOW server_version"))?;
    Ok(format!("PostgreSQL {}", version.split(' ').next().unwrap_or_default()))
}

/// Debian keeps the server's programs in a folder for each version.
fn program(name: &str) -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.flatten().map(|version| version.path().join("bin")).collect())
        .unwrap_or_default();
    folders.sort();
    folders.reverse();
    find_program(name, &folders)
}

const DEFAULT_URL: &str = "postgres://postgres@127.0.0.1:5432/postgres";
