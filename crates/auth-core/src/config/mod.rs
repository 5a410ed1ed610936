//! Configuration: one typed section per file, every field with its unit, default and effect.

mod account;
mod client_address;
mod coalescing;
mod cookie;
mod database;
mod email_and_password;
mod email_verification;
mod http;
mod maintenance;
mod pooler;
mod rate_limit;
mod session;
mod settings;
mod shape;
mod transaction;
mod trusted_origin;
mod user;
mod verification;

pub use crate::password::{Argon2Config, PasswordConfig, PasswordFormat};
pub use account::{AccountConfig, AccountLinkingConfig};
pub use client_address::{ClientAddressConfig, InvalidNetwork, TrustedProxies};
pub use coalescing::CoalescingConfig;
pub use cookie::{CookieConfig, SameSite};
pub use database::{DatabaseConfig, SqliteConfig, TlsMode};
pub use email_and_password::EmailAndPasswordConfig;
pub use email_verification::EmailVerificationConfig;
pub use http::HttpConfig;
pub use maintenance::MaintenanceConfig;
pub use pooler::{PoolerConfig, PoolerMode};
pub use rate_limit::{RateLimit, RateLimitConfig, RateLimitRule};
pub use session::SessionConfig;
pub use settings::{KEYS, Key, Preset, Settings, SettingsError};
pub use transaction::TransactionConfig;
pub use trusted_origin::TrustedOrigin;
pub use user::{ChangeEmailConfig, DeleteUserConfig, UserConfig};
pub use verification::{IdentifierStorage, VerificationConfig};
