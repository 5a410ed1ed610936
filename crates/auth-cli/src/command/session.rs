//! `auth session …`.

mod list;
mod revoke;

use std::error::Error;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::context::{Context, block_on};

#[derive(Debug, Args)]
pub(super) struct Session {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List a user's sessions that have not expired, newest first.
    List(list::List),
    /// End a session, or all of a user's.
    Revoke(revoke::Revoke),
}

impl Session {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        block_on(async {
            match self.what {
                What::List(list) => list.run(context).await,
                What::Revoke(revoke) => revoke.run(context).await,
            }
        })
    }
}
