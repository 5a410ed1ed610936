//! `auth user restore`.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use auth_core::config::PasswordFormat;
use clap::Args;
use serde::Serialize;

use super::super::context::Context;
use super::super::services::{find_user, operator, services};

#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The user's id or e-mail address.
    #[arg(value_name = "ID|EMAIL")]
    user: String,
}

#[derive(Serialize)]
struct Answer {
    user_id: String,
    /// False: the user was not softly deleted.
    restored: bool,
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.restored { "restored" } else { "was not softly deleted:" };
        write!(formatter, "{what} user {}", self.user_id)
    }
}

impl Restore {
    pub(super) async fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let auth = services(context, PasswordFormat::default()).await?;
        let user = find_user(&auth, &self.user).await?;
        let restored = auth.restore_user(&user.id, &operator()).await?;
        context.answer(&Answer { user_id: user.id.into_string(), restored })?;
        Ok(ExitCode::SUCCESS)
    }
}
