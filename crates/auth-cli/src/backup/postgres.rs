//! `pg_dump` and `pg_restore`.

use std::path::Path;
use std::process::Command;

use url::Url;

use super::error::BackupError;
use super::tool::{Says, Tool};

/// Writes a dump in the custom format; of a snapshot, if it has a name.
pub(super) fn dump(url: &Url, snapshot: Option<&str>, file: &Path) -> Result<(), BackupError> {
    let mut command = DUMP.command();
    connect(&mut command, url)?;
    command.args(["--format=custom", "--no-password", "--file"]).arg(file);
    if let Some(snapshot) = snapshot {
        command.arg(format!("--snapshot={snapshot}"));
    }
    DUMP.run(&mut command, None, Says::Names)
}

/// Restores a dump into an empty database, whose user becomes the owner of everything.
pub(super) fn restore(url: &Url, file: &Path) -> Result<(), BackupError> {
    let mut command = RESTORE.command();
    connect(&mut command, url)?;
    command.args(["--no-owner", "--no-privileges", "--exit-on-error", "--no-password"]).arg(file);
    RESTORE.run(&mut command, None, Says::Rows)
}

/// The address as an argument, the password in the environment, which other users cannot read.
fn connect(command: &mut Command, url: &Url) -> Result<(), BackupError> {
    let (address, password) = parted(url)?;
    command.arg("--dbname").arg(address);
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    Ok(())
}

/// The URL without its password, and without what only our driver knows.
fn parted(url: &Url) -> Result<(String, Option<String>), BackupError> {
    let mut address = url.clone();
    let mut password = url.password().map(decoded);
    let mut known = Vec::new();
    for (name, value) in url.query_pairs() {
        match &*name {
            "password" => password = Some(value.into_owned()),
            name if LIBPQ.contains(&name) => known.push((name.to_owned(), value.into_owned())),
            _ => {}
        }
    }
    address.set_password(None).map_err(|()| BackupError::Url)?;
    address.set_query(None);
    if !known.is_empty() {
        address.query_pairs_mut().extend_pairs(known);
    }
    Ok((address.into(), password))
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

const LIBPQ: [&str; 9] =
    ["host", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey", "options"];
const DUMP: Tool = Tool { program: "pg_dump", package: "client of PostgreSQL (Debian: postgresql-client)" };
const RESTORE: Tool =
    Tool { program: "pg_restore", package: "client of PostgreSQL (Debian: postgresql-client)" };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_stands_in_no_argument() {
        for text in [
            "postgres://ada:hu%23sh@db:5433/app?sslmode=require&statement-cache-capacity=0",
            "postgres://ada@db:5433/app?sslmode=require&password=hu%23sh",
        ] {
            let (address, password) = parted(&Url::parse(text).unwrap()).unwrap();
            assert_eq!(address, "postgres://ada@db:5433/app?sslmode=require");
            assert_eq!(password.as_deref(), Some("hu#sh"));
        }
    }
}
