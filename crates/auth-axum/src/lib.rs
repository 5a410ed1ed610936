//! Better Auth's HTTP interface for Axum.
//!
//! [`router`] serves the paths under `/api/auth`; [`CurrentSession`] tells a handler of yours who is asking.
//! The wire shapes, cookies and error codes are Better Auth's, so that its JavaScript client works unchanged.

mod body;
mod client;
mod cookie;
mod error;
mod extract;
mod origin;
mod routes;
mod view;

pub use error::HttpError;
pub use extract::CurrentSession;
pub use routes::router;
