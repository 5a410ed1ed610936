//! `mariadb-dump` or `mysqldump`, and the client that reads their files.

use std::fs::File;
use std::path::Path;
use std::process::Command;

use url::Url;

use super::engine::Engine;
use super::error::BackupError;
use super::option_file::OptionFile;
use super::tls::{self, Tls};
use super::tool::{Says, Tool};
use crate::transfer::TransferError;

/// Writes a dump of one moment.
pub(super) fn dump(url: &Url, engine: Engine, file: &Path) -> Result<(), BackupError> {
    let tool = if engine == Engine::Mariadb { MARIADB_DUMP } else { MYSQL_DUMP.of_mysql()? };
    let options = OptionFile::write(&options(url, engine)?)?;
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
    let tool = if engine == Engine::Mariadb { MARIADB } else { MYSQL.of_mysql()? };
    let options = OptionFile::write(&options(url, engine)?)?;
    let failed = |source| TransferError::File { what: "read", path: file.to_owned(), source };
    let input = File::open(file).map_err(failed)?;
    let mut command = start(tool, &options);
    command.arg("--default-character-set=utf8mb4").arg(name(url)?);
    tool.run(&mut command, Some(input), Says::Rows)
}

impl Tool {
    /// Debian has MariaDB's tools under MySQL's names.
    fn of_mysql(self) -> Result<Self, BackupError> {
        if self.version()?.contains("MariaDB") {
            return Err(BackupError::ForeignTool { program: self.program, package: self.package });
        }
        Ok(self)
    }
}

fn start(tool: Tool, options: &OptionFile) -> Command {
    let mut command = tool.command();
    // It must be the first. No other file is read: what stands in the home directory names another server, perhaps.
    command.arg(format!("--defaults-file={}", options.path().display()));
    // But MySQL reads this one all the same, and both a password of the environment: neither is of the URL.
    command.env("MYSQL_TEST_LOGIN_FILE", options.path().with_extension("none")).env_remove("MYSQL_PWD");
    command
}

/// Everything that the driver takes from the URL or has by itself: what is left unsaid, the tools take from elsewhere.
fn options(url: &Url, engine: Engine) -> Result<Vec<(&'static str, String)>, BackupError> {
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let host = url.host_str().filter(|host| !host.is_empty()).unwrap_or("localhost");
    let user = if url.username().is_empty() { "root".to_owned() } else { decoded(url.username()) };
    let mut options = vec![
        ("host", host.trim_matches(['[', ']']).to_owned()),
        ("port", url.port().unwrap_or(3306).to_string()),
        ("user", user),
    ];
    if let Some(password) = url.password().map(decoded).filter(|password| !password.is_empty()) {
        options.push(("password", password));
    }
    // The tools take `localhost` for the socket, the driver does not.
    let (mut protocol, mut mode, mut files) = ("TCP", String::new(), Vec::new());
    for (name, value) in url.query_pairs() {
        match tls::read(&name, &value)? {
            Some(Tls::Mode) => mode = value.to_ascii_uppercase(),
            Some(Tls::Authority) => files.push(("ssl-ca", value.into_owned())),
            Some(Tls::Certificate) => files.push(("ssl-cert", value.into_owned())),
            Some(Tls::Key) => files.push(("ssl-key", value.into_owned())),
            None if name == "socket" => {
                protocol = "SOCKET";
                options.push(("socket", value.into_owned()));
            }
            None => {}
        }
    }
    options.push(("protocol", protocol.to_owned()));
    if mode != "DISABLED" {
        options.append(&mut files);
    }
    options.extend(tls_mode(engine, mode, options.iter().any(|(name, _)| *name == "ssl-ca")));
    Ok(options)
}

/// Who verifies says so, and who does not as well: the defaults of the tools differ from the driver's, and from release to release.
fn tls_mode(engine: Engine, mode: String, has_authority: bool) -> Vec<(&'static str, String)> {
    let bare = |name| (name, String::new());
    match (engine, mode.as_str()) {
        (Engine::Mariadb, "DISABLED") => vec![bare("skip-ssl")],
        // It has one word for both: who vouches, and for which name.
        (Engine::Mariadb, "VERIFY_CA" | "VERIFY_IDENTITY") => {
            vec![bare("ssl"), bare("ssl-verify-server-cert")]
        }
        (Engine::Mariadb, _) => vec![bare("ssl"), bare("skip-ssl-verify-server-cert")],
        (_, "") if !has_authority => Vec::new(),
        // An authority alone would make the tools verify.
        (_, "") => vec![("ssl-mode", "PREFERRED".to_owned())],
        _ => vec![("ssl-mode", mode)],
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn said(engine: Engine, url: &str) -> String {
        let options = options(&Url::parse(url).unwrap(), engine).unwrap();
        let line = |(name, value): (&str, String)| {
            if value.is_empty() { name.to_owned() } else { format!("{name}={value}") }
        };
        options.into_iter().map(line).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_tools_go_where_the_driver_goes() {
        assert_eq!(
            said(Engine::Mysql, "mysql://ada:hu%23sh@localhost:3307/app"),
            "host=localhost port=3307 user=ada password=hu#sh protocol=TCP"
        );
        assert_eq!(said(Engine::Mysql, "mysql:///app"), "host=localhost port=3306 user=root protocol=TCP");
        assert_eq!(
            said(Engine::Mysql, "mysql://ada@localhost/app?socket=/run/my.sock"),
            "host=localhost port=3306 user=ada socket=/run/my.sock protocol=SOCKET"
        );
    }

    #[test]
    fn what_is_said_of_tls_is_said_to_the_tools() {
        let tls = |engine, query: &str| {
            let said = said(engine, &format!("mysql://ada@db/app?{query}"));
            said.split_once("protocol=TCP").unwrap().1.trim().to_owned()
        };
        let files = "sslca=/ca&sslcert=/c&sslkey=/k";
        assert_eq!(
            tls(Engine::Mysql, &format!("sslmode=verify_identity&{files}")),
            "ssl-ca=/ca ssl-cert=/c ssl-key=/k ssl-mode=VERIFY_IDENTITY"
        );
        assert_eq!(tls(Engine::Mysql, "ssl-ca=/ca"), "ssl-ca=/ca ssl-mode=PREFERRED");
        for (mode, expected) in [
            ("", "ssl skip-ssl-verify-server-cert"),
            ("sslmode=REQUIRED", "ssl skip-ssl-verify-server-cert"),
            ("ssl-mode=VERIFY_CA&ssl-ca=/ca", "ssl-ca=/ca ssl ssl-verify-server-cert"),
            ("ssl-mode=DISABLED&ssl-ca=/ca", "skip-ssl"),
        ] {
            assert_eq!(tls(Engine::Mariadb, mode), expected);
        }
        let url = Url::parse("mysql://ada@db/app?ssl-crl=/crl").unwrap();
        assert!(matches!(options(&url, Engine::Mysql), Err(BackupError::Tls { .. })));
    }
}
