//! Better Auth's strategy `compact`: base64 of `{"session":<payload>,"expiresAt":<ms>,"signature":"…"}`, where the signature is
//! HMAC-SHA-256 of the payload with `expiresAt` as its last key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::crypto::Secrets;
use crate::domain::Secret;

/// Signs a payload, which is the text of a JSON object, with the secret in use.
pub(super) fn seal(secrets: &Secrets, payload: &str, expires_at: i64) -> String {
    let expires = expires_at.to_string();
    let open = payload.strip_suffix('}').unwrap_or(payload);
    let signature = authenticator(secrets.current(), open, &expires).finalize().into_bytes();
    let signature = URL_SAFE_NO_PAD.encode(signature);
    URL_SAFE_NO_PAD.encode(format!("{BEFORE}{payload}{EXPIRES}{expires}{SIGNATURE}{signature}{END}"))
}

/// The payload and its end in milliseconds since 1970, if any of the secrets signed it. Signatures are compared in constant time.
///
/// Better Auth makes the signed text again from what it has parsed. Here it is taken as it stands, so nothing is parsed
/// that is not authentic, and no form of numbers or escapes matters.
pub(super) fn open(secrets: &Secrets, value: &str) -> Option<(String, i64)> {
    let mut text = String::from_utf8(URL_SAFE_NO_PAD.decode(value).ok()?).ok()?;
    let rest = text.strip_prefix(BEFORE)?.strip_suffix(END)?;
    let (rest, signature) = rest.rsplit_once(SIGNATURE)?;
    let (payload, expires) = rest.rsplit_once(EXPIRES)?;
    let expires_at = expires.parse().ok()?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let open = payload.strip_suffix('}')?;
    let holds = |secret: &Secret| authenticator(secret, open, expires).verify_slice(&signature).is_ok();
    let end = BEFORE.len() + payload.len();
    if !secrets.all().any(holds) {
        return None;
    }
    text.truncate(end);
    text.drain(..BEFORE.len());
    Some((text, expires_at))
}

fn authenticator(secret: &Secret, open_payload: &str, expires: &str) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let authenticator = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("any key length");
    authenticator.chain_update(open_payload).chain_update(EXPIRES).chain_update(expires).chain_update("}")
}

const BEFORE: &str = r#"{"session":"#;
const EXPIRES: &str = r#","expiresAt":"#;
const SIGNATURE: &str = r#","signature":""#;
const END: &str = r#""}"#;

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_vector_of_better_auth_is_made_and_read() {
        let vector: Value =
            serde_json::from_str(include_str!("../../../../../tests/vectors/cookie_cache_compact.json"))
                .unwrap();
        let text = |name: &str| vector[name].as_str().unwrap();
        let secrets = Secrets::new(text("secret"));
        let json: Value = serde_json::from_str(text("json")).unwrap();
        let (payload, expires_at) = (json["session"].to_string(), json["expiresAt"].as_i64().unwrap());
        assert_eq!(seal(&secrets, &payload, expires_at), text("cookie_value"));
        assert_eq!(open(&secrets, text("cookie_value")), Some((payload, expires_at)));
    }

    #[test]
    fn an_older_secret_still_opens_and_a_foreign_one_does_not() {
        let old = seal(&Secrets::new("old"), "{}", 5);
        let both = Secrets::versioned([(2, "new"), (1, "old")]).unwrap();
        assert_eq!(open(&both, &old), Some(("{}".to_owned(), 5)));
        assert_eq!(open(&Secrets::new("new"), &old), None);
    }

    #[test]
    fn no_changed_byte_is_accepted() {
        let secrets = Secrets::new("secret");
        let whole = URL_SAFE_NO_PAD.decode(seal(&secrets, r#"{"a":{"b":1}}"#, 1_893_456_300_000)).unwrap();
        for position in 0..whole.len() {
            for byte in [b'0', b'}', b'"', 0xff] {
                let mut changed = whole.clone();
                changed[position] = byte;
                if changed != whole {
                    assert_eq!(open(&secrets, &URL_SAFE_NO_PAD.encode(changed)), None, "{position}");
                }
            }
        }
    }

    #[test]
    fn what_is_of_another_form_is_none() {
        let secrets = Secrets::new("secret");
        let whole = String::from_utf8(URL_SAFE_NO_PAD.decode(seal(&secrets, "{}", 5)).unwrap()).unwrap();
        for text in [
            "",
            "{}",
            r#"{"session":{},"expiresAt":5}"#,
            r#"{"session":{},"expiresAt":5,"signature":""}"#,
            &whole.replace('5', "5.0"),
            &whole.replace('5', "05"),
            &whole.replace('5', "99999999999999999999"),
            &format!("{whole} "),
        ] {
            assert_eq!(open(&secrets, &URL_SAFE_NO_PAD.encode(text)), None, "{text}");
        }
        assert_eq!(open(&secrets, &whole), None, "not encoded");
    }
}
