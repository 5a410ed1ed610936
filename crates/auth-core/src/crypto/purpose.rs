//! Secrets for one purpose each, so that what is encrypted for one cannot be passed off for another.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{Secrets, hexadecimal};
use crate::domain::Secret;

/// What a derived secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The token of the session that started to link an account, while the browser is at the provider.
    LinkSessionToken,
    /// The counter of attempts to sign in with an e-mail address.
    SignInCounter,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::LinkSessionToken => "oauth-link-session-token",
            // Better Auth has none.
            Self::SignInCounter => "rate-limit-sign-in",
        }
    }
}

/// The secrets for a purpose: each is HKDF-SHA-256 of the secret it is made of, as 64 hexadecimal digits. Source: Better
/// Auth's `derivePurposeKey`.
pub(crate) fn derive(secrets: &Secrets, purpose: Purpose) -> Secrets {
    secrets.map(|secret| Secret::new(derived(secret, purpose.as_str())))
}

/// A text that stands for another one: without the secret in use nobody can tell for which. 43 characters of base64url.
pub(crate) fn fingerprint(secrets: &Secrets, purpose: Purpose, text: &str) -> String {
    let key = derived(secrets.current(), purpose.as_str());
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let authenticator = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("any key length");
    URL_SAFE_NO_PAD.encode(authenticator.chain_update(text).finalize().into_bytes())
}

fn derived(secret: &Secret, purpose: &str) -> String {
    let extracted = Hkdf::<Sha256>::new(Some(SALT), secret.expose().as_bytes());
    let mut key = [0; 32];
    #[expect(clippy::expect_used, reason = "32 bytes are within what SHA-256 expands to")]
    extracted
        .expand_multi_info(&[b"better-auth:", purpose.as_bytes(), b":v1"], &mut key)
        .expect("32 bytes can be expanded");
    hexadecimal::encode(&key)
}

const SALT: &[u8] = b"better-auth:oauth-encryption:v1";

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::crypto::symmetric;

    #[test]
    fn the_vectors_of_better_auth_are_derived() {
        let vectors: Value =
            serde_json::from_str(include_str!("../../../../tests/vectors/purpose_keys.json")).unwrap();
        let secret = Secret::new(vectors["secret"].as_str().unwrap());
        for vector in vectors["vectors"].as_array().unwrap() {
            let purpose = vector["purpose"].as_str().unwrap();
            assert_eq!(derived(&secret, purpose), vector["derived_secret"].as_str().unwrap(), "{purpose}");
        }
        let example = &vectors["real_example"];
        let secrets = derive(&Secrets::new(secret.expose()), Purpose::LinkSessionToken);
        let opened =
            symmetric::decrypt(&secrets, example["encryptedSessionToken"].as_str().unwrap()).unwrap();
        assert_eq!(opened.expose(), example["decrypted"].as_str().unwrap());
    }
}
