//! Packages of Node.js.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::command;

/// Finds Node.js 20 or newer, or says that it is missing.
pub(crate) fn find() -> Result<(), String> {
    let missing = "Better Auth's suites and client need Node.js 20 or newer and npm";
    let version = command::output(Command::new("node").arg("--version"))
        .map_err(|error| format!("{missing}: {error}"))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < 20) {
        return Err(format!("{missing}, found {version}"));
    }
    command::output(Command::new("npm").arg("--version")).map_err(|error| format!("{missing}: {error}"))?;
    Ok(())
}

/// Finds a package of the workspace and installs what it needs, unless that is what its lockfile says.
pub(crate) fn package(path: &str) -> Result<PathBuf, String> {
    let folder = command::workspace().join(path);
    let lock = fs::read(folder.join("package-lock.json"))
        .map_err(|error| format!("cannot find the lockfile of {}: {error}", folder.display()))?;
    let stamp = folder.join("node_modules/.installed-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(folder);
    }
    println!("installing the packages of {path} …");
    command::output(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder))?;
    fs::write(&stamp, lock).map_err(|error| error.to_string())?;
    Ok(folder)
}

/// Runs the script `run.js` of a package.
pub(crate) fn run(path: &str) -> Result<bool, String> {
    command::run(Command::new("node").arg("run.js").current_dir(package(path)?))
}
