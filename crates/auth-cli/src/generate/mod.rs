//! Code generated from the data dictionary.

mod entity;
mod error;
mod file;

pub use entity::entity;
pub use error::GenerateError;
pub use file::{GeneratedFile, StaleFile, Staleness, stale, write};
