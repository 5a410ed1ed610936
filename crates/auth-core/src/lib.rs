//! Better Auth's database layer on SeaORM: users, sessions, accounts and verifications.
//!
//! ```text
//!   Auth           one entry point, cheap to clone
//!    │
//!   service        decides: sign up, sign in, validate a session …
//!    │
//!   repository     users · sessions · accounts · verifications, any other model: typed, no SQL
//!    │  └ hooks    before, in the transaction, after the commit
//!    │
//!   Adapter        the waist: ten operations on models, and begin
//!    │
//!   seaorm · memory · yours
//! ```
//!
//! Beside the database there may be a store of keys ([`secondary_storage`]): Redis, the memory of the process, or your own.
//!
//! # Quick start
//!
//! ```
//! use std::sync::Arc;
//!
//! use auth_core::domain::{Email, RequestContext};
//! use auth_core::password::Password;
//! use auth_core::service::{Refresh, SignUpEmail};
//! use auth_core::{Auth, MemoryAdapter};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! // An application connects and migrates:
//! //     let db = auth_core::connect(&DatabaseConfig::new("sqlite:auth.db")).await?;
//! //     migration::run(&db).await?;
//! //     let adapter = Arc::new(SeaOrmAdapter::new(db).await?);
//! let adapter = Arc::new(MemoryAdapter::new());
//! let auth = Auth::builder(adapter, "a secret of thirty-two characters or more").build()?;
//!
//! let email = Email::parse("ada@example.com")?;
//! let sign_up = SignUpEmail::new("Ada", email, Password::new("correct horse battery staple"));
//! let context = RequestContext::new();
//! let signed_up = auth.sign_up_email(sign_up, &context).await?;
//!
//! let token = signed_up.session.expect("signing in at once is the default").token;
//! let valid = auth.validate_session(&token, Refresh::WhenDue, &context).await?.expect("the session is new");
//! assert_eq!(valid.user.email.as_str(), "ada@example.com");
//! # Ok(())
//! # }
//! # tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(example()).unwrap();
//! ```
//!
//! # Features
//!
//! `sqlite`, `postgres`, `mysql`: the drivers, all on by default. `redis`: `RedisStorage`. `testing`: a kit for the tests of applications (`testing`) and
//! the contract that every adapter keeps, as a list of cases ([`adapter`]).

pub mod adapter;
mod auth;
pub mod config;
pub mod crypto;
pub mod domain;
mod error;
mod error_code;
pub mod hooks;
pub mod mail;
pub mod password;
pub mod provider;
pub mod repository;
pub mod secondary_storage;
pub mod service;
pub mod snapshot;
#[cfg(feature = "testing")]
pub mod testing;
pub mod token;

pub use adapter::memory::MemoryAdapter;
pub use adapter::seaorm::{DatabaseConnection, SeaOrmAdapter, connect, connect_to_examine, server};
pub use auth::{Auth, AuthBuilder, Services, UnderWay, Within};
pub use auth_schema as schema;
pub use config::DatabaseConfig;
pub use error::{AuthError, BuildError};
pub use error_code::ErrorCode;
