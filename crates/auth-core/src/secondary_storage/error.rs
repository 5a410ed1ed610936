//! Why a store did not answer.

use crate::adapter::BoxError;

/// Why a store did not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StorageError {
    /// It cannot be reached, did not answer in time, or is not ready to. What was asked may have happened all the same.
    #[error("the secondary storage does not answer: is it up, and is its address right?")]
    Unavailable(#[source] BoxError),
    /// It answered what cannot be: another kind of value under the key, a command that it does not know, a refused login.
    #[error("the secondary storage refuses: see the cause")]
    Refused(#[source] BoxError),
}
