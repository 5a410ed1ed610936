//! Signed claims: JSON Web Tokens of the one kind that Better Auth makes, HMAC-SHA-256 keyed with a secret.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use sha2::Sha256;
use time::{Duration, OffsetDateTime};

use crate::crypto::Secrets;
use crate::domain::Secret;

/// Why claims are not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidJwt {
    /// They held once.
    #[error("the token has expired")]
    Expired,
    /// They were changed, signed with another secret or in another way, or are no claims.
    #[error("the token does not hold")]
    Invalid,
}

/// Signs claims with the secret in use; `iat` and `exp` are added.
pub(super) fn sign(
    secrets: &Secrets,
    mut claims: Map<String, Value>,
    now: OffsetDateTime,
    lifetime: Duration,
) -> Secret {
    claims.insert("iat".to_owned(), now.unix_timestamp().into());
    claims.insert("exp".to_owned(), (now + lifetime).unix_timestamp().into());
    Secret::new(seal(secrets, &Value::Object(claims).to_string()))
}

/// Signs claims as they stand with the secret in use.
pub(super) fn seal(secrets: &Secrets, claims: &str) -> String {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let signed = format!("{}.{}", encode(HEADER), encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(authenticator(secrets.current(), &signed).finalize().into_bytes());
    format!("{signed}.{signature}")
}

/// The claims of a token that any of the secrets signed and that has not expired.
pub(super) fn verify(
    secrets: &Secrets,
    token: &str,
    now: OffsetDateTime,
) -> Result<Map<String, Value>, InvalidJwt> {
    let claims = open(secrets, token).ok_or(InvalidJwt::Invalid)?;
    let claims: Map<String, Value> = serde_json::from_str(&claims).map_err(|_| InvalidJwt::Invalid)?;
    let expires = claims.get("exp").and_then(Value::as_i64).ok_or(InvalidJwt::Invalid)?;
    if expires <= now.unix_timestamp() { Err(InvalidJwt::Expired) } else { Ok(claims) }
}

/// The text of the claims of a token that any of the secrets signed, whether it has expired or not. Signatures are compared in
/// constant time.
pub(super) fn open(secrets: &Secrets, token: &str) -> Option<String> {
    let (signed, signature) = token.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let holds = |secret: &Secret| authenticator(secret, signed).verify_slice(&signature).is_ok();
    if !secrets.all().any(holds) {
        return None;
    }
    let (header, claims) = signed.split_once('.')?;
    let header: Map<String, Value> = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    // A token of another algorithm could have been signed with what is no secret.
    if header.get("alg") != Some(&Value::from("HS256")) {
        return None;
    }
    String::from_utf8(URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

fn authenticator(secret: &Secret, signed: &str) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let authenticator = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("any key length");
    authenticator.chain_update(signed)
}

const HEADER: &str = r#"{"alg":"HS256"}"#;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn vector() -> Value {
        serde_json::from_str(include_str!("../../../../tests/vectors/jwt_hs256.json")).unwrap()
    }

    fn at(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(seconds).unwrap()
    }

    #[test]
    fn the_vectors_of_better_auth_are_made_and_read() {
        let vector = vector();
        let secrets = Secrets::new(vector["secret"].as_str().unwrap());
        let (token, payload) =
            (&vector["email_verification"]["jwt"], &vector["email_verification"]["payload"]);
        let (issued, expires) = (payload["iat"].as_i64().unwrap(), payload["exp"].as_i64().unwrap());
        let mut claims = payload.as_object().unwrap().clone();
        claims.retain(|name, _| !["iat", "exp"].contains(&name.as_str()));
        let made = sign(&secrets, claims, at(issued), Duration::seconds(expires - issued));
        assert_eq!(made.expose(), token.as_str().unwrap());
        assert_eq!(Value::Object(verify(&secrets, made.expose(), at(expires - 1)).unwrap()), *payload);
        assert_eq!(verify(&secrets, made.expose(), at(expires)), Err(InvalidJwt::Expired));
    }

    #[test]
    fn the_session_cache_of_better_auth_is_made_and_read() {
        let vector = vector();
        let secrets = Secrets::new(vector["secret"].as_str().unwrap());
        let (token, payload) = (&vector["cookie_cache_jwt"]["jwt"], &vector["cookie_cache_jwt"]["payload"]);
        assert_eq!(seal(&secrets, &payload.to_string()), token.as_str().unwrap());
        assert_eq!(open(&secrets, token.as_str().unwrap()), Some(payload.to_string()));
    }

    #[test]
    fn an_older_secret_still_verifies_and_a_foreign_one_does_not() {
        let old = sign(&Secrets::new("old"), Map::new(), at(0), Duration::HOUR);
        let both = Secrets::versioned([(2, "new"), (1, "old")]).unwrap();
        assert!(verify(&both, old.expose(), at(1)).is_ok());
        assert_eq!(verify(&Secrets::new("new"), old.expose(), at(1)), Err(InvalidJwt::Invalid));
    }

    #[test]
    fn other_algorithms_and_changed_tokens_are_not_believed() {
        let secrets = Secrets::new("secret");
        let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
        let claims = URL_SAFE_NO_PAD.encode(json!({ "exp": 100 }).to_string());
        let signed = format!("{none}.{claims}");
        let mac = authenticator(&Secret::new("secret"), &signed).finalize().into_bytes();
        let with_mac = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac));
        let whole = sign(&secrets, Map::new(), at(0), Duration::HOUR);
        let longer = format!("{}.x", whole.expose());
        for token in ["", ".", "..", "a.b.c", &format!("{signed}."), &with_mac, &longer] {
            assert_eq!(verify(&secrets, token, at(1)), Err(InvalidJwt::Invalid), "{token}");
        }
        for position in 0..whole.expose().len() {
            let mut bytes = whole.expose().as_bytes().to_vec();
            bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            // The last character holds two bits that no byte needs.
            if position + 1 < whole.expose().len() {
                assert_eq!(verify(&secrets, &changed, at(1)), Err(InvalidJwt::Invalid), "{position}");
            }
        }
    }
}
