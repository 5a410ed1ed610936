//! `auth event list`.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use auth_core::config::PasswordFormat;
use auth_core::domain::{EventId, UserId};
use clap::Args;
use serde::Serialize;

use super::super::context::Context;
use super::super::services::{Missing, find_user, services};
use super::super::text;
use crate::view::{self, View};

#[derive(Debug, Args)]
pub(super) struct List {
    /// Only what is about this user: an id, also of one who is gone, or an e-mail address.
    #[arg(long, value_name = "ID|EMAIL")]
    user: Option<String>,
    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
    /// The id that the page before ended with.
    #[arg(long, value_name = "ID")]
    after: Option<String>,
}

#[derive(Debug, thiserror::Error)]
#[error(
    "there is no audit trail: set `audit_trail = true` in auth.toml, then `auth migrate` makes its table"
)]
struct NoTrail;

#[derive(Serialize)]
struct Answer {
    events: Vec<View>,
    next: Option<String>,
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.events.is_empty() {
            return formatter.write_str("no events");
        }
        let fields = ["created_at", "kind", "outcome", "user_id", "actor", "ip_address", "detail"];
        formatter.write_str(&text::table(&self.events, &fields))?;
        match &self.next {
            Some(id) => write!(formatter, "more: --after {}", text::plain(id)),
            None => Ok(()),
        }
    }
}

impl List {
    pub(super) async fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let auth = services(context, PasswordFormat::default()).await?;
        let events = auth.store().events().ok_or(NoTrail)?;
        let after = match self.after {
            None => None,
            Some(id) => Some(events.find(&EventId::new(&id)).await?.ok_or(Missing::Event(id))?),
        };
        // One more than is shown tells whether there are more.
        let asked = u64::from(self.limit) + 1;
        let mut found = match self.user {
            None => events.list(after.as_ref(), asked).await?,
            Some(who) if who.contains('@') => {
                events.list_of_user(&find_user(&auth, &who).await?.id, after.as_ref(), asked).await?
            }
            // The events of a user outlive the user.
            Some(id) => events.list_of_user(&UserId::new(id), after.as_ref(), asked).await?,
        };
        let more = found.len() > usize::from(self.limit);
        found.truncate(self.limit.into());
        let next = found.last().filter(|_| more).map(|event| event.id.to_string());
        context.answer(&Answer { events: found.iter().map(view::event).collect(), next })?;
        Ok(ExitCode::SUCCESS)
    }
}
