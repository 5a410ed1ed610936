//! `auth user show`.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use auth_core::config::PasswordFormat;
use clap::Args;
use serde::Serialize;

use super::super::context::Context;
use super::super::services::{find_user, services};
use super::super::text;
use crate::view::{View, Views};

#[derive(Debug, Args)]
pub(super) struct Show {
    /// The user's id or e-mail address.
    #[arg(value_name = "ID|EMAIL")]
    user: String,
}

#[derive(Serialize)]
struct Answer {
    user: View,
    accounts: Vec<View>,
    sessions: Vec<View>,
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&text::lines(&self.user))?;
        for (name, views) in [("account", &self.accounts), ("session", &self.sessions)] {
            if views.is_empty() {
                write!(formatter, "\nno {name}s\n")?;
            }
            for view in views {
                write!(formatter, "\n{name}\n{}", text::lines(view))?;
            }
        }
        Ok(())
    }
}

impl Show {
    pub(super) async fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let auth = services(context, PasswordFormat::default()).await?;
        let user = find_user(&auth, &self.user).await?;
        let accounts = auth.list_accounts(&user.id).await?;
        let sessions = auth.list_sessions(&user.id).await?;
        let views = Views::new(auth.adapter().schema())?;
        context.answer(&Answer {
            user: views.user(&user),
            accounts: accounts.iter().map(|account| views.account(account)).collect(),
            sessions: sessions.iter().map(|session| views.session(session)).collect(),
        })?;
        Ok(ExitCode::SUCCESS)
    }
}
