//! `mariadb-dump` or `mysqldump`, and the client that reads their files.

use std::fs::File;
use std::path::Path;
use std::process::Command;

use url::Url;

use super::engine::Engine;
use super::error::BackupError;
use super::option_file::OptionFile;
use super::tool::{Says, Tool};
use crate::transfer::TransferError;

/// Writes a dump of one moment.
pub(super) fn dump(url: &Url, engine: Engine, file: &Path) -> Result<(), BackupError> {
    let tool = if engine == Engine::Mariadb { MARIADB_DUMP } else { MYSQL_DUMP };
    let options = OptionFile::write(&options(url, engine))?;
    let mut command = start(tool, &options);
    command.args(["--single-transaction", "--quick", "--routines", "--triggers", "--hex-blob"]);
    command.args(["--no-tablespaces", "--default-character-set=utf8mb4"]);
    if engine == Engine::Mysql {
        // The numbers of its transactions belong to the server, not to the database.
        command.arg("--set-gtid-purged=OFF");
    }
    command.arg("--result-file").arg(file).arg(name(url)?);
    tool.run(&mut command, None, Says::Names)
}

/// Reads a dump into an empty database.
pub(super) fn restore(url: &Url, engine: Engine, file: &Path) -> Result<(), BackupError> {
    let tool = if engine == Engine::Mariadb { MARIADB } else { MYSQL };
    let options = OptionFile::write(&options(url, engine))?;
    let failed = |source| TransferError::File { what: "read", path: file.to_owned(), source };
    let input = File::open(file).map_err(failed)?;
    let mut command = start(tool, &options);
    command.arg("--default-character-set=utf8mb4").arg(name(url)?);
    tool.run(&mut command, Some(input), Says::Rows)
}

fn start(tool: Tool, options: &OptionFile) -> Command {
    let mut command = tool.command();
    // It must be the first.
    command.arg(format!("--defaults-extra-file={}", options.path().display()));
    command
}

fn options(url: &Url, engine: Engine) -> Vec<(&'static str, String)> {
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let mut options = Vec::new();
    let mut add = |name, value: String| {
        if !value.is_empty() {
            options.push((name, value));
        }
    };
    add("host", url.host_str().map(|host| host.trim_matches(['[', ']']).to_owned()).unwrap_or_default());
    add("port", url.port().map(|port| port.to_string()).unwrap_or_default());
    add("user", decoded(url.username()));
    add("password", url.password().map(decoded).unwrap_or_default());
    let mut mode = String::new();
    for (name, value) in url.query_pairs() {
        match &*name {
            "socket" => add("socket", value.into_owned()),
            "ssl-ca" => add("ssl-ca", value.into_owned()),
            "ssl-mode" => mode = value.to_ascii_uppercase(),
            _ => {}
        }
    }
    match (engine, mode.as_str()) {
        (Engine::Mariadb, "VERIFY_CA" | "VERIFY_IDENTITY") => {
            options.push(("ssl-verify-server-cert", String::new()));
        }
        (Engine::Mariadb, "REQUIRED") => options.push(("ssl", String::new())),
        (Engine::Mariadb, _) | (_, "") => {}
        _ => options.push(("ssl-mode", mode)),
    }
    options
}

fn name(url: &Url) -> Result<String, BackupError> {
    let name = url.path().trim_start_matches('/');
    if name.is_empty() || name.starts_with('-') {
        return Err(BackupError::Url);
    }
    Ok(percent_encoding::percent_decode_str(name).decode_utf8_lossy().into_owned())
}

const MARIADB_DUMP: Tool =
    Tool { program: "mariadb-dump", package: "client of MariaDB (Debian: mariadb-client)" };
const MARIADB: Tool = Tool { program: "mariadb", package: "client of MariaDB (Debian: mariadb-client)" };
const MYSQL_DUMP: Tool = Tool { program: "mysqldump", package: "client of MySQL (mysql-client)" };
const MYSQL: Tool = Tool { program: "mysql", package: "client of MySQL (mysql-client)" };
