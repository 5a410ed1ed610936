//! Encryption of texts: XChaCha20-Poly1305 under SHA-256 of a secret, written as hexadecimal digits of nonce, text and tag;
//! with versions, in the envelope `$ba$<version>$<digits>`.

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};

use super::{Secrets, hexadecimal};
use crate::domain::{Random, Secret};

/// A text that none of the secrets opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecryptError {
    /// It was encrypted with a secret that is not among these.
    #[error(
        "it was encrypted with version {version} of the secrets, which is not configured: add it to the secrets"
    )]
    UnknownVersion {
        /// The version that it names.
        version: u32,
    },
    /// It was changed, or encrypted with another secret, or is no encrypted text.
    #[error("it was changed or encrypted with another secret")]
    Invalid,
}

/// Encrypts a text with the secret in use. Source: Better Auth's `symmetricEncrypt`.
pub fn encrypt(secrets: &Secrets, text: &str, random: &dyn Random) -> String {
    let mut nonce = [0; NONCE];
    random.fill(&mut nonce);
    let digits = hexadecimal::encode(&sealed(secrets.current(), nonce, text));
    match secrets.current_version() {
        Some(version) => format!("{ENVELOPE}{version}${digits}"),
        None => digits,
    }
}

/// Decrypts a text with the secret that it names, or without an envelope with any that opens it. Source: Better Auth's
/// `symmetricDecrypt`, which asks for the secret without a version in the latter case.
///
/// # Errors
///
/// [`DecryptError`].
pub fn decrypt(secrets: &Secrets, text: &str) -> Result<Secret, DecryptError> {
    let Some(envelope) = text.strip_prefix(ENVELOPE) else {
        let bytes = hexadecimal::decode(text).ok_or(DecryptError::Invalid)?;
        return secrets.all().find_map(|secret| opened(secret, &bytes)).ok_or(DecryptError::Invalid);
    };
    let (version, digits) = envelope.split_once('$').ok_or(DecryptError::Invalid)?;
    let version = version.parse().map_err(|_| DecryptError::Invalid)?;
    let secret = secrets.of_version(version).ok_or(DecryptError::UnknownVersion { version })?;
    let bytes = hexadecimal::decode(digits).ok_or(DecryptError::Invalid)?;
    opened(secret, &bytes).ok_or(DecryptError::Invalid)
}

