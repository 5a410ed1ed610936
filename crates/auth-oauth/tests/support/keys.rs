//! Keys that sign id tokens.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    self, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair, RsaEncoding, RsaKeyPair,
};
use serde_json::{Value, json};

/// A key with its name.
pub(crate) struct Key {
    kid: String,
    pair: Pair,
}

enum Pair {
    Es(&'static str, EcdsaKeyPair),
    Ed(Ed25519KeyPair),
    Rsa(&'static str, &'static dyn RsaEncoding, Box<RsaKeyPair>),
}

impl Key {
    pub(crate) fn es256(kid: &str) -> Self {
        Self::es(kid, "ES256", &signature::ECDSA_P256_SHA256_FIXED_SIGNING)
    }

    pub(crate) fn es384(kid: &str) -> Self {
        Self::es(kid, "ES384", &signature::ECDSA_P384_SHA384_FIXED_SIGNING)
    }

    fn es(kid: &str, name: &'static str, algorithm: &'static EcdsaSigningAlgorithm) -> Self {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap();
        Self { kid: kid.to_owned(), pair: Pair::Es(name, pair) }
    }

    pub(crate) fn ed(kid: &str) -> Self {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self { kid: kid.to_owned(), pair: Pair::Ed(Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap()) }
    }

    /// `ring` makes no RSA keys: this one is known to everybody.
    pub(crate) fn rsa(kid: &str, name: &'static str) -> Self {
        let encoding: &'static dyn RsaEncoding = match name {
            "RS256" => &signature::RSA_PKCS1_SHA256,
            "RS384" => &signature::RSA_PKCS1_SHA384,
            "RS512" => &signature::RSA_PKCS1_SHA512,
            "PS256" => &signature::RSA_PSS_SHA256,
            "PS384" => &signature::RSA_PSS_SHA384,
            _ => &signature::RSA_PSS_SHA512,
        };
        let pem = include_str!("rsa-for-tests.pem");
        let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let pair = RsaKeyPair::from_pkcs8(&STANDARD.decode(base64).unwrap()).unwrap();
        Self { kid: kid.to_owned(), pair: Pair::Rsa(name, encoding, Box::new(pair)) }
    }

    pub(crate) fn algorithm(&self) -> &'static str {
        match &self.pair {
            Pair::Es(name, _) | Pair::Rsa(name, ..) => name,
            Pair::Ed(_) => "EdDSA",
        }
    }

    /// The public half, as a key set shows it.
    pub(crate) fn jwk(&self) -> Value {
        let (kid, text) = (&self.kid, |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes));
        match &self.pair {
            Pair::Es(name, pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(if *name == "ES256" { 32 } else { 48 });
                let curve = if *name == "ES256" { "P-256" } else { "P-384" };
                json!({"kty": "EC", "crv": curve, "kid": kid, "x": text(x), "y": text(y), "use": "sig"})
            }
            Pair::Ed(pair) => {
                json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": text(pair.public_key().as_ref())})
            }
            Pair::Rsa(name, _, pair) => {
                let PublicKeyComponents { n, e } = PublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                json!({"kty": "RSA", "kid": kid, "n": text(&n), "e": text(&e), "alg": name, "use": "sig"})
            }
        }
    }

    /// A token of these claims.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        let header = json!({"alg": self.algorithm(), "kid": self.kid, "typ": "JWT"});
        self.sign_with(&header, claims)
    }

    /// A token with a header of one's own.
    pub(crate) fn sign_with(&self, header: &Value, claims: &Value) -> String {
        let message = unsigned(header, claims);
        let random = SystemRandom::new();
        let signature = match &self.pair {
            Pair::Es(_, pair) => pair.sign(&random, message.as_bytes()).unwrap().as_ref().to_vec(),
            Pair::Ed(pair) => pair.sign(message.as_bytes()).as_ref().to_vec(),
            Pair::Rsa(_, encoding, pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(*encoding, &random, message.as_bytes(), &mut signature).unwrap();
                signature
            }
        };
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// Header and claims of a token.
pub(crate) fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()))
}

/// The set of the public halves.
pub(crate) fn key_set(keys: &[&Key]) -> Value {
    json!({"keys": keys.iter().map(|key| key.jwk()).collect::<Vec<_>>()})
}
