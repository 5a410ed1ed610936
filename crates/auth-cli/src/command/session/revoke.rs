//! `auth session revoke`.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use auth_core::Auth;
use auth_core::config::PasswordFormat;
use auth_core::domain::UserId;
use clap::{ArgGroup, Args};
use serde::Serialize;

use super::super::context::Context;
use super::super::services::{Missing, find_session, find_user, operator, services};

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("which").args(["session", "all"]).required(true))]
pub(super) struct Revoke {
    /// The session's id, as `auth session list` tells it.
    #[arg(value_name = "SESSION_ID")]
    session: Option<String>,
    /// The user whose session it must be, or whose sessions all end: an id or e-mail address.
    #[arg(long, value_name = "ID|EMAIL")]
    user: Option<String>,
    /// End every session of the user.
    #[arg(long, requires = "user")]
    all: bool,
}

#[derive(Serialize)]
struct Answer {
    user_id: String,
    revoked: u64,
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "revoked {} of user {}", counted(self.revoked), self.user_id)
    }
}

impl Revoke {
    pub(super) async fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let auth = services(context, PasswordFormat::default()).await?;
        let owner = match &self.user {
            None => None,
            Some(user) => Some(find_user(&auth, user).await?.id),
        };
        let (user_id, revoked) = match (&self.session, owner) {
            (Some(id), owner) => (one(&auth, id, owner).await?, 1),
            (None, Some(owner)) => {
                let revoked = auth.revoke_sessions(&owner, &operator()).await?;
                (owner, revoked)
            }
            (None, None) => return Err("neither a session nor a user is named".into()),
        };
        context.answer(&Answer { user_id: user_id.into_string(), revoked })?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Ends one session and tells whose it was.
async fn one(auth: &Auth, id: &str, owner: Option<UserId>) -> Result<UserId, Box<dyn Error>> {
    let session = find_session(auth, id).await?;
    let is_owners = owner.is_none_or(|owner| owner == session.user_id);
    if !is_owners || !auth.revoke_session(&session.user_id, &session.token, &operator()).await? {
        return Err(Missing::Session(id.to_owned()).into());
    }
    Ok(session.user_id)
}

fn counted(revoked: u64) -> String {
    if revoked == 1 { "1 session".to_owned() } else { format!("{revoked} sessions") }
}
