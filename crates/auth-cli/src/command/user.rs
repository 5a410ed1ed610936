//! `auth user …`.

mod anonymise;
mod answer;
mod create;
mod delete;
mod erase;
mod export;
mod list;
mod restore;
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
    /// Delete a user with sessions and accounts, or softly.
    Delete(delete::Delete),
    /// Restore a user who was softly deleted.
    Restore(restore::Restore),
    /// Write down all that is known of a user, without any secret.
    Export(export::Export),
    /// Erase a user with everything that points to them; no trace stays but the fact.
    Erase(erase::Erase),
    /// Replace what tells who a user is; the row and its id stay.
    Anonymise(anonymise::Anonymise),
}

impl User {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        block_on(async {
            match self.what {
                What::List(list) => list.run(context).await,
                What::Show(show) => show.run(context).await,
                What::Create(create) => create.run(context).await,
                What::Delete(delete) => delete.run(context).await,
                What::Restore(restore) => restore.run(context).await,
                What::Export(export) => export.run(context).await,
                What::Erase(erase) => erase.run(context).await,
                What::Anonymise(anonymise) => anonymise.run(context).await,
            }
        })
    }
}
