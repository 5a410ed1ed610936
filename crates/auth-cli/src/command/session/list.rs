//! `auth session list`.

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
pub(super) struct List {
    /// The user's id or e-mail address.
    #[arg(long, value_name = "ID|EMAIL")]
    user: String,
}

#[derive(Serialize)]
struct Answer {
    sessions: Vec<View>,
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.sessions.is_empty() {
            return formatter.write_str("no sessions");
        }
        let fields = ["id", "created_at", "expires_at", "ip_address", "user_agent"];
        formatter.write_str(&text::table(&self.sessions, &fields))
    }
}

impl List {
    pub(super) async fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let auth = services(context, PasswordFormat::default()).await?;
        let user = find_user(&auth, &self.user).await?;
        let sessions = auth.list_sessions(&user.id).await?;
        let views = Views::new(auth.adapter().schema())?;
        context
            .answer(&Answer { sessions: sessions.iter().map(|session| views.session(session)).collect() })?;
        Ok(ExitCode::SUCCESS)
    }
}
