//! Everything that can go wrong in password hashing. A wrong password is no error: see [`Verdict`].
//!
//! [`Verdict`]: super::Verdict

use std::collections::TryReserveError;
use std::error::Error;
use std::io;

/// A password could not be hashed or verified.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// As many callers wait as are allowed to; nothing was computed.
    #[error("too many callers wait for a password hash: try again later, or raise password.max_queued")]
    Busy,
    /// A setting that cannot be used.
    #[error("password.{field} is {value}: {rule}")]
    Setting {
        /// Path of the field below `password`.
        field: &'static str,
        /// Its value.
        value: usize,
        /// What is allowed.
        rule: &'static str,
    },
    /// The system gave no thread, and none runs yet.
    #[error("no thread could be started to hash passwords: raise the thread limit of this process")]
    NoThread(#[source] io::Error),
    /// The system gave no memory.
    #[error(
        "no memory for a password hash of {memory_kib} KiB: lower password.argon2.memory_kib or \
         password.max_concurrent"
    )]
    OutOfMemory {
        /// What the hash needs, in KiB.
        memory_kib: usize,
        /// The allocator's error.
        #[source]
        source: TryReserveError,
    },
    /// The algorithm refused its input: a password, salt or key of impossible length.
    #[error("{algorithm} refused its input")]
    Refused {
        /// Which algorithm.
        algorithm: &'static str,
        /// Its error.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The computation panicked. Its thread lives on.
    #[error("a password hash panicked: report it with the panic message from the log")]
    Panicked,
}
