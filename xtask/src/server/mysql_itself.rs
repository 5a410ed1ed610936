//! MySQL itself, in place of MariaDB. Debian has it in the suite `unstable` alone: it is unpacked into a folder below `target`, with the
//! libraries that it asks for, and nothing of the system changes.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::mysql::{url_of, version};
use super::{Private, Server, as_user, folder, free_port, wait};
use crate::command::{install, is_root, output, workspace};

/// Starts it; its tools come with it.
pub(super) fn start() -> Result<Server, String> {
    if !is_root() || cfg!(not(target_arch = "x86_64")) {
        return Err("MySQL itself is unpacked as root, on x86-64; name another by TEST_MYSQL_URL".to_owned());
    }
    let root = unpacked();
    if !root.join("usr/sbin/mysqld").is_file() {
        unpack(&root)?;
    }
    let folder = folder("mysql", Some(USER))?;
    let data = format!("--datadir={}", folder.join("data").display());
    let usr = root.join("usr");
    let mut program = vec!["--no-defaults".to_owned(), data, format!("--basedir={}", usr.display())];
    program.push(format!("--lc-messages-dir={}", usr.join("share/mysql").display()));
    program.push(format!("--plugin-dir={}", usr.join("lib/mysql/plugin").display()));
    program.push("--secure-file-priv=".to_owned());
    let mysqld = || {
        let mut mysqld = as_user(Some(USER), &loader(&root));
        mysqld.args(library_path(&root)).arg(usr.join("sbin/mysqld")).args(&program);
        mysqld
    };
    output(mysqld().arg("--initialize-insecure"))?;
    let port = free_port()?;
    let mut server = Command::new(loader(&root));
    server.args(library_path(&root)).arg(usr.join("sbin/mysqld")).args(&program);
    server
        .args(["--bind-address=127.0.0.1", "--mysqlx=OFF", "--max-connections=300"])
        .arg(format!("--port={port}"))
        .arg(format!("--socket={}", folder.join("socket").display()))
        .arg(format!("--pid-file={}", folder.join("pid").display()))
        .arg("--innodb-flush-log-at-trx-commit=0")
        // The form of plans that MariaDB has as well: tests read it.
        .arg("--explain-json-format-version=1");
    let mut private = Private::start(folder, Some(USER), "TERM", &server)?;
    let url = url_of(port);
    let version = wait(&mut private, || version(&url))?;
    Ok(Server { origin: format!("{version}, private, port {port}"), url, private: Some(private) })
}

/// Where its tools are, `mysql` and `mysqldump`.
pub(super) fn tools() -> PathBuf {
    unpacked().join("tools")
}

fn unpack(root: &Path) -> Result<(), String> {
    install("mmdebstrap")?;
    eprintln!("unpacking MySQL …");
    let mut unpack = Command::new("mmdebstrap");
    unpack.args(["--variant=extract", "--mode=root", "--include=mysql-server-core,mysql-client-core"]);
    // A mirror may be some weeks behind.
    output(unpack.args(["--aptopt=Acquire::Check-Valid-Until \"false\"", "unstable"]).arg(root))?;
    let tools = root.join("tools");
    let failed = |error: std::io::Error| format!("cannot write {}: {error}", tools.display());
    std::fs::create_dir_all(&tools).map_err(failed)?;
    for tool in ["mysql", "mysqldump"] {
        let [option, libraries] = library_path(root);
        let (loader, program) = (loader(root), root.join("usr/bin").join(tool));
        let line = format!("exec {} {option} {libraries} {} \"$@\"", loader.display(), program.display());
        let script = tools.join(tool);
        std::fs::write(&script, format!("#!/bin/sh\n{line}\n")).map_err(failed)?;
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).map_err(failed)?;
    }
    Ok(())
}

/// Its libraries are newer than the system's: its own loader finds them.
fn loader(root: &Path) -> PathBuf {
    libraries(root).join("ld-linux-x86-64.so.2")
}

fn library_path(root: &Path) -> [String; 2] {
    ["--library-path".to_owned(), libraries(root).display().to_string()]
}

fn libraries(root: &Path) -> PathBuf {
    root.join("usr/lib/x86_64-linux-gnu")
}

fn unpacked() -> PathBuf {
    workspace().join("target/mysql-itself")
}

/// Debian's packages of MariaDB make this user; any other would do.
const USER: &str = "mysql";
