//! Code generated from the data dictionary.

mod config;
mod drizzle;
mod entity;
mod error;
mod file;
mod ids;
mod migration;
mod physical;
mod prisma;
mod relation;
mod sql;
mod word;

pub use self::migration::{migration, name};
pub use config::config;
pub use drizzle::drizzle;
pub use entity::{entity, entity_of};
pub use error::GenerateError;
pub use file::{GeneratedFile, StaleFile, Staleness, stale, write};
pub use prisma::prisma;
pub use sql::{script, sql};
