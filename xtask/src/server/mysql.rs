//! MariaDB and MySQL.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::{MYSQL_URL, Private, Server, as_user, folder, free_port, wait};
use crate::command::{find as find_program, install, is_root, output, variable};

/// The server of the URL, of the default port, or a private one.
pub(super) fn find(private: bool) -> Result<Server, String> {
    if !private {
        if let Some(url) = variable(MYSQL_URL) {
            let version = version(&url).map_err(|problem| format!("{MYSQL_URL} is set, but {problem}"))?;
            return Ok(Server { origin: format!("{version} at {MYSQL_URL}"), url, private: None });
        }
        let url = url_of(3306);
        if let Ok(version) = version(&url) {
            return Ok(Server { origin: format!("{version} at 127.0.0.1:3306"), url, private: None });
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
    let server = program("mariadbd").ok_or("mariadbd is not installed")?;
    let process = as_user(user, &server)
        .args(["--no-defaults", &data, "--bind-address=127.0.0.1"])
        .arg(format!("--port={port}"))
        .arg(format!("--socket={}", folder.join("socket").display()))
        .args(["--innodb-flush-log-at-trx-commit=0", "--max-connections=300"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("cannot start mariadbd: {error}"))?;
    let private = Some(Private { process, folder });
    let url = url_of(port);
    let server = Server { url: url.clone(), origin: String::new(), private };
    let version = wait(|| version(&url))?;
    Ok(Server { origin: format!("{version}, private, port {port}"), ..server })
}

/// Asks the server of `mysql://USER[:PASSWORD]@HOST[:PORT]/NAME`.
fn version(url: &str) -> Result<String, String> {
    let malformed = || format!("{url:?} is not of the form mysql://USER:PASSWORD@HOST:PORT/NAME");
    let (login, address) =
        url.strip_prefix("mysql://").and_then(|rest| rest.rsplit_once('@')).ok_or_else(malformed)?;
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let host = address.split('/').next().unwrap_or_default();
    let (host, port) = host.split_once(':').unwrap_or((host, "3306"));
    let client = program("mariadb")
        .or_else(|| program("mysql"))
        .ok_or("neither mariadb nor mysql is installed, so it cannot be tried")?;
    let version = output(
        Command::new(client)
            .args(["--no-defaults", "--protocol=tcp", "-h", host, "-P", port, "-u", user])
            .args(["-N", "-B", "-e", "SELECT VERSION()"])
            .env("MYSQL_PWD", password),
    )?;
    let family = if version.contains("MariaDB") { "MariaDB" } else { "MySQL" };
    Ok(format!("{family} {}", version.split('-').next().unwrap_or_default()))
}

fn url_of(port: u16) -> String {
    format!("mysql://root@127.0.0.1:{port}/mysql")
}

fn program(name: &str) -> Option<PathBuf> {
    find_program(name, &[PathBuf::from("/usr/sbin"), PathBuf::from("/usr/local/sbin")])
}
