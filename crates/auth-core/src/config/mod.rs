//! Configuration: one typed section per file, every field with its unit, default and effect.

mod database;
mod email_and_password;
mod session;
mod transaction;

pub use crate::password::{Argon2Config, PasswordConfig, PasswordFormat};
pub use database::{DatabaseConfig, SqliteConfig, TlsMode};
pub use email_and_password::EmailAndPasswordConfig;
pub use session::SessionConfig;
pub use transaction::TransactionConfig;
