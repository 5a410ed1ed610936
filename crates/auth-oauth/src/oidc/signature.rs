//! Signatures of id tokens, verified by `ring`.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind};
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};

/// Whether a key may have signed with an algorithm: neither its kind, its curve nor its own words speak against it.
pub(super) fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let of_kind = match &key.algorithm {
        AlgorithmParameters::RSA(_) => is_rsa(algorithm),
        AlgorithmParameters::EllipticCurve(params) => match params.curve {
            EllipticCurve::P256 => algorithm == Algorithm::ES256,
            EllipticCurve::P384 => algorithm == Algorithm::ES384,
            _ => false,
        },
        AlgorithmParameters::OctetKeyPair(params) => {
            params.curve == EllipticCurve::Ed25519 && algorithm == Algorithm::EdDSA
        }
        _ => false,
    };
    let said = key
        .common
        .key_algorithm
        .is_none_or(|said| Algorithm::try_from(said).is_ok_and(|said| said == algorithm));
    let for_signatures =
        key.common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
    of_kind && said && for_signatures
}

/// Whether the owner of a key signed a message. An algorithm with a shared secret never verifies.
pub(super) fn verifies(key: &Jwk, algorithm: Algorithm, message: &[u8], given: &[u8]) -> bool {
    let Ok(key) = DecodingKey::from_jwk(key) else { return false };
    match (key.kind(), rsa(algorithm), point(algorithm)) {
        (DecodingKeyKind::RsaModulusExponent { n, e }, Some(params), _) => {
            // The library takes no leading zeros; some providers send one.
            let n = &n[n.iter().take_while(|byte| **byte == 0).count()..];
            RsaPublicKeyComponents { n, e }.verify(params, message, given).is_ok()
        }
        (DecodingKeyKind::SecretOrDer(key), _, Some(params)) => {
            UnparsedPublicKey::new(params, key).verify(message, given).is_ok()
        }
        _ => false,
    }
}

fn is_rsa(algorithm: Algorithm) -> bool {
    rsa(algorithm).is_some()
}

fn rsa(algorithm: Algorithm) -> Option<&'static signature::RsaParameters> {
    match algorithm {
        Algorithm::RS256 => Some(&signature::RSA_PKCS1_2048_8192_SHA256),
        Algorithm::RS384 => Some(&signature::RSA_PKCS1_2048_8192_SHA384),
        Algorithm::RS512 => Some(&signature::RSA_PKCS1_2048_8192_SHA512),
        Algorithm::PS256 => Some(&signature::RSA_PSS_2048_8192_SHA256),
        Algorithm::PS384 => Some(&signature::RSA_PSS_2048_8192_SHA384),
        Algorithm::PS512 => Some(&signature::RSA_PSS_2048_8192_SHA512),
        _ => None,
    }
}

fn point(algorithm: Algorithm) -> Option<&'static dyn signature::VerificationAlgorithm> {
    match algorithm {
        Algorithm::ES256 => Some(&signature::ECDSA_P256_SHA256_FIXED),
        Algorithm::ES384 => Some(&signature::ECDSA_P384_SHA384_FIXED),
        Algorithm::EdDSA => Some(&signature::ED25519),
        _ => None,
    }
}
