//! Arguments that do not make a command.

/// A command that cannot be meant as it is written. Ends with the status 2, as clap's own refusals do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Usage(pub(super) &'static str);
