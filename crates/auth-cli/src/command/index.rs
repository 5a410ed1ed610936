//! `auth index …`.

mod change;
mod list;

use std::error::Error;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::context::{Context, block_on};

#[derive(Debug, Args)]
pub(super) struct Index {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List the catalogue: what stands, what is missing or unfinished, what this engine has not.
    List(list::List),
    /// Tell what would be created; change nothing.
    Plan(change::Create),
    /// Create indexes, while others read and write where the engine can.
    Apply(change::Create),
    /// Drop indexes of the profile extended.
    Drop(change::Drop),
}

impl Index {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        block_on(async {
            match self.what {
                What::List(list) => list.run(context).await,
                What::Plan(create) => create.plan(context).await,
                What::Apply(create) => create.apply(context).await,
                What::Drop(drop) => drop.run(context).await,
            }
        })
    }
}
