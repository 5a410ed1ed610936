//! Better Auth's own password format: `salt:key`, both in hexadecimal.

use std::fmt::{self, Write as _};

use scrypt::Params;

use super::plain::NormalizedPassword;
use super::stored::UnreadableHash;
use super::{PasswordError, PasswordHash};

/// The parts of a `salt:key` string.
///
/// Source: Better Auth `hashPassword`, `verifyPassword`.
pub(super) struct ScryptHash {
    /// The salt as text. Its ASCII characters go into scrypt, not the bytes that they stand for.
    pub(super) salt: String,
    pub(super) key: Key,
}

/// 64 bytes.
pub(super) type Key = [u8; 64];

impl ScryptHash {
    /// Reads `salt:key`. The salt may be any short text, as Better Auth never decodes it; the key is 128
    /// hexadecimal digits of either case.
    pub(super) fn parse(text: &str) -> Result<Self, UnreadableHash> {
        let (salt, key) = text.split_once(':').ok_or(UnreadableHash::UnknownFormat)?;
        if salt.is_empty() || salt.len() > MAX_SALT_LEN {
            return Err(UnreadableHash::InvalidEncoding);
        }
        let key = decode_key(key).ok_or(UnreadableHash::InvalidEncoding)?;
        Ok(Self { salt: salt.to_owned(), key })
    }
}

impl From<ScryptHash> for PasswordHash {
    fn from(hash: ScryptHash) -> Self {
        Self::from(hash.to_string())
    }
}

impl fmt::Display for ScryptHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.salt, encode(&self.key))
    }
}

/// Computes the key of a password: one scrypt hash, which allocates 32 MiB for its time.
pub(super) fn derive(password: &NormalizedPassword, salt: &str) -> Result<Key, PasswordError> {
    let params = Params::new(LOG_N, R, P).map_err(|source| refused(source.into()))?;
    let mut key = [0; 64];
    scrypt::scrypt(password.as_bytes(), salt.as_bytes(), &params, &mut key)
        .map_err(|source| refused(source.into()))?;
    Ok(key)
}

/// Writes bytes as lower-case hexadecimal digits.
pub(super) fn encode(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn decode_key(text: &str) -> Option<Key> {
    let mut key = [0; 64];
    if text.len() != key.len() * 2 {
        return None;
    }
    for (byte, digits) in key.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = (digit(digits[0])? << 4) | digit(digits[1])?;
    }
    Some(key)
}

fn digit(character: u8) -> Option<u8> {
    char::from(character).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

fn refused(source: Box<dyn std::error::Error + Send + Sync>) -> PasswordError {
    PasswordError::Refused { algorithm: "scrypt", source }
}

/// Length of a new salt in bytes; twice as many characters.
pub(super) const SALT_LEN: usize = 16;
const MAX_SALT_LEN: usize = 128;
/// N = 16384.
const LOG_N: u8 = 14;
const R: u32 = 16;
const P: u32 = 1;

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::password::Password;

    fn vectors() -> Vec<Value> {
        let file: Value =
            serde_json::from_str(include_str!("../../../../tests/vectors/password_scrypt.json")).unwrap();
        file["vectors"].as_array().unwrap().clone()
    }

    #[test]
    fn the_vectors_of_better_auth_are_made_and_verify() {
        let vectors = vectors();
        assert!(!vectors.is_empty());
        for vector in &vectors {
            let text = |key: &str| vector[key].as_str().unwrap();
            let password = Password::new(text("password")).normalize();
            assert_eq!(password.as_bytes(), text("nfkc").as_bytes());
            let salt = text("salt_string").to_owned();
            let key = derive(&password, &salt).unwrap();
            assert_eq!(ScryptHash { salt, key }.to_string(), text("hash"));
            for stored in [text("hash"), text("random_salt_hash")] {
                let stored = ScryptHash::parse(stored).unwrap();
                assert_eq!(derive(&password, &stored.salt).unwrap(), stored.key);
            }
        }
    }

    #[test]
    fn a_key_in_upper_case_is_read() {
        let text = vectors()[0]["hash"].as_str().unwrap().to_owned();
        let (salt, key) = text.split_once(':').unwrap();
        let upper = ScryptHash::parse(&format!("{salt}:{}", key.to_uppercase())).unwrap();
        assert_eq!(upper.key, ScryptHash::parse(&text).unwrap().key);
    }

    #[test]
    fn everything_else_is_unreadable() {
        let key = "ab".repeat(64);
        assert!(ScryptHash::parse(&format!("salt:{key}")).is_ok());
        for text in [
            String::new(),
            key.clone(),
            format!(":{key}"),
            "salt:".to_owned(),
            format!("salt:{}", &key[2..]),
            format!("salt:{key}00"),
            format!("salt:{key}:more"),
            format!("salt:+{}", &key[1..]),
            format!("salt:zz{}", &key[2..]),
            format!("salt:{}", "é".repeat(64)),
            format!("{}:{key}", "s".repeat(1 << 20)),
        ] {
            assert!(ScryptHash::parse(&text).is_err(), "{}", &text[..text.len().min(140)]);
        }
    }
}
