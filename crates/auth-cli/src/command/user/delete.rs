//! `auth user delete`.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use auth_core::config::PasswordFormat;
use auth_core::domain::User;
use clap::Args;
use serde::Serialize;

use super::super::context::Context;
use super::super::services::{Missing, find_user, operator, services};
use super::super::usage::Usage;
use super::super::{ask, text};

#[derive(Debug, Args)]
pub(super) struct Delete {
    /// The user's id or e-mail address.
    #[arg(value_name = "ID|EMAIL")]
    user: String,
    /// Do not ask whether it is meant.
    #[arg(long, short)]
    yes: bool,
    /// Softly: the row stays, nobody signs in, and `auth user restore` brings the user back.
    #[arg(long)]
    soft: bool,
}

#[derive(Serialize)]
struct Answer {
    deleted: String,
    sessions: u64,
    accounts: u64,
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { deleted, sessions, accounts } = self;
        write!(formatter, "deleted user {deleted}, sessions: {sessions}, accounts: {accounts}")
    }
}

#[derive(Serialize)]
struct Softly {
    user_id: String,
    /// False: the user was softly deleted before.
    softly_deleted: bool,
}

impl fmt::Display for Softly {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.softly_deleted { "softly deleted" } else { "was softly deleted before:" };
        write!(formatter, "{what} user {}", self.user_id)
    }
}

impl Delete {
    pub(super) async fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        if !self.yes && !ask::somebody_is_there() {
            return Err(Usage("nobody is there to be asked: give --yes to delete the user").into());
        }
        let auth = services(context, PasswordFormat::default()).await?;
        let user = find_user(&auth, &self.user).await?;
        if !self.yes && !ask::confirm(&question(&user, self.soft))? {
            return Err("nothing was deleted".into());
        }
        if self.soft {
            let softly_deleted = auth.soft_delete_user(&user.id, &operator()).await?;
            let user_id = user.id.into_string();
            context.answer(&Softly { user_id, softly_deleted })?;
            return Ok(ExitCode::SUCCESS);
        }
        let removed = auth.remove_user(&user.id, &operator()).await?;
        let removed = removed.ok_or_else(|| Missing::User(self.user.clone()))?;
        let (sessions, accounts) = (removed.sessions, removed.accounts);
        context.answer(&Answer { deleted: user.id.into_string(), sessions, accounts })?;
        Ok(ExitCode::SUCCESS)
    }
}

fn question(user: &User, soft: bool) -> String {
    let (email, name) = (text::plain(user.email.as_str()), text::plain(&user.name));
    if soft {
        return format!("Delete {email} ({name}, {}) softly and end all sessions?", user.id);
    }
    format!("Delete {email} ({name}, {}) with all sessions and accounts?", user.id)
}
