//! Apple.

use auth_core::domain::Secret;
use auth_core::provider::ProviderError;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use crate::failure::Failures;
use crate::{Builder, OidcEndpoints, OidcProvider};

/// Apple with a client secret that you made. It lives half a year at most: prefer [`apple_with_key`].
///
/// The answer comes as a form, posted by the browser. The name comes with it at the first sign-in only.
pub fn apple(client_id: impl Into<String>, client_secret: Secret) -> Builder<OidcEndpoints> {
    OidcProvider::builder("apple", client_id)
        .client_secret(client_secret)
        .discovery_url("https://appleid.apple.com/.well-known/openid-configuration")
        .issuer("https://appleid.apple.com")
        .max_id_token_age(Duration::HOUR)
        .scopes(["email", "name"])
        .authorization_param("response_mode", "form_post")
        .nonce_may_be_hashed()
        .name_beside_code()
}

/// Apple with the key from its developer console: a client secret is made for each request and never expires.
pub fn apple_with_key(client_id: impl Into<String>, key: AppleKey) -> Builder<OidcEndpoints> {
    let client_id = client_id.into();
    let subject = client_id.clone();
    apple(client_id, Secret::new(""))
        .client_secret_with(move |now| key.client_secret(&subject, now, Duration::minutes(5)))
}

/// A key from Apple's developer console.
#[derive(Debug, Clone)]
pub struct AppleKey {
    /// The team's id: ten letters and digits.
    pub team_id: String,
    /// The key's id: ten letters and digits.
    pub key_id: String,
    /// The content of the file `AuthKey_….p8`.
    pub private_key: Secret,
}

impl AppleKey {
    /// Makes a client secret for a client (the services id, or the bundle id). Apple takes lives of up to six months.
    ///
    /// # Errors
    ///
    /// [`ProviderError::Settings`] when the private key cannot be read.
    pub fn client_secret(
        &self,
        client_id: &str,
        now: OffsetDateTime,
        life: Duration,
    ) -> Result<Secret, ProviderError> {
        let issued_at = now.unix_timestamp();
        let header = json!({"alg": "ES256", "kid": self.key_id, "typ": "JWT"});
        let claims = json!({
            "iss": self.team_id,
            "iat": issued_at,
            "exp": issued_at.saturating_add(life.whole_seconds()),
            "aud": "https://appleid.apple.com",
            "sub": client_id,
        });
        let message = format!("{}.{}", part(&header), part(&claims));
        let signature = self.sign(message.as_bytes()).ok_or_else(|| {
            Failures::of("apple")
                .settings("the private key is not the content of a .p8 file with a P-256 key")
        })?;
        Ok(Secret::new(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))))
    }

    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        let base64: String =
            self.private_key.expose().lines().filter(|line| !line.starts_with("-----")).collect();
        let der = STANDARD.decode(base64.trim()).ok()?;
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der, &random).ok()?;
        key.sign(&random, message).ok().map(|signature| signature.as_ref().to_vec())
    }
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}
