//! Arguments that do not make a command.

use std::error::Error;

use super::context::ContextError;

/// A command that cannot be meant as it is written. Ends with the status 2, as clap's own refusals do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Usage(pub(super) &'static str);

/// Whether the arguments are to blame.
pub(super) fn is_usage(error: &(dyn Error + 'static)) -> bool {
    let no_url = matches!(error.downcast_ref(), Some(ContextError::NoUrl));
    no_url || error.is::<Usage>()
}