/// Whether a text may be an encrypted one: rows from before encryption was switched on hold plain texts, and some of
/// these are hexadecimal digits, too.
pub fn looks_encrypted(text: &str) -> bool {
    text.starts_with(ENVELOPE)
        || (text.len() >= SHORTEST
            && text.len().is_multiple_of(2)
            && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether a text was encrypted with the secret in use: only that one opens it.
pub(crate) fn is_current(secrets: &Secrets, text: &str) -> bool {
    let (version, digits) = match text.strip_prefix(ENVELOPE).and_then(|rest| rest.split_once('$')) {
        Some((version, digits)) => (version.parse().ok(), digits),
        None => (None, text),
    };
    let bytes = hexadecimal::decode(digits).filter(|_| version == secrets.current_version());
    bytes.is_some_and(|bytes| opened(secrets.current(), &bytes).is_some())
}

fn sealed(secret: &Secret, nonce: [u8; NONCE], text: &str) -> Vec<u8> {
    let mut bytes = nonce.to_vec();
    #[expect(clippy::expect_used, reason = "only a text of 256 GiB cannot be encrypted")]
    bytes.extend(cipher(secret).encrypt(&XNonce::from(nonce), text.as_bytes()).expect("the text is short"));
    bytes
}

fn opened(secret: &Secret, bytes: &[u8]) -> Option<Secret> {
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
    let text = cipher(secret).decrypt(&XNonce::from(*nonce), sealed).ok()?;
    String::from_utf8(text).ok().map(Secret::new)
}

fn cipher(secret: &Secret) -> XChaCha20Poly1305 {
    let key: [u8; 32] = Sha256::digest(secret.expose().as_bytes()).into();
    XChaCha20Poly1305::new(&Key::from(key))
}

const NONCE: usize = 24;
/// Digits of a nonce, an empty text and a tag.
const SHORTEST: usize = 2 * (NONCE + 16);
const ENVELOPE: &str = "$ba$";

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::domain::SystemRandom;

    fn vectors() -> Value {
        serde_json::from_str(include_str!("../../../../tests/vectors/oauth_token_encryption.json")).unwrap()
    }

    #[test]
    fn the_vectors_of_better_auth_are_decrypted() {
        let vectors = vectors();
        for vector in vectors["vectors"].as_array().unwrap() {
            let secrets = Secrets::new(vector["secret"].as_str().unwrap());
            let opened = decrypt(&secrets, vector["ciphertext"].as_str().unwrap()).unwrap();
            assert_eq!(opened.expose(), vector["plaintext"].as_str().unwrap());
        }
        for vector in vectors["versioned"].as_array().unwrap() {
            let secrets = vector["secrets"].as_array().unwrap().iter().map(|secret| {
                let version = u32::try_from(secret["version"].as_u64().unwrap()).unwrap();
                (version, secret["value"].as_str().unwrap())
            });
            let secrets = Secrets::versioned(secrets).unwrap();
            let opened = decrypt(&secrets, vector["ciphertext"].as_str().unwrap()).unwrap();
            assert_eq!(opened.expose(), vector["plaintext"].as_str().unwrap());
        }
    }

    #[test]
    fn the_vector_with_a_fixed_nonce_is_made_again() {
        #[derive(Debug)]
        struct Counting;
        impl Random for Counting {
            fn fill(&self, bytes: &mut [u8]) {
                bytes.iter_mut().zip(0..).for_each(|(byte, count)| *byte = count);
            }
        }
        let vector = &vectors()["fixed_nonce"];
        let secrets = Secrets::new(vector["secret"].as_str().unwrap());
        let made = encrypt(&secrets, vector["plaintext"].as_str().unwrap(), &Counting);
        assert_eq!(made, vector["output_hex"].as_str().unwrap());
    }

    #[test]
    fn after_a_rotation_the_old_is_read_and_the_new_is_written() {
        let old = Secrets::new("an-old-secret-0123456789abcdefghijk");
        let bare = encrypt(&old, "token", &SystemRandom);
        let first = Secrets::versioned([(1, "an-old-secret-0123456789abcdefghijk")]).unwrap();
        let enveloped = encrypt(&first, "token", &SystemRandom);
        let both =
            Secrets::versioned([(2, "a-new-secret"), (1, "an-old-secret-0123456789abcdefghijk")]).unwrap();
        for text in [&bare, &enveloped] {
            assert_eq!(decrypt(&both, text).unwrap().expose(), "token");
            assert!(!is_current(&both, text));
        }
        let new = encrypt(&both, "token", &SystemRandom);
        assert!(new.starts_with("$ba$2$") && is_current(&both, &new) && is_current(&old, &bare));
        assert!(!is_current(&Secrets::new("another-secret"), &bare), "its looks prove nothing");
        assert_eq!(decrypt(&first, &new).unwrap_err(), DecryptError::UnknownVersion { version: 2 });
    }

    #[test]
    fn what_was_changed_is_not_opened() {
        let secrets = Secrets::new("a-secret");
        let whole = encrypt(&secrets, "token", &SystemRandom);
        for position in 0..whole.len() {
            let mut bytes = whole.clone().into_bytes();
            bytes[position] = if bytes[position] == b'0' { b'1' } else { b'0' };
            assert!(decrypt(&secrets, &String::from_utf8(bytes).unwrap()).is_err(), "{position}");
        }
        for text in ["", "00", "xyz", "$ba$", "$ba$1", "$ba$x$00", &whole[..whole.len() - 1]] {
            assert!(decrypt(&secrets, text).is_err(), "{text}");
        }
    }
}
