//! `auth user list`.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use auth_core::config::PasswordFormat;
use auth_core::domain::UserSearch;
use clap::Args;
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::super::context::Context;
use super::super::services::{find_user, services};
use super::super::text;
use crate::view::{View, Views};

#[derive(Debug, Args)]
pub(super) struct List {
    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
    /// The id that the page before ended with.
    #[arg(long, visible_alias = "page", value_name = "ID", conflicts_with_all = ["search", "verified", "created_from", "created_until"])]
    after: Option<String>,
    /// Only users with these words in name or address, the best first.
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only users whose address is verified, or is not.
    #[arg(long, value_name = "true|false")]
    verified: Option<bool>,
    /// Only users created at this instant or later: 2026-11-26T00:00:00Z.
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    created_from: Option<OffsetDateTime>,
    /// Only users created before this instant.
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    created_until: Option<OffsetDateTime>,
}

#[derive(Serialize)]
struct Answer {
    users: Vec<View>,
    next: Option<String>,
    /// There are more, but no page of them.
    more: bool,
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.users.is_empty() {
            return formatter.write_str("no users");
        }
        let fields = ["id", "email", "email_verified", "name", "created_at"];
        formatter.write_str(&text::table(&self.users, &fields))?;
        match &self.next {
            Some(id) => write!(formatter, "more: --after {}", text::plain(id)),
            None if self.more => formatter.write_str("more: search for more words"),
            None => Ok(()),
        }
    }
}

impl List {
    pub(super) async fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let auth = services(context, PasswordFormat::default()).await?;
        let after = match &self.after {
            None => None,
            Some(id) => Some(find_user(&auth, id).await?),
        };
        // One more than is shown tells whether there are more; a search gives a bounded number.
        let is_search = self.question(1).is_some();
        let most = if is_search { UserSearch::MOST - 1 } else { u64::MAX - 1 };
        let asked = u64::from(self.limit).min(most) + 1;
        let limit = usize::try_from(asked - 1).unwrap_or(usize::MAX);
        let (users, search) = (auth.store().users(), self.question(asked));
        let mut found = match search {
            None => users.list(after.as_ref(), asked).await?,
            Some(search) => users.search(search).await?,
        };
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more && !is_search).map(|user| user.id.to_string());
        let views = Views::new(auth.adapter().schema())?;
        context.answer(&Answer { users: found.iter().map(|user| views.user(user)).collect(), next, more })?;
        Ok(ExitCode::SUCCESS)
    }

    /// What is searched for; nothing when all users are listed, page by page.
    fn question(&self, limit: u64) -> Option<UserSearch> {
        let mut search = UserSearch::new(self.search.clone().unwrap_or_default());
        let plain = search.clone();
        search.verified = self.verified;
        search.created_from = self.created_from;
        search.created_until = self.created_until;
        if search == plain && self.search.is_none() {
            return None;
        }
        search.limit = limit;
        Some(search)
    }
}

fn instant(text: &str) -> Result<OffsetDateTime, String> {
    OffsetDateTime::parse(text, &Rfc3339).map_err(|error| format!("{error}; write 2026-11-26T00:00:00Z"))
}
