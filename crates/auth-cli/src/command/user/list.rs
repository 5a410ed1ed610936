//! `auth user list`.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use auth_core::config::PasswordFormat;
use clap::Args;
use serde::Serialize;

use super::super::context::Context;
use super::super::services::{find_user, services};
use super::super::text;
use super::super::view::{View, Views};

#[derive(Debug, Args)]
pub(super) struct List {
    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
    /// The id that the page before ended with.
    #[arg(long, visible_alias = "page", value_name = "ID")]
    after: Option<String>,
    /// Only users whose name or address contains this.
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
}

#[derive(Serialize)]
struct Answer {
    users: Vec<View>,
    next: Option<String>,
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
        let limit = usize::from(self.limit);
        // One more than is shown tells whether there are more.
        let (users, asked) = (auth.store().users(), u64::from(self.limit) + 1);
        let mut found = match &self.search {
            None => users.list(after.as_ref(), asked).await?,
            Some(text) => users.search(text, after.as_ref(), asked).await?,
        };
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|user| user.id.to_string());
        let views = Views::new(auth.adapter().schema())?;
        context.answer(&Answer { users: found.iter().map(|user| views.user(user)).collect(), next })?;
        Ok(ExitCode::SUCCESS)
    }
}
