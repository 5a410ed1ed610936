//! `pg_dump` and `pg_restore`.

use std::path::Path;
use std::process::Command;

use url::Url;

use super::error::BackupError;
use super::tls::{self, Tls};
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
    // The driver passes both over where the URL names a host; libpq would go there.
    command.env_remove("PGSERVICE");
    if names_a_host(url) {
        command.env_remove("PGHOSTADDR");
    }
    Ok(())
}

fn names_a_host(url: &Url) -> bool {
    url.has_host() || url.query_pairs().any(|(name, _)| matches!(&*name, "host" | "hostaddr"))
}

/// The URL without its password, in the words of libpq, and without what only our driver knows.
fn parted(url: &Url) -> Result<(String, Option<String>), BackupError> {
    let mut address = url.clone();
    let mut password = url.password().map(decoded);
    let mut known = Vec::new();
    for (name, value) in url.query_pairs() {
        let value = value.into_owned();
        match (&*name, tls::read(&name, &value)?) {
            (_, Some(Tls::Mode)) => known.push(("sslmode", value.to_ascii_lowercase())),
            (_, Some(Tls::Authority)) => known.push(("sslrootcert", value)),
            (_, Some(Tls::Certificate)) => known.push(("sslcert", value)),
            (_, Some(Tls::Key)) => known.push(("sslkey", value)),
            ("password", None) => password = Some(value),
            // The driver takes one for the other.
            ("host" | "hostaddr", None) => known.push(("host", value)),
            ("port", None) => known.push(("port", value)),
            ("user", None) => known.push(("user", value)),
            ("dbname", None) => known.push(("dbname", value)),
            ("options", None) => known.push(("options", value)),
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

    #[test]
    fn what_is_said_of_tls_is_said_to_the_tools() {
        let long =
            "postgres://ada@db/app?ssl-mode=VERIFY-FULL&ssl-ca=/ca&ssl-cert=/c&ssl-key=/k&hostaddr=10.0.0.1";
        let short =
            "postgres://ada@db/app?sslmode=verify-full&sslrootcert=/ca&sslcert=/c&sslkey=/k&host=10.0.0.1";
        let parts = |text: &str| parted(&Url::parse(text).unwrap());
        let address = parts(long).unwrap().0;
        assert_eq!(address, parts(short).unwrap().0);
        let said = "?sslmode=verify-full&sslrootcert=%2Fca&sslcert=%2Fc&sslkey=%2Fk&host=10.0.0.1";
        assert!(address.ends_with(said), "{address}");
        for refused in ["sslcrl=/crl", "tls=1", "ssl-root-cert=-----BEGIN CERTIFICATE-----AA-----END"] {
            let error = parts(&format!("postgres://ada@db/app?{refused}")).unwrap_err().to_string();
            assert!(error.starts_with(refused.split('=').next().unwrap()), "{error}");
        }
    }
}
