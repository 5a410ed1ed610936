//! Code generated from the data dictionary.

mod config;
mod entity;
mod error;
mod file;
mod migration;
mod physical;

pub use self::migration::{migration, name};
pub use config::config;
pub use entity::{entity, entity_of};
pub use error::GenerateError;
pub use file::{GeneratedFile, StaleFile, Staleness, stale, write};
