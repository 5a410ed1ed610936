//! MariaDB and MySQL.

use std::path::PathBuf;
use std::process::Command;

use super::{MYSQL_URL, Private, Server, as_user, folder, free_port, pass_over, wait};
use crate::command::{find as find_program, install, is_root, output, variable};

/// The server of the URL, of the default port, or a private one.
pub(super) fn find(private: bool) -> Result<Server, String> {
    if !private {
        if let Some(url) = variable(MYSQL_URL) {
            let version = version(&url).map_err(|problem| format!("{MYSQL_URL} is set, but {problem}"))?;
            return Ok(Server { origin: format!("{version} at {MYSQL_URL}"), url, private: None });
        }
        let url = url_of(3306);
        match version(&url) {
            Ok(version) => {
                return Ok(Server { origin: format!("{version} at 127.0.0.1:3306"), url, private: None });
            }
            Err(problem) => pass_over(3306, &problem),
        }
    }
    if program("mariadbd").is_none() {
        install("mariadb-server")?;
    }
    start()
}

fn start() -> Result<Server, String> {
    let user = is_root().then_some("mysql");
    let folder = folder("mysql", user)?;
    let data = format!("--datadir={}", folder.join("data").display());
    let installer = program("mariadb-install-db").ok_or("mariadb-install-db is not installed")?;
    let normal = "--auth-root-authentication-method=normal";
    output(as_user(user, &installer).args(["--no-defaults", &data, normal, "--skip-test-db"]))?;
    let port = free_port()?;
    let mariadbd = program("mariadbd").ok_or("mariadbd is not installed")?;
    let mut server = Command::new(mariadbd);
    server
        .args(["--no-defaults", &data, "--bind-address=127.0.0.1"])
        .arg(format!("--port={port}"))
        .arg(format!("--socket={}", folder.join("socket").display()))
        .args(["--innodb-flush-log-at-trx-commit=0", "--max-connections=300"]);
    let mut private = Private::start(folder, user, "TERM", &server)?;
    let url = url_of(port);
    let version = wait(&mut private, || version(&url))?;
    Ok(Server { origin: format!("{version}, private, port {port}"), url, private: Some(private) })
}

/// The client for `mysql://USER[:PASSWORD]@HOST[:PORT]/NAME`, to be given a statement.
pub(super) fn client(url: &str) -> Result<Command, String> {
    // The URL itself may hold a password.
    let malformed = || "it is not of the form mysql://USER:PASSWORD@HOST:PORT/NAME";
    let (login, address) =
        url.strip_prefix("mysql://").and_then(|rest| rest.rsplit_once('@')).ok_or_else(malformed)?;
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let host = address.split('/').next().unwrap_or_default();
    let (host, port) = host.split_once(':').unwrap_or((host, "3306"));
    let program = program("mariadb")
        .or_else(|| program("mysql"))
        .ok_or("neither mariadb nor mysql is installed, so it cannot be tried")?;
    let mut client = Command::new(program);
    client
        .args(["--no-defaults", "--protocol=tcp", "-h", host, "-P", port, "-u", user])
        .env("MYSQL_PWD", password)
        .args(["-N", "-B", "-e"]);
    Ok(client)
}

pub(super) fn version(url: &str) -> Result<String, String> {
    let version = output(client(url)?.arg("SELECT VERSION()"))?;
    let family = if version.contains("MariaDB") { "MariaDB" } else { "MySQL" };
    Ok(format!("{family} {}", version.split('-').next().unwrap_or_default()))
}

pub(super) fn url_of(port: u16) -> String {
    format!("mysql://root@127.0.0.1:{port}/mysql")
}

fn program(name: &str) -> Option<PathBuf> {
    find_program(name, &[PathBuf::from("/usr/sbin"), PathBuf::from("/usr/local/sbin")])
}
