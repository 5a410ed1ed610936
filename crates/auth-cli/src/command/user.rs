//! `auth user …`.

mod create;
mod delete;
mod list;
mod show;

use std::error::Error;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::context::{Context, block_on};

#[derive(Debug, Args)]
pub(super) struct User {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List users, newest first.
    List(list::List),
    /// Show a user with accounts and sessions.
    Show(show::Show),
    /// Create a user.
    Create(create::Create),
    /// Delete a user with sessions and accounts.
    Delete(delete::Delete),
}

impl User {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        block_on(async {
            match self.what {
                What::List(list) => list.run(context).await,
                What::Show(show) => show.run(context).await,
                What::Create(create) => create.run(context).await,
                What::Delete(delete) => delete.run(context).await,
            }
        })
    }
}
