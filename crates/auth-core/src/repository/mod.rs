//! Better Auth's operations on one noun each: typed above, generic below, no SQL.
//!
//! A repository borrows a [`Store`], and a store is an adapter (the pool, or an open transaction) with what writing
//! needs: a clock, randomness, hooks, and the context of the request. Ids and times are made here, so that nothing is
//! read back after a write.

mod accounts;
mod additional;
mod environment;
mod error;
mod events;
mod expiry;
mod prepare;
mod rate_limits;
mod rows;
mod sessions;
mod store;
mod users;
mod verifications;
mod work;

pub use accounts::Accounts;
pub(crate) use environment::Environment;
pub use error::RepositoryError;
pub use events::Events;
pub use expiry::{ExpiredBatch, Resume};
pub use rate_limits::RateLimits;
pub use rows::Rows;
pub use sessions::Sessions;
pub use store::Store;
pub use users::Users;
pub use verifications::Verifications;
pub(crate) use work::Work;
