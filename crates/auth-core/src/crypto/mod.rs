//! The secrets of an installation, and what is encrypted with them, in Better Auth's formats.

mod hexadecimal;
pub(crate) mod jwe;
mod purpose;
mod secrets;
pub mod symmetric;

pub(crate) use purpose::{Purpose, derive, fingerprint};
pub use secrets::{InvalidSecrets, Secrets};
