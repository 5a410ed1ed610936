//! Signed values: `value.signature`, the text that Better Auth puts into its cookies.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::crypto::Secrets;
use crate::domain::Secret;

/// Signs a value: `value.signature`, where the signature is the padded standard base64 of
/// HMAC-SHA-256 over the value, keyed with the UTF-8 bytes of the secret in use.
///
/// The result is not percent-encoded; a cookie carries its `encodeURIComponent` form. The value is
/// readable by everyone: a signature protects against change, not against reading.
///
/// Source: better-call `signCookieValue`.
pub fn sign(secrets: &Secrets, value: &str) -> String {
    let signature = authenticator(secrets.current(), value).finalize().into_bytes();
    let mut signed = String::with_capacity(value.len() + 1 + SIGNATURE_LEN);
    signed.push_str(value);
    signed.push('.');
    STANDARD.encode_string(signature, &mut signed);
    signed
}

/// Gives back the value of a signed value whose signature is right by any of the secrets; `None` for everything else.
///
/// The last dot separates the two, so a value may contain dots, and it may not be empty. The text must
/// be percent-decoded already. The signatures are compared in constant time.
///
/// Source: better-call `getSignedCookie`.
pub fn verify<'a>(secrets: &Secrets, signed: &'a str) -> Option<&'a str> {
    let (value, signature) = signed.rsplit_once('.')?;
    if value.is_empty() || signature.len() != SIGNATURE_LEN || !signature.ends_with('=') {
        return None;
    }
    let signature = STANDARD.decode(signature).ok()?;
    let holds = |secret: &Secret| authenticator(secret, value).verify_slice(&signature).is_ok();
    secrets.all().any(holds).then_some(value)
}

fn authenticator(secret: &Secret, value: &str) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let authenticator = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("any key length");
    authenticator.chain_update(value)
}

/// Length of 32 bytes in padded base64.
const SIGNATURE_LEN: usize = 44;

#[cfg(test)]
mod tests {
    use percent_encoding::{percent_decode_str, utf8_percent_encode};
    use serde_json::Value;

    use super::*;
    use crate::token::URI_COMPONENT;

    fn secret() -> Secrets {
        Secrets::new("better-auth-test-secret-0123456789abcdef")
    }

    #[test]
    fn the_vectors_of_better_auth_are_signed_and_read() {
        let vectors: Value =
            serde_json::from_str(include_str!("../../../../tests/vectors/signed_cookie.json")).unwrap();
        let vectors = vectors["vectors"].as_array().unwrap();
        assert!(!vectors.is_empty());
        for vector in vectors {
            let text = |key: &str| vector[key].as_str().unwrap();
            let secret = Secrets::new(text("secret"));
            let signed = sign(&secret, text("value"));
            assert_eq!(signed, text("unencoded"));
            assert_eq!(signed, format!("{}.{}", text("value"), text("signature_base64")));
            assert_eq!(utf8_percent_encode(&signed, URI_COMPONENT).to_string(), text("encoded"));
            let decoded = percent_decode_str(text("encoded")).decode_utf8().unwrap();
            assert_eq!(verify(&secret, &decoded), Some(text("value")));
        }
    }

    #[test]
    fn no_changed_byte_is_accepted() {
        let signed = sign(&secret(), "abcdefghijklmnopqrstuvwxyzABCDEF");
        for position in 0..signed.len() {
            let mut bytes = signed.clone().into_bytes();
            bytes[position] = if bytes[position] == b'x' { b'y' } else { b'x' };
            let tampered = String::from_utf8(bytes).unwrap();
            assert_eq!(verify(&secret(), &tampered), None, "byte {position}");
        }
    }

    #[test]
    fn another_secret_does_not_open_it() {
        let signed = sign(&secret(), "token");
        assert_eq!(verify(&Secrets::new("another-secret-0123456789abcdefghij"), &signed), None);
    }

    #[test]
    fn a_replaced_secret_still_opens_what_it_signed() {
        let old = sign(&Secrets::new("old-secret"), "token");
        let both = Secrets::versioned([(2, "new-secret"), (1, "old-secret")]).unwrap();
        assert_eq!(verify(&both, &old), Some("token"));
        assert_eq!(verify(&Secrets::new("new-secret"), &sign(&both, "token")), Some("token"));
    }

    #[test]
    fn the_last_dot_separates_value_and_signature() {
        let signed = sign(&secret(), "a.b.c");
        assert_eq!(verify(&secret(), &signed), Some("a.b.c"));
    }

    #[test]
    fn what_is_not_a_signed_value_is_none() {
        let whole = sign(&secret(), "token");
        let (_, signature) = whole.rsplit_once('.').unwrap();
        let empty_value = sign(&secret(), "");
        let unpadded = whole.trim_end_matches('=');
        let doubled = format!("{whole}.{signature}");
        let short = format!("token.{}", &signature[4..]);
        let url_safe = format!("token.{}=", "-_".repeat(21) + "-");
        let wide = format!("token.{}", "é".repeat(22));
        for text in [
            "",
            ".",
            "token",
            "token.",
            signature,
            &empty_value,
            unpadded,
            &doubled,
            &short,
            &url_safe,
            &wide,
        ] {
            assert_eq!(verify(&secret(), text), None, "{text}");
        }
    }

    #[test]
    fn a_secret_longer_than_the_hash_block_signs_too() {
        let long = Secrets::new("s".repeat(200));
        assert_eq!(verify(&long, &sign(&long, "token")), Some("token"));
    }
}
