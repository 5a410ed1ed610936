//! The schema history of the authentication tables: a library for an application's Migrator, and the command
//! `migration`.
//!
//! * [`run`] applies everything pending; an application calls it at start. [`up`], [`down`], [`reset`], [`refresh`]
//!   and [`status`] are the command's verbs, [`Runner`] is the same with other lease times.
//! * [`migrations`] is the ordered list, for a Migrator of the application's own. Each migration finds what is there
//!   and does only what is missing, so a database that the command migrated can be moved under such a Migrator.
//! * [`index`] is the catalogue of indexes, each with the query it serves.
//!
//! Five tables hold the data (`auth_users`, `auth_sessions`, `auth_accounts`, `auth_verifications`,
//! `auth_rate_limits`) and two small ones the history ([`HISTORY_TABLE`]) and the lease ([`LEASE_TABLE`]). No other
//! table is ever read for its rows, changed or dropped.
//!
//! ```
//! use migration::sea_orm_migration::prelude::*;
//!
//! struct Migrator;
//!
//! impl MigratorTrait for Migrator {
//!     fn migrations() -> Vec<Box<dyn MigrationTrait>> {
//!         let mut migrations = migration::migrations();
//!         migrations.extend([/* the application's own, after ours */]);
//!         migrations
//!     }
//! }
//! ```

mod column;
mod connect;
mod error;
mod history;
pub mod index;
mod lease;
mod m20261124_000001_create_users;
mod m20261124_000002_create_sessions;
mod m20261124_000003_create_accounts;
mod m20261124_000004_create_verifications;
mod m20261124_000005_create_rate_limits;
mod migrator;
mod runner;
mod table;

pub use sea_orm_migration;

pub use connect::connect;
pub use error::{Direction, MigrationError};
pub use history::{HISTORY_TABLE, MigrationState};
pub use lease::{LEASE_TABLE, LeaseOptions};
pub use migrator::{Migrator, migrations};
pub use runner::{Outcome, Runner, down, refresh, reset, run, status, up};
