//! `cargo xtask schemas`: the Drizzle and Prisma schemas that `auth generate schema` writes, used by Better Auth on every engine.

use std::process::Command;

use clap::Args;

use crate::server::{Servers, Wanted};
use crate::{command, database, node};

/// What to run.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    wanted: Wanted,
}

/// Runs the check by itself.
pub(crate) fn run(options: &Options) -> Result<bool, String> {
    let servers = options.wanted.find()?;
    node::find()?;
    run_on(&servers)
}

/// Runs the check on SQLite and on each server that is there.
pub(crate) fn run_on(servers: &Servers) -> Result<bool, String> {
    let folder = node::package("tests/cli-schema")?;
    let program = command::build("auth")?;
    let databases = database::create(servers, ["postgres", "mysql"], "schema")?;
    let mut node = Command::new("node");
    node.arg("run.js").current_dir(folder).env("AUTH_PROGRAM", program);
    for database in &databases {
        let variable = if database.name == "postgres" { "POSTGRES_URL" } else { "MYSQL_URL" };
        node.env(variable, &database.url);
    }
    command::run(&mut node)
}
