//! The list of users, page by page, and the search.

use std::sync::Arc;

use auth_core::Auth;
use auth_core::adapter::AdapterError;
use auth_core::domain::{User, UserId, UserSearch};
use axum::extract::{Query, State};
use axum::response::Html;
use maud::{Markup, html};
use serde::Deserialize;

use super::Shared;
use super::layout::{Tab, link, page};
use super::problem::Problem;
use super::shown::{cell, text};
use crate::view::{View, Views};

/// What the page is asked.
#[derive(Debug, Deserialize)]
pub(super) struct Question {
    /// Words of name and address.
    #[serde(default)]
    q: String,
    /// `yes`, `no`, or nothing.
    #[serde(default)]
    verified: String,
    /// The id that the page before ended with.
    #[serde(default)]
    after: String,
}

impl Question {
    /// What is searched for; `None` when all users are listed.
    fn search(&self) -> Option<UserSearch> {
        let mut search = UserSearch::new(self.q.trim());
        search.verified = match self.verified.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        search.limit = PAGE + 1;
        (!search.text.is_empty() || search.verified.is_some()).then_some(search)
    }
}

pub(super) async fn users(
    State(shared): State<Arc<Shared>>,
    Query(question): Query<Question>,
) -> Result<Html<String>, Problem> {
    let search = question.search();
    let is_search = search.is_some();
    let mut found = match search {
        Some(search) => shared.auth.store().users().search(search).await?,
        None => after(&shared.auth, &question.after).await?,
    };
    // One more than is shown tells whether there are more.
    let more = found.len() as u64 > PAGE;
    found.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let views = Views::new(shared.auth.adapter().schema())?;
    let shown: Vec<View> = found.iter().map(|user| views.user(user)).collect();
    let content = html! {
        h1 { "Users" }
        (form(&question))
        @if shown.is_empty() { p { "No users." } } @else { (table(&shown)) }
        @if more && is_search {
            p .faint { "These are the best " (PAGE) ". More words find fewer." }
        }
        nav .pages aria-label="Pages of users" {
            @if !question.after.is_empty() || is_search { a href="users" { "First page" } }
            @if let Some(last) = found.last().filter(|_| more && !is_search) {
                a rel="next" href=(link("users", &[("after", last.id.as_str())])) { "Next page" }
            }
        }
    };
    Ok(page("Users", Some(Tab::Users), &content))
}

/// The newest users after one; none: of all.
async fn after(auth: &Auth, id: &str) -> Result<Vec<User>, Problem> {
    let users = auth.store().users();
    let last = if id.is_empty() { None } else { Some(find(auth, id).await?.ok_or(Problem::NoCursor)?) };
    Ok(users.list(last.as_ref(), PAGE + 1).await?)
}

/// A user by id.
pub(super) async fn find(auth: &Auth, id: &str) -> Result<Option<User>, AdapterError> {
    auth.store().users().find(&UserId::new(id)).await
}

fn form(question: &Question) -> Markup {
    let is = |value: &str| question.verified == value;
    html! {
        form .search role="search" action="users" {
            div {
                label for="q" { "Words of name or address" }
                input id="q" type="search" name="q" value=(question.q) autocomplete="off" maxlength="500";
            }
            div {
                label for="verified" { "Address" }
                select id="verified" name="verified" autocomplete="off" {
                    option value="" { "any" }
                    option value="yes" selected[is("yes")] { "verified" }
                    option value="no" selected[is("no")] { "not verified" }
                }
            }
            button { "Search" }
        }
    }
}

fn table(users: &[View]) -> Markup {
    let name = |user: &View| {
        [text(user, "name"), text(user, "email"), text(user, "id")]
            .into_iter()
            .find(|text| !text.trim().is_empty())
            .unwrap_or("?")
            .to_owned()
    };
    html! {
        table .users {
            thead { tr { th scope="col" { "User" } th scope="col" { "Verified" } th .wide scope="col" { "Created at" } } }
            tbody {
                @for user in users {
                    tr {
                        td {
                            a href=(link("user", &[("id", text(user, "id"))])) { bdi { (name(user)) } }
                            div .faint { bdi { (text(user, "email")) } }
                        }
                        td { (cell("email_verified", &user["email_verified"])) }
                        td .wide { (cell("created_at", &user["created_at"])) }
                    }
                }
            }
        }
    }
}

const PAGE: u64 = 50;
