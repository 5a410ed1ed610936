//! One user: fields, accounts, sessions.

use std::sync::Arc;

use auth_core::domain::{Session, SessionId, User};
use axum::extract::{Query, State};
use axum::response::Html;
use maud::{Markup, html};
use serde::Deserialize;

use super::Shared;
use super::guard::FORM_TOKEN;
use super::layout::{Tab, link, page};
use super::problem::Problem;
use super::shown::{fields, text};
use super::users::find;
use crate::view::{View, Views};

/// What the page is asked.
#[derive(Debug, Deserialize)]
pub(super) struct Question {
    #[serde(default)]
    id: String,
    /// The session that the page before ended with.
    #[serde(default)]
    after: String,
    /// How many sessions were ended just now.
    ended: Option<u64>,
}

pub(super) async fn user(
    State(shared): State<Arc<Shared>>,
    Query(question): Query<Question>,
) -> Result<Html<String>, Problem> {
    let auth = &shared.auth;
    let user = find(auth, &question.id).await?.ok_or(Problem::NoUser)?;
    let accounts = auth.list_accounts(&user.id).await?;
    let sessions = sessions(&shared, &user, &question.after).await?;
    let views = Views::new(auth.adapter().schema())?;
    let content = html! {
        h1 { bdi { (title(&user)) } }
        @if let Some(ended) = question.ended { p .done role="status" { (told(ended)) } }
        section aria-labelledby="fields" { h2 id="fields" { "Fields" } (fields(&views.user(&user), &[])) }
        section aria-labelledby="accounts" {
            h2 id="accounts" { "Accounts" }
            @if accounts.is_empty() { p { "No accounts." } }
            @for account in &accounts { (account_card(&views.account(account))) }
        }
        section aria-labelledby="sessions" {
            h2 id="sessions" { "Sessions" }
            (session_list(&shared, &user, &sessions, &views))
        }
    };
    Ok(page(&title(&user), Some(Tab::Users), &content))
}

/// The sessions that have not expired, those that last longest first.
async fn sessions(shared: &Shared, user: &User, after: &str) -> Result<Vec<Session>, Problem> {
    let sessions = shared.auth.store().sessions();
    let last = match after {
        "" => None,
        id => Some(sessions.find(&SessionId::new(id)).await?.ok_or(Problem::NoCursor)?),
    };
    Ok(sessions.list_of_user(&user.id, last.as_ref(), PAGE as u64 + 1).await?)
}

fn title(user: &User) -> String {
    if user.name.trim().is_empty() { user.email.as_str().to_owned() } else { user.name.clone() }
}

fn told(ended: u64) -> String {
    match ended {
        0 => "Nothing to end: it had ended already.".to_owned(),
        1 => "1 session ended.".to_owned(),
        many => format!("{many} sessions ended."),
    }
}

fn account_card(account: &View) -> Markup {
    html! {
        article .account {
            h3 { bdi { (text(account, "provider_id")) } }
            (fields(account, &["provider_id"]))
        }
    }
}

fn session_list(shared: &Shared, user: &User, sessions: &[Session], views: &Views<'_>) -> Markup {
    let next = sessions.get(PAGE - 1).filter(|_| sessions.len() > PAGE);
    html! {
        @if sessions.is_empty() { p { "No sessions that have not expired." } } @else { (all_form(shared, user)) }
        @for session in sessions.iter().take(PAGE) { (session_card(shared, &views.session(session))) }
        @if let Some(last) = next {
            nav .pages aria-label="Pages of sessions" {
                a rel="next" href=(link("user", &[("id", user.id.as_str()), ("after", last.id.as_str())])) { "Next page" }
            }
        }
    }
}

fn session_card(shared: &Shared, session: &View) -> Markup {
    let (id, agent) = (text(session, "id"), text(session, "user_agent"));
    let title = if agent.is_empty() { "Unknown agent" } else { agent };
    html! {
        article .session {
            h3 { bdi { (title) } }
            (fields(session, &["user_id", "user_agent"]))
            form method="post" action="revoke" {
                input type="hidden" name=(FORM_TOKEN) value=(shared.keys.form());
                input type="hidden" name="user" value=(text(session, "user_id"));
                input type="hidden" name="session" value=(id);
                button { "End session" span .unseen { " " (id) } }
            }
        }
    }
}

fn all_form(shared: &Shared, user: &User) -> Markup {
    html! {
        details .all {
            summary { "End all sessions…" }
            form method="post" action="revoke-all" {
                input type="hidden" name=(FORM_TOKEN) value=(shared.keys.form());
                input type="hidden" name="user" value=(user.id.as_str());
                p { "The person is signed out on every device." }
                button .grave { "End all sessions" }
            }
        }
    }
}

const PAGE: usize = 20;
