//! Encrypted claims: JSON Web Encryption of the one kind that Better Auth makes, `dir` with `A256CBC-HS512` (RFC 7516,
//! RFC 7518 section 5.2).

use aes::Aes256;
use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::{Digest, Sha256, Sha512};

use super::Secrets;
use crate::domain::{Random, Secret};

/// Encrypts a text with the secret in use. The salt keeps what is encrypted for one purpose from being passed off for another.
/// Source: Better Auth's `symmetricEncodeJWT`.
pub(crate) fn encrypt(secrets: &Secrets, salt: &str, text: &str, random: &dyn Random) -> String {
    let mut iv = [0; IV];
    random.fill(&mut iv);
    Key::derive(secrets.current(), salt).seal(iv, text)
}

/// Decrypts a text with the secret that it names, or with any that opens it when it names none; `None` for everything else.
/// Source: `symmetricDecodeJWT`.
pub(crate) fn decrypt(secrets: &Secrets, salt: &str, jwe: &str) -> Option<String> {
    let parts = Parts::of(jwe)?;
    let keys = secrets.all().map(|secret| Key::derive(secret, salt));
    let named = |key: &Key| parts.header.kid.as_ref().is_none_or(|kid| *kid == key.id());
    keys.filter(named).find_map(|key| key.open(&parts))
}

/// What a JWE is made of.
struct Parts<'a> {
    /// As it stands in the text: it is authenticated too.
    encoded_header: &'a str,
    header: Header,
    iv: [u8; IV],
    encrypted: Vec<u8>,
    tag: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    enc: String,
    kid: Option<String>,
}

impl<'a> Parts<'a> {
    fn of(jwe: &'a str) -> Option<Self> {
        let mut parts = jwe.split('.');
        let mut next = || parts.next();
        // The key is the secret's: none comes along.
        let (encoded_header, "", iv, encrypted, tag) = (next()?, next()?, next()?, next()?, next()?) else {
            return None;
        };
        if next().is_some() {
            return None;
        }
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
        let header: Header = serde_json::from_slice(&decode(encoded_header)?).ok()?;
        let known = header.alg == "dir" && header.enc == "A256CBC-HS512";
        let iv = decode(iv)?.try_into().ok().filter(|_| known)?;
        Some(Self { encoded_header, header, iv, encrypted: decode(encrypted)?, tag: decode(tag)? })
    }
}

/// The key that is made of a secret: its halves authenticate and encrypt.
struct Key([u8; 64]);

impl Key {
    fn derive(secret: &Secret, salt: &str) -> Self {
        let mut key = [0; 64];
        #[expect(clippy::expect_used, reason = "64 bytes are within what SHA-256 expands to")]
        Hkdf::<Sha256>::new(Some(salt.as_bytes()), secret.expose().as_bytes())
            .expand(INFO, &mut key)
            .expect("64 bytes can be expanded");
        Self(key)
    }

