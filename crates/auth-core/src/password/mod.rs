//! Password hashing: the formats, the verdict, and the threads that do the work.
//!
//! ```text
//! PasswordHasher ── reads the stored hash, waits for the answer        async, any thread
//!       │
//!    workers ────── bounded queue, a few named threads                 one working memory per thread
//!       │
//!    engine ─────── exactly one computation per call                   argon2id · scrypt
//! ```
//!
//! Every password is normalised to Unicode NFKC before it is hashed, in both formats, so that the forms
//! in which keyboards write one text are one password.

mod argon2id;
mod config;
mod engine;
mod error;
mod hasher;
mod memory;
mod plain;
mod scrypt;
mod stored;
mod workers;

pub use config::{Argon2Config, PasswordConfig, PasswordFormat};
pub use engine::Verdict;
pub use error::PasswordError;
pub use hasher::PasswordHasher;
pub use plain::Password;
pub use stored::PasswordHash;
