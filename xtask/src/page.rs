//! `cargo xtask page`: the page of `auth-server`, built from its sources.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use clap::Args;

use crate::{command, node};

/// What to do.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Only tells whether what is committed is what its sources give.
    #[arg(long)]
    check: bool,
}

/// Builds the page, or checks it.
pub(crate) fn run(options: &Options) -> Result<bool, String> {
    node::find()?;
    if options.check {
        return is_fresh();
    }
    build()?;
    println!("the page is built");
    Ok(true)
}

/// Whether the built page is what its sources give; what was there stays.
pub(crate) fn is_fresh() -> Result<bool, String> {
    let committed = files()?;
    build()?;
    let built = files()?;
    let stale: Vec<&String> = built.keys().filter(|name| built.get(*name) != committed.get(*name)).collect();
    for (name, bytes) in &committed {
        fs::write(folder().join(name), bytes).map_err(|error| error.to_string())?;
    }
    if stale.is_empty() {
        println!("the page is what its sources give");
    } else {
        println!("the page is stale ({stale:?}): run `cargo xtask page` and commit what it writes");
    }
    Ok(stale.is_empty())
}

fn build() -> Result<(), String> {
    let package = node::package("crates/auth-server/page")?;
    for script in ["check", "build"] {
        command::output(Command::new("npm").args(["run", "--silent", script]).current_dir(&package))?;
    }
    Ok(())
}

fn files() -> Result<BTreeMap<String, Vec<u8>>, String> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder()).map_err(|error| error.to_string())? {
        let entry = entry.map_err(|error| error.to_string())?;
        let bytes = fs::read(entry.path()).map_err(|error| error.to_string())?;
        files.insert(entry.file_name().to_string_lossy().into_owned(), bytes);
    }
    Ok(files)
}

fn folder() -> std::path::PathBuf {
    command::workspace().join("crates/auth-server/static")
}
