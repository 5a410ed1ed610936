//! Why a request has no answer, as a page.

use std::error::Error;

use auth_core::AuthError;
use auth_core::adapter::AdapterError;
use auth_schema::SchemaError;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::html;

use super::layout;
use crate::doctor::DoctorError;

/// Why a request has no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    #[error("this name is not the console's: open the address that the command has printed")]
    Host,
    #[error("another page asked for this: open the address that the command has printed by hand")]
    Origin,
    #[error("a page is not asked like this: begin with the list of users")]
    Method,
    #[error("this form is of another run, or too long: go back, load the page anew and send it again")]
    Form,
    #[error(
        "this address has been used, or is not right: it works once. End the command and start it again for a new one"
    )]
    Entry,
    #[error("this browser was not let in: open the address that the command has printed")]
    NotEntered,
    #[error("there is no such page: the list of users is where everything begins")]
    NoPage,
    #[error(
        "no user has this id; somebody may have deleted it meanwhile. Search for it in the list of users"
    )]
    NoUser,
    #[error("the entry that the page before ended with is gone: begin with the first page again")]
    NoCursor,
    #[error("this console was given no database to examine")]
    NoExaminer,
    #[error("the database could not be examined: does `auth doctor` tell more?")]
    Doctor(#[from] DoctorError),
    #[error(
        "the database did not answer as it should: does `auth ping` reach it, and `auth validate` find it in order?"
    )]
    Adapter(#[from] AdapterError),
    #[error("that could not be done")]
    Auth(#[from] AuthError),
    #[error("the schema has no such model: is it the configuration of this database?")]
    Schema(#[from] SchemaError),
}

impl Problem {
    fn status(&self) -> StatusCode {
        match self {
            Self::Host => StatusCode::MISDIRECTED_REQUEST,
            Self::Origin | Self::Form | Self::Entry | Self::NotEntered => StatusCode::FORBIDDEN,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::NoPage | Self::NoUser | Self::NoCursor | Self::NoExaminer => StatusCode::NOT_FOUND,
            Self::Adapter(_) | Self::Auth(_) | Self::Schema(_) | Self::Doctor(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    /// Whether a browser that was let in may have run into it.
    fn has_ways(&self) -> bool {
        !matches!(self, Self::Host | Self::Origin | Self::Method | Self::NotEntered)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut causes = Vec::new();
        let mut source = self.source();
        while let Some(cause) = source {
            causes.push(cause.to_string());
            source = cause.source();
        }
        let content = html! {
            h1 { "This did not work" }
            p role="alert" { (self) "." }
            @for cause in causes {
                p .faint { "Caused by: " (cause) }
            }
        };
        let page = if self.has_ways() {
            layout::page("Problem", None, &content)
        } else {
            layout::bare("Problem", &html! { main { (content) } })
        };
        (self.status(), page).into_response()
    }
}
