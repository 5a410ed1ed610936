//! `auth event …`.

mod list;

use std::error::Error;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::context::{Context, block_on};

#[derive(Debug, Args)]
pub(super) struct Event {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List events, newest first.
    List(list::List),
}

impl Event {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        block_on(async {
            match self.what {
                What::List(list) => list.run(context).await,
            }
        })
    }
}
