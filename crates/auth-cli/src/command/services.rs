//! The services that commands use, and the people that their arguments name.

use std::error::Error;
use std::sync::Arc;

use auth_core::config::{PasswordConfig, PasswordFormat, Settings};
use auth_core::domain::{Email, Random, RequestContext, Session, SessionId, SystemRandom, User, UserId};
use auth_core::secondary_storage::UnreachedStorage;
use auth_core::{Auth, AuthBuilder};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::context::Context;

/// What an argument names and the database does not have.
#[derive(Debug, thiserror::Error)]
pub(super) enum Missing {
    #[error("no user has the id or the e-mail address {0:?}: `auth user list --search TEXT` finds users")]
    User(String),
    #[error("no event has the id {0:?}: `auth event list` tells the ids")]
    Event(String),
    #[error("no session has the id {0:?}: `auth session list --user ID|EMAIL` tells the ids")]
    Session(String),
}

/// The services on the database of the context.
pub(super) async fn services(context: &Context, format: PasswordFormat) -> Result<Auth, Box<dyn Error>> {
    services_with(context, format, |builder| builder).await
}

/// The same with settings of the command's own.
pub(super) async fn services_with(
    context: &Context,
    format: PasswordFormat,
    settings: impl FnOnce(AuthBuilder) -> AuthBuilder,
) -> Result<Auth, Box<dyn Error>> {
    let adapter = context.adapter().await?;
    // Signs nothing: no command hands out a cookie or a link.
    let mut secret = [0; 32];
    SystemRandom.fill(&mut secret);
    let password = PasswordConfig { format, ..PasswordConfig::default() };
    let Settings { mut session, mut verification, mut maintenance, .. } = context.settings()?;
    (session.store_in_database, verification.store_in_database) = (true, true);
    (session.local_cache, maintenance.sweep) = (None, false);
    let builder = Auth::builder(adapter, BASE64_STANDARD.encode(secret));
    // The application may have a store in front of the database: it hears of what is ended here.
    let builder = builder.secondary_storage(Arc::new(UnreachedStorage));
    let builder =
        builder.session(session).verification(verification).password(password).maintenance(maintenance);
    Ok(settings(builder).build()?)
}

/// The user of an id or an e-mail address.
pub(super) async fn find_user(auth: &Auth, who: &str) -> Result<User, Box<dyn Error>> {
    let users = auth.store().users();
    if who.contains('@')
        && let Some(user) = users.find_by_email(&Email::stored(who.to_lowercase())).await?
    {
        return Ok(user);
    }
    let found = users.find(&UserId::new(who)).await?;
    found.ok_or_else(|| Missing::User(who.to_owned()).into())
}

/// The session of an id.
pub(super) async fn find_session(auth: &Auth, id: &str) -> Result<Session, Box<dyn Error>> {
    let found = auth.store().sessions().find(&SessionId::new(id)).await?;
    found.ok_or_else(|| Missing::Session(id.to_owned()).into())
}

/// Who asks, for hooks and logs.
pub(super) fn operator() -> RequestContext {
    RequestContext::new().user_agent("auth-cli").operator()
}
