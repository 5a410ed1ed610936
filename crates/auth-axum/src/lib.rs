//! Better Auth's HTTP interface for Axum.
//!
//! [`router`] serves the paths under `/api/auth`; [`CurrentSession`] and [`CurrentUser`] tell a handler of yours who is asking,
//! [`require_session`] keeps everybody else out. [`health_router`] tells whether requests can be answered.
//! The wire shapes, cookies and error codes are Better Auth's, so that its JavaScript client works unchanged.

mod body;
mod client;
mod cookie;
mod error;
mod extract;
mod guard;
mod health;
mod open_api;
mod origin;
mod query;
mod rate_limit;
mod redirect;
mod routes;
#[cfg(feature = "testing")]
pub mod testing;
mod view;

pub use error::HttpError;
pub use extract::{CurrentSession, CurrentUser, StoredSession, require_session};
pub use health::health_router;
pub use routes::router;
