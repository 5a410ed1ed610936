//! `auth user anonymise`.

use std::error::Error;
use std::process::ExitCode;

use auth_core::config::{PasswordFormat, UserConfig};
use clap::Args;

use super::super::context::Context;
use super::super::services::{Missing, find_user, operator, services_with};
use super::super::usage::Usage;
use super::super::{ask, text};
use super::answer::Answer;
use super::create::{additional, pair};
use crate::view::Views;

#[derive(Debug, Args)]
pub(super) struct Anonymise {
    /// The user's id or e-mail address.
    #[arg(value_name = "ID|EMAIL")]
    user: String,
    /// An additional field that stays as it is.
    #[arg(long, value_name = "FIELD")]
    keep: Vec<String>,
    /// What an additional field becomes; others become null, or their default.
    #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = pair)]
    fields: Vec<(String, String)>,
    /// Do not ask whether it is meant.
    #[arg(long, short)]
    yes: bool,
}

impl Anonymise {
    pub(super) async fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        if !self.yes && !ask::somebody_is_there() {
            return Err(Usage("nobody is there to be asked: give --yes to make the user anonymous").into());
        }
        let mut config = UserConfig::default();
        config.anonymise.keep.clone_from(&self.keep);
        config.anonymise.replace = additional(&self.fields, &context.schema()?)?;
        let auth = services_with(context, PasswordFormat::default(), |builder| builder.user(config)).await?;
        let user = find_user(&auth, &self.user).await?;
        let (email, name) = (text::plain(user.email.as_str()), text::plain(&user.name));
        let question = format!("Make {email} ({name}, {}) anonymous, for good?", user.id);
        if !self.yes && !ask::confirm(&question)? {
            return Err("nothing was changed".into());
        }
        let changed = auth.anonymise_user(&user.id, &operator()).await?;
        let changed = changed.ok_or_else(|| Missing::User(self.user.clone()))?;
        let views = Views::new(auth.adapter().schema())?;
        context.answer(&Answer { user: views.user(&changed) })?;
        Ok(ExitCode::SUCCESS)
    }
}