    /// The thumbprint of the key (RFC 7638).
    fn id(&self) -> String {
        let jwk = format!(r#"{{"k":"{}","kty":"oct"}}"#, URL_SAFE_NO_PAD.encode(self.0));
        URL_SAFE_NO_PAD.encode(Sha256::digest(jwk))
    }

    fn seal(&self, iv: [u8; IV], text: &str) -> String {
        let header = format!(r#"{{"alg":"dir","enc":"A256CBC-HS512","kid":"{}"}}"#, self.id());
        let header = URL_SAFE_NO_PAD.encode(header);
        let encrypted = cbc::Encryptor::<Aes256>::new(&self.encryption().into(), &iv.into())
            .encrypt_padded_vec::<Pkcs7>(text.as_bytes());
        let tag = self.authenticator(&header, &iv, &encrypted).finalize().into_bytes();
        let [iv, encrypted, tag] =
            [&iv[..], &encrypted, &tag[..TAG]].map(|part| URL_SAFE_NO_PAD.encode(part));
        format!("{header}..{iv}.{encrypted}.{tag}")
    }

    /// Nothing is decrypted that is not authentic. Tags are compared in constant time.
    fn open(&self, parts: &Parts<'_>) -> Option<String> {
        let authenticator = self.authenticator(parts.encoded_header, &parts.iv, &parts.encrypted);
        if parts.tag.len() != TAG || authenticator.verify_truncated_left(&parts.tag).is_err() {
            return None;
        }
        let text = cbc::Decryptor::<Aes256>::new(&self.encryption().into(), &parts.iv.into())
            .decrypt_padded_vec::<Pkcs7>(&parts.encrypted);
        String::from_utf8(text.ok()?).ok()
    }

    fn authenticator(&self, header: &str, iv: &[u8], encrypted: &[u8]) -> Hmac<Sha512> {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let authenticator = Hmac::<Sha512>::new_from_slice(&self.0[..32]).expect("any key length");
        let bits = (header.len() as u64).saturating_mul(8).to_be_bytes();
        authenticator.chain_update(header).chain_update(iv).chain_update(encrypted).chain_update(bits)
    }

    fn encryption(&self) -> [u8; 32] {
        let mut half = [0; 32];
        half.copy_from_slice(&self.0[32..]);
        half
    }
}

const INFO: &[u8] = b"BetterAuth.js Generated Encryption Key";
const IV: usize = 16;
const TAG: usize = 32;

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::crypto::hexadecimal;
    use crate::domain::SystemRandom;

    fn vector() -> Value {
        serde_json::from_str(include_str!("../../../../tests/vectors/cookie_cache_jwe.json")).unwrap()
    }

    #[test]
    fn the_vector_of_better_auth_is_made_and_read() {
        let vector = vector();
        let text = |name: &str| vector[name].as_str().unwrap();
        let secret = Secret::new(text("secret"));
        for (salt, key) in [("salt", "derived_key_hex"), ("account_cookie_salt", "account_derived_key_hex")] {
            assert_eq!(hexadecimal::encode(&Key::derive(&secret, text(salt)).0), text(key));
        }
        let key = Key::derive(&secret, text("salt"));
        assert_eq!(key.id(), text("kid_jwk_thumbprint_sha256"));
        let opened = decrypt(&Secrets::new(secret.expose()), text("salt"), text("jwe")).unwrap();
        assert_eq!(opened, vector["decoded"].to_string());
        assert_eq!(key.seal(Parts::of(text("jwe")).unwrap().iv, &opened), text("jwe"));
    }

    #[test]
    fn a_secret_is_found_by_its_name_and_without_one_by_trying() {
        let old = encrypt(&Secrets::new("old"), "salt", "text", &SystemRandom);
        let both = Secrets::versioned([(2, "new"), (1, "old")]).unwrap();
        assert_eq!(decrypt(&both, "salt", &old).as_deref(), Some("text"));
        assert_eq!(decrypt(&both, "another salt", &old), None);
        assert_eq!(decrypt(&Secrets::new("new"), "salt", &old), None);
        let key = Key::derive(&Secret::new("old"), "salt");
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"dir","enc":"A256CBC-HS512"}"#);
        let rest: Vec<&str> = old.split('.').skip(2).collect();
        let parts = Parts::of(&old).unwrap();
        let tag = key.authenticator(&header, &parts.iv, &parts.encrypted).finalize().into_bytes();
        let nameless = format!("{header}..{}.{}.{}", rest[0], rest[1], URL_SAFE_NO_PAD.encode(&tag[..TAG]));
        assert_eq!(decrypt(&both, "salt", &nameless).as_deref(), Some("text"));
    }

    #[test]
    fn nothing_that_was_changed_is_opened() {
        let secrets = Secrets::new("secret");
        let whole = encrypt(&secrets, "salt", "a text of more than one block", &SystemRandom);
        for position in 0..whole.len() {
            let mut bytes = whole.clone().into_bytes();
            bytes[position] = if bytes[position] == b'A' { b'Q' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(decrypt(&secrets, "salt", &changed), None, "{position}");
        }
        let (most, tag) = whole.rsplit_once('.').unwrap();
        let shorter = format!("{most}.{}", &tag[..4]);
        let other = whole.replacen("..", ".AAAA.", 1);
        for text in
            ["", "....", "a..b.c.d", most, &format!("{most}."), &shorter, &format!("{whole}."), &other]
        {
            assert_eq!(decrypt(&secrets, "salt", text), None, "{text}");
        }
    }
}
