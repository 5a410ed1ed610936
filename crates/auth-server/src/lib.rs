//! A ready authentication server for deployment beside any stack: Better Auth's interface, a page for people, configured by
//! environment variables. The command is `auth-server`; `docs/server.md` lists the variables.

mod database;
mod error;
mod listen;
mod metrics;
mod mongo;
mod page;
mod providers;
mod redis;
mod serve;
mod settings;

pub use error::ServerError;
pub use serve::{build, run};
pub use settings::Settings;
