//! `cargo xtask console`: the operator's page, `auth console`, in a headless Chromium, on every engine.

use std::process::Command;

use clap::Args;

use crate::auth_server::AuthServer;
use crate::browser::find_chromium;
use crate::server::{Servers, Wanted};
use crate::{command, database, node};

/// What to run.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    wanted: Wanted,
    /// Draws the pictures of the documentation anew, on PostgreSQL.
    #[arg(long)]
    screenshots: bool,
}

/// Runs the scenarios by themselves.
pub(crate) fn run(options: &Options) -> Result<bool, String> {
    let servers = options.wanted.find()?;
    node::find()?;
    drive(&servers, options.screenshots)
}

/// Runs the scenarios on every engine that is there. People sign in at an `auth-server` on the same database.
pub(crate) fn drive(servers: &Servers, screenshots: bool) -> Result<bool, String> {
    let chromium = find_chromium()?;
    let folder = node::package("tests/browser")?;
    let (server, auth) = (command::build("auth-server")?, command::build("auth")?);
    let mut passed = true;
    for database in database::create(servers, ["sqlite", "postgres", "mysql"], "console")? {
        let is_file = database.name == "sqlite";
        let server = AuthServer::start(&server, if is_file { "sqlite:" } else { &database.url }, &[])?;
        let file = format!("sqlite:{}", server.file("auth.db").display());
        let mut node = Command::new("node");
        node.arg("console.js")
            .current_dir(&folder)
            .env("CHROMIUM", &chromium)
            .env("SERVER_URL", &server.url)
            .env("AUTH", &auth)
            .env("DATABASE_URL", if is_file { &file } else { &database.url });
        if screenshots && database.name == "postgres" {
            node.env("SCREENSHOTS", command::workspace().join("docs/images"));
        }
        println!("\nThe console in Chromium, on {}", database.name);
        passed &= command::run(&mut node)?;
    }
    Ok(passed)
}
