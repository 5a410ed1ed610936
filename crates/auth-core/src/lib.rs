//! Better Auth's database layer on SeaORM.

pub mod adapter;
mod auth;
pub mod config;
pub mod domain;
mod error;
mod error_code;
pub mod password;
pub mod repository;
pub mod service;
pub mod token;

pub use adapter::memory::MemoryAdapter;
pub use adapter::seaorm::{SeaOrmAdapter, connect};
pub use auth::{Auth, AuthBuilder};
pub use config::DatabaseConfig;
pub use error::{AuthError, BuildError};
pub use error_code::ErrorCode;
