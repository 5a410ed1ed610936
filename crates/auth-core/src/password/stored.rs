//! A password hash as it stands in the database, and how it is read.

use std::fmt;

use super::argon2id::Argon2idHash;
use super::config::Argon2Config;
use super::scrypt::ScryptHash;

/// The stored text of a password hash: the `password` of an account. `Debug` is redacted.
///
/// Any text is allowed, since a database may hold any: what cannot be read matches no password.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// The text, to be stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, to be stored.
    pub fn into_string(self) -> String {
        self.0
    }

    /// Reads the text in whichever format it is.
    pub(super) fn read(&self, configured: &Argon2Config) -> Result<StoredHash, UnreadableHash> {
        if self.0.starts_with("$argon2") {
            return Argon2idHash::parse(&self.0, configured).map(StoredHash::Argon2id);
        }
        ScryptHash::parse(&self.0).map(StoredHash::Scrypt)
    }
}

impl From<String> for PasswordHash {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// A stored hash that was understood.
pub(super) enum StoredHash {
    Argon2id(Argon2idHash),
    Scrypt(ScryptHash),
}

/// Why a stored hash was not understood. The text itself is never part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum UnreadableHash {
    #[error("it is neither an argon2id PHC string nor Better Auth's salt:key")]
    UnknownFormat,
    #[error("its parameters are not those of a valid Argon2id version 19 hash")]
    InvalidParameters,
    #[error("its salt or key is not of a valid encoding or length")]
    InvalidEncoding,
    #[error("its cost is above what is accepted from a stored hash")]
    TooCostly,
}
