//! `auth user erase`.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use auth_core::config::PasswordFormat;
use clap::Args;
use serde::Serialize;

use super::super::context::Context;
use super::super::services::{Missing, find_user, operator, services};
use super::super::usage::Usage;
use super::super::{ask, text};

#[derive(Debug, Args)]
pub(super) struct Erase {
    /// The user's id or e-mail address.
    #[arg(value_name = "ID|EMAIL")]
    user: String,
    /// Do not ask whether it is meant.
    #[arg(long, short)]
    yes: bool,
}

#[derive(Serialize)]
struct Answer {
    erased: String,
    sessions: u64,
    accounts: u64,
    verifications: u64,
    events: u64,
    related: u64,
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { erased, sessions, accounts, verifications, events, related } = self;
        write!(
            formatter,
            "erased user {erased}, sessions: {sessions}, accounts: {accounts}, verifications: {verifications}, \
             events: {events}, rows of other models: {related}"
        )
    }
}

impl Erase {
    pub(super) async fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        if !self.yes && !ask::somebody_is_there() {
            return Err(Usage("nobody is there to be asked: give --yes to erase the user").into());
        }
        let auth = services(context, PasswordFormat::default()).await?;
        let user = find_user(&auth, &self.user).await?;
        let (email, name) = (text::plain(user.email.as_str()), text::plain(&user.name));
        let question =
            format!("Erase {email} ({name}, {}) with everything that points to them, for good?", user.id);
        if !self.yes && !ask::confirm(&question)? {
            return Err("nothing was erased".into());
        }
        let erased = auth.erase_user(&user.id, &operator()).await?;
        let erased = erased.ok_or_else(|| Missing::User(self.user.clone()))?;
        context.answer(&Answer {
            erased: user.id.into_string(),
            sessions: erased.sessions,
            accounts: erased.accounts,
            verifications: erased.verifications,
            events: erased.events,
            related: erased.related,
        })?;
        Ok(ExitCode::SUCCESS)
    }
}
