//! `cargo xtask browser`: the page of `auth-server` in a headless Chromium.

use std::path::PathBuf;
use std::process::Command;

use clap::Args;

use crate::auth_server::AuthServer;
use crate::{command, node};

/// What to run.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Draws the pictures of the documentation anew.
    #[arg(long)]
    screenshots: bool,
}

/// Runs the scenarios by themselves.
pub(crate) fn run(options: &Options) -> Result<bool, String> {
    node::find()?;
    drive(options.screenshots.then(|| command::workspace().join("docs/images")))
}

/// Finds Chromium; on Debian, as root, it is installed.
pub(crate) fn find_chromium() -> Result<PathBuf, String> {
    if command::find("chromium", &[]).is_none() {
        command::install("chromium")?;
    }
    command::find("chromium", &[]).ok_or_else(|| "chromium cannot be found".to_owned())
}

/// Runs the scenarios on SQLite, and draws pictures if a folder is given.
pub(crate) fn drive(screenshots: Option<PathBuf>) -> Result<bool, String> {
    let chromium = find_chromium()?;
    let folder = node::package("tests/browser")?;
    let program = command::build("auth-server")?;
    let server = AuthServer::start(&program, "sqlite:", &[])?;
    let mut node = Command::new("node");
    node.arg("run.js")
        .current_dir(folder)
        .env("CHROMIUM", chromium)
        .env("SERVER_URL", &server.url)
        .env("MAIL_FILE", server.mail_file());
    if let Some(screenshots) = screenshots {
        node.env("SCREENSHOTS", screenshots);
    }
    println!("\nThe page in Chromium");
    command::run(&mut node)
}
