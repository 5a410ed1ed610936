//! What an id token must say.

use std::fmt::Write;

use auth_core::domain::Secret;
use auth_core::provider::ProviderError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Header, decode_header};
use ring::digest::{SHA256, digest};
use serde_json::{Map, Value};
use subtle::ConstantTimeEq;
use time::{Duration, OffsetDateTime};

use super::keys::{KeySource, Keys};
use super::signature::verifies;
use crate::failure::Failures;
use crate::profile::text;

/// What is asked of the claims of an id token, besides the signature.
#[derive(Debug, Clone, Default)]
pub(super) struct IdTokenRules {
    pub(super) audiences: Vec<String>,
    pub(super) more_issuers: Vec<String>,
    pub(super) max_age: Option<Duration>,
    pub(super) refused_tenant: Option<String>,
    pub(super) nonce_may_be_hashed: bool,
}

/// What this sign-in expects.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) nonce: Option<&'a str>,
    pub(super) now: OffsetDateTime,
}

/// Checks the signature and gives the claims, which are still to be checked.
pub(super) async fn signed_claims(
    token: &Secret,
    keys: &Keys,
    source: KeySource<'_>,
) -> Result<Map<String, Value>, ProviderError> {
    let bad = |reason| source.failures.invalid_id_token(reason);
    let header = decode_header(token.expose()).map_err(|_| bad("its header cannot be read"))?;
    check_header(source.failures, &header)?;
    let (message, signature) = token.expose().rsplit_once('.').ok_or_else(|| bad("it has no signature"))?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| bad("its signature cannot be read"))?;
    let keys = keys.for_token(&header, source).await?;
    if keys.is_empty() {
        return Err(bad("its key is unknown"));
    }
    if !keys.iter().any(|key| verifies(key, header.alg, message.as_bytes(), &signature)) {
        return Err(bad("its signature is wrong"));
    }
    let claims = message.rsplit_once('.').and_then(|(_, claims)| URL_SAFE_NO_PAD.decode(claims).ok());
    claims.and_then(|json| serde_json::from_slice(&json).ok()).ok_or_else(|| bad("its claims cannot be read"))
}

/// With a shared secret the public key, or the client secret, could be taken for the key.
fn check_header(failures: &Failures, header: &Header) -> Result<(), ProviderError> {
    if matches!(header.alg, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512) {
        return Err(failures.invalid_id_token("it is signed with a shared secret"));
    }
    if header.crit.is_some() {
        return Err(failures.invalid_id_token("it needs an extension that is unknown here"));
    }
    Ok(())
}

/// When a token was given.
pub(super) fn issued_at(claims: &Map<String, Value>) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(instant(claims, "iat")?).ok()
}

impl IdTokenRules {
    /// Checks the claims of a token whose signature holds.
    ///
    /// Source: OpenID Connect Core 1.0, section 3.1.3.7.
    pub(super) fn check(
        &self,
        failures: &Failures,
        claims: &Map<String, Value>,
        expected: Expected<'_>,
    ) -> Result<(), ProviderError> {
        let verdict = self
            .issuer(claims, expected.issuer)
            .and_then(|()| self.audience(claims))
            .and_then(|()| self.time(claims, expected.now))
            .and_then(|()| self.nonce(claims, expected.nonce));
        verdict.map_err(|reason| failures.invalid_id_token(reason))
    }

    fn issuer(&self, claims: &Map<String, Value>, expected: &str) -> Result<(), &'static str> {
        let issuer = text(claims, "iss").ok_or("it names no issuer")?;
        let tenant = text(claims, "tid");
        if tenant.is_some() && tenant == self.refused_tenant {
            return Err("its tenant is not allowed");
        }
        let is_expected = if expected.contains(TENANT) {
            tenant.is_some_and(|tenant| issuer == expected.replace(TENANT, &tenant))
        } else {
            issuer == expected
        };
        (is_expected || self.more_issuers.contains(&issuer)).then_some(()).ok_or("it is of another issuer")
    }

    fn audience(&self, claims: &Map<String, Value>) -> Result<(), &'static str> {
        let audiences: Vec<&str> = match claims.get("aud") {
            Some(Value::String(audience)) => vec![audience],
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            _ => return Err("it names no audience"),
        };
        let is_ours = |audience: &str| self.audiences.iter().any(|ours| ours == audience);
        if !audiences.iter().any(|audience| is_ours(audience)) {
            return Err("it is for another audience");
        }
        // Of several audiences, the one that asked for the token must be ours.
        let asked_by_us = text(claims, "azp").is_some_and(|party| is_ours(&party));
        if audiences.len() > 1 && !asked_by_us {
            return Err("another party asked for it");
        }
        Ok(())
    }

    fn time(&self, claims: &Map<String, Value>, now: OffsetDateTime) -> Result<(), &'static str> {
        let now = now.unix_timestamp();
        let expires_at = instant(claims, "exp").ok_or("it has no expiry")?;
        let issued_at = instant(claims, "iat").ok_or("it does not say when it was issued")?;
        if now >= expires_at.saturating_add(LEEWAY_SECONDS) {
            return Err("it has expired");
        }
        let earliest = instant(claims, "nbf").map_or(issued_at, |begins_at| begins_at.max(issued_at));
        if now.saturating_add(LEEWAY_SECONDS) < earliest {
            return Err("it is not valid yet");
        }
        let oldest = self.max_age.map(|age| age.whole_seconds().saturating_add(LEEWAY_SECONDS));
        if oldest.is_some_and(|oldest| now.saturating_sub(issued_at) > oldest) {
            return Err("it was issued too long ago");
        }
        Ok(())
    }

    fn nonce(&self, claims: &Map<String, Value>, expected: Option<&str>) -> Result<(), &'static str> {
        let Some(expected) = expected else { return Ok(()) };
        let given = text(claims, "nonce").ok_or("it has no nonce")?;
        let is_expected =
            same(&given, expected) || self.nonce_may_be_hashed && same(&given, &hashed(expected));
        is_expected.then_some(()).ok_or("its nonce is another")
    }
}

fn same(left: &str, right: &str) -> bool {
    left.as_bytes().ct_eq(right.as_bytes()).into()
}

fn hashed(nonce: &str) -> String {
    let mut text = String::new();
    for byte in digest(&SHA256, nonce.as_bytes()).as_ref() {
        write!(text, "{byte:02x}").ok();
    }
    text
}

fn instant(claims: &Map<String, Value>, name: &str) -> Option<i64> {
    let value = claims.get(name)?;
    #[expect(clippy::cast_possible_truncation, reason = "a fraction of a second is nothing to an expiry")]
    value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64))
}

const LEEWAY_SECONDS: i64 = 60;
const TENANT: &str = "{tenantid}";
