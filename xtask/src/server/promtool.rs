//! Prometheus' `promtool`. A test asks it; no server is started.

use std::path::PathBuf;
use std::process::Command;

use super::{PROMTOOL, Server};
use crate::command::{find as find_program, output, variable, workspace};

/// The program that the variable names, the installed one, or that of Debian's package, unpacked below `target`: installing the
/// package would start Prometheus itself. Its path stands where others have their address.
pub(super) fn find() -> Result<Server, String> {
    let named = variable(PROMTOOL).map(PathBuf::from);
    let program = named.or_else(|| find_program("promtool", &[unpacked().join("usr/bin")]));
    let program = program.map_or_else(unpack, Ok)?;
    let about = output(Command::new(&program).arg("--version"))?;
    let version = about.split(" (").next().unwrap_or_default().replace(", version", "");
    Ok(Server { url: program.display().to_string(), origin: version, private: None })
}

fn unpack() -> Result<PathBuf, String> {
    if find_program("apt-get", &[]).is_none() {
        return Err("promtool is not installed: it comes with Prometheus".to_owned());
    }
    eprintln!("fetching promtool …");
    let folder = unpacked();
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    std::fs::create_dir_all(&folder).map_err(failed)?;
    output(Command::new("apt-get").args(["download", "-q", "prometheus"]).current_dir(&folder))?;
    let mut files = std::fs::read_dir(&folder).map_err(failed)?.flatten().map(|entry| entry.path());
    let package = files.find(|file| file.extension().is_some_and(|extension| extension == "deb"));
    let package = package.ok_or("apt-get has downloaded no package")?;
    output(Command::new("dpkg").arg("-x").arg(&package).arg(&folder))?;
    Ok(folder.join("usr/bin/promtool"))
}

fn unpacked() -> PathBuf {
    workspace().join("target/promtool")
}
