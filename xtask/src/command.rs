//! Runs other programs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Runs a program and shows what it prints.
pub(crate) fn run(command: &mut Command) -> Result<bool, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    match command.status() {
        Ok(status) => Ok(status.success()),
        Err(error) => Err(format!("cannot run {program}: {error}")),
    }
}

/// Runs a program quietly and gives what it printed; an error holds what it complained about.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output =
        command.stdin(Stdio::null()).output().map_err(|error| format!("cannot run {program}: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

/// Finds a program on the path, or in one of more folders.
pub(crate) fn find(program: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let path = variable("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).collect::<Vec<_>>();
    folders.iter().chain(&on_path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// The folder of the workspace.
pub(crate) fn workspace() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    folder.canonicalize().unwrap_or(folder)
}

/// Builds a program of the workspace and gives its path. With the tests, whose dependencies bring features of their own: without them, all
/// that stands on these would be compiled once more after `cargo test`.
pub(crate) fn build(program: &str) -> Result<PathBuf, String> {
    build_in(&["--workspace", "--tests", "--bin", program], &format!("debug/{program}"))
}

/// Builds an example of the workspace in the same way and gives its path.
pub(crate) fn build_example(program: &str) -> Result<PathBuf, String> {
    build_in(&["--workspace", "--tests", "--example", program], &format!("debug/examples/{program}"))
}

/// Builds a program of the workspace in optimised code and gives its path.
pub(crate) fn build_optimised(package: &str, program: &str) -> Result<PathBuf, String> {
    build_in(&["--release", "--package", package, "--bin", program], &format!("release/{program}"))
}

fn build_in(options: &[&str], built: &str) -> Result<PathBuf, String> {
    let mut cargo = Command::new(variable("CARGO").unwrap_or_else(|| "cargo".to_owned()));
    cargo.args(["build", "--locked"]).args(options);
    if !run(&mut cargo)? {
        return Err(format!("{built} does not compile"));
    }
    let target = variable("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from);
    let built = target.join(built);
    built.canonicalize().map_err(|error| format!("cannot find {}: {error}", built.display()))
}

/// A variable of the environment, if it is set and not empty.
#[expect(clippy::disallowed_methods, reason = "a developer's command reads the environment")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Whether this process may install packages and change users.
pub(crate) fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id == "0")
}

/// Installs a package where the system's package manager can: on Debian, as root.
pub(crate) fn install(package: &str) -> Result<(), String> {
    if find("apt-get", &[]).is_none() || !is_root() {
        return Err(format!(
            "{package} is not installed: install it, or, if it is a server, name one by its URL"
        ));
    }
    eprintln!("installing {package} …");
    let apt = |arguments: &[&str]| {
        output(Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update", "-q"])?;
    apt(&["install", "-q", "-y", "--no-install-recommends", package]).map(|_| ())
}
