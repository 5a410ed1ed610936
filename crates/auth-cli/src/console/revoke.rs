//! Ends sessions.

use std::sync::Arc;

use auth_core::domain::{SessionId, UserId};
use axum::extract::{Form, State};
use axum::response::Redirect;
use serde::Deserialize;

use super::layout::link;
use super::problem::Problem;
use super::{Shared, users};

/// One session of a user.
#[derive(Debug, Deserialize)]
pub(super) struct One {
    user: String,
    session: String,
}

/// All sessions of a user.
#[derive(Debug, Deserialize)]
pub(super) struct All {
    user: String,
}

pub(super) async fn one(
    State(shared): State<Arc<Shared>>,
    Form(One { user, session }): Form<One>,
) -> Result<Redirect, Problem> {
    let (auth, owner) = (&shared.auth, UserId::new(user));
    let found = auth.store().sessions().find(&SessionId::new(session)).await?;
    let ended = match found.filter(|session| session.user_id == owner) {
        Some(session) => auth.revoke_session(&owner, &session.token, &shared.operator).await?,
        None => false,
    };
    Ok(back(&owner, u64::from(ended)))
}

pub(super) async fn all(
    State(shared): State<Arc<Shared>>,
    Form(All { user }): Form<All>,
) -> Result<Redirect, Problem> {
    let user = users::find(&shared.auth, &user).await?.ok_or(Problem::NoUser)?;
    let ended = shared.auth.revoke_sessions(&user.id, &shared.operator).await?;
    Ok(back(&user.id, ended))
}

/// The browser loads the user anew, so that loading that page again ends nothing.
fn back(user: &UserId, ended: u64) -> Redirect {
    Redirect::to(&link("user", &[("id", user.as_str()), ("ended", &ended.to_string())]))
}
