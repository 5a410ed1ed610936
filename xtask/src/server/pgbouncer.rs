//! `PgBouncer`. The tests start their own, each with settings of its own: here it is only found.

use std::path::PathBuf;
use std::process::Command;

use super::{PGBOUNCER, Server};
use crate::command::{find as find_program, install, output, variable};

/// The program that the variable names, or the installed one; its path stands where others have their address.
pub(super) fn find() -> Result<Server, String> {
    let named = variable(PGBOUNCER).map(PathBuf::from);
    if named.is_none() && program().is_none() {
        install("pgbouncer")?;
    }
    let program = named.or_else(program).ok_or("pgbouncer is not installed")?;
    let about = output(Command::new(&program).arg("--version"))?;
    let version = about.lines().next().unwrap_or_default();
    Ok(Server { url: program.display().to_string(), origin: version.to_owned(), private: None })
}

fn program() -> Option<PathBuf> {
    find_program("pgbouncer", &[PathBuf::from("/usr/sbin"), PathBuf::from("/usr/local/sbin")])
}
