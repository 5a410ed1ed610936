//! Better Auth's database layer for Loco applications.
//!
//! * [`AuthInitializer`] builds the `Auth` on the application's own database connection, serves Better Auth's interface
//!   under `/api/auth` and lets [`CurrentSession`] tell a handler who is asking.
//! * [`migrations`] goes into the application's Migrator.
//! * [`AuthTask`] lists users and ends sessions from the command line.
//!
//! ```
//! use auth_loco::{AuthInitializer, CurrentSession};
//! use loco_rs::app::{AppContext, Initializer};
//!
//! // In the application's `Hooks`:
//! async fn initializers(_: &AppContext) -> loco_rs::Result<Vec<Box<dyn Initializer>>> {
//!     Ok(vec![Box::new(AuthInitializer::new())])
//! }
//!
//! // In a controller:
//! async fn hello(current: CurrentSession) -> String {
//!     format!("Hello, {}!", current.user.name)
//! }
//! ```
//!
//! # Settings
//!
//! The section `settings.auth` of `config/*.yaml`, or `initializers.auth`; a key that is not in this list is refused.
//!
//! | key | meaning | default |
//! |---|---|---|
//! | `secret` | signs cookies: at least 32 characters, the same across restarts and processes | none: must be set |
//! | `base_url` | the address under which browsers reach the server | `server.host` and `server.port` |
//! | `trusted_origins` | origins of other pages that may use the interface | none |
//! | `session.expires_in_seconds` | how long a session lives after its last refresh | 604800 |
//! | `session.update_age_seconds` | a session in use is extended when so much has passed; 0: at every use | 86400 |
//! | `session.fresh_age_seconds` | for so long after sign-in sensitive actions are allowed; 0: always | 86400 |
//! | `email_and_password.enabled` | whether passwords are accepted at all | true |
//! | `email_and_password.disable_sign_up` | refuses new users | false |
//! | `email_and_password.auto_sign_in` | signs a new user in at once | true |
//! | `password_format` | of new hashes: `argon2id`, or `scrypt` where Better Auth in TypeScript reads the same rows | `argon2id` |
//!
//! Everything else is set in code: [`AuthInitializer::with`] and [`AuthInitializer::with_adapter`].

mod error;
mod initializer;
mod migrations;
mod routes;
mod settings;
mod task;

pub use auth_axum::{self, CurrentSession};
pub use auth_core;

pub use initializer::AuthInitializer;
pub use migrations::migrations;
pub use task::AuthTask;
