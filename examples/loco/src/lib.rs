//! The smallest honest Loco application with accounts.
//!
//! `cargo run -p loco-example start` creates and migrates `auth-loco.db`, listens on localhost:5150, serves the API under
//! `/api/auth` and the page `/me`. What it takes to have accounts stands between `auth: begin` and `auth: end`; the rest
//! is what every Loco application has.

pub mod app;
mod me;
pub mod migrator;
