//! A provider of OpenID Connect.

use async_trait::async_trait;
use auth_core::domain::Secret;
use auth_core::provider::{
    AuthorizationRequest, CodeExchange, Profile, Provider, ProviderError, ProviderSettings, Tokens,
};
use serde_json::{Map, Value};
use url::Url;

use super::discovery::{Discovery, Endpoints};
use super::id_token::{Expected, IdTokenRules, issued_at, signed_claims};
use super::keys::{KeySource, Keys};
use crate::builder::Parts;
use crate::client::Client;
use crate::profile::{ProfileReader, text};

/// A provider of OpenID Connect. Made by [`OidcProvider::builder`].
#[derive(Debug)]
pub struct OidcProvider {
    client: Client,
    reader: ProfileReader,
    settings: ProviderSettings,
    discovery: Discovery,
    keys: Keys,
    rules: IdTokenRules,
    traits: Traits,
}

/// When an id token must hold.
#[derive(Debug, Clone, Copy)]
enum Validity {
    Now,
    /// When it was given: somebody signed in with it then.
    Once,
}

/// Where a provider differs from others.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Traits {
    pub(super) without_userinfo: bool,
    pub(super) name_beside_code: bool,
}

impl OidcProvider {
    pub(super) fn new(parts: Parts, discovery: Discovery, rules: IdTokenRules, traits: Traits) -> Self {
        let Parts { client, reader, settings } = parts;
        Self { client, reader, settings, discovery, keys: Keys::default(), rules, traits }
    }

    async fn endpoints(&self) -> Result<&Endpoints, ProviderError> {
        self.discovery.endpoints(&self.client.http).await
    }

    /// The claims of an id token that holds.
    async fn verified(
        &self,
        tokens: &Tokens,
        nonce: Option<&str>,
        validity: Validity,
    ) -> Result<Map<String, Value>, ProviderError> {
        let failures = &self.client.failures;
        let token = tokens.id_token.as_ref().ok_or_else(|| failures.invalid_answer("no id token"))?;
        let endpoints = self.endpoints().await?;
        let now = self.client.clock.now();
        let source = KeySource { http: &self.client.http, url: &endpoints.jwks, now, failures };
        let claims = signed_claims(token, &self.keys, source).await?;
        let now = match validity {
            Validity::Now => now,
            Validity::Once => issued_at(&claims).unwrap_or(now),
        };
        self.rules.check(failures, &claims, Expected { issuer: &endpoints.issuer, nonce, now })?;
        if text(&claims, &self.reader.claims.account_id).is_none() {
            return Err(failures.invalid_id_token("it names nobody"));
        }
        Ok(claims)
    }

    /// Adds what only the userinfo endpoint tells. It must speak of the same person.
    async fn complete(&self, claims: &mut Map<String, Value>, tokens: &Tokens) -> Result<(), ProviderError> {
        if self.traits.without_userinfo || text(claims, &self.reader.claims.email).is_some() {
            return Ok(());
        }
        let (Some(url), Some(token)) = (&self.endpoints().await?.userinfo, &tokens.access_token) else {
            return Ok(());
        };
        let more = self.client.http.object(url, Some(token)).await?;
        if text(&more, "sub").is_none() || text(&more, "sub") != text(claims, "sub") {
            return Err(self.client.failures.invalid_answer("its userinfo is of another person"));
        }
        // Whether an address is proven is said by the document that has the address.
        claims.remove(&self.reader.claims.email_verified);
        for (name, value) in more {
            claims.entry(name).or_insert(value);
        }
        Ok(())
    }
}

#[async_trait]
impl Provider for OidcProvider {
    fn id(&self) -> &str {
        self.client.failures.provider()
    }

    fn settings(&self) -> &ProviderSettings {
        &self.settings
    }

    fn uses_nonce(&self) -> bool {
        true
    }

    async fn issuer(&self) -> Result<Option<String>, ProviderError> {
        let endpoints = self.endpoints().await?;
        Ok(endpoints.tells_issuer.then(|| endpoints.issuer.clone()))
    }

    async fn authorization_url(&self, request: AuthorizationRequest<'_>) -> Result<Url, ProviderError> {
        self.client.authorization_url(&self.endpoints().await?.authorization, request)
    }

    async fn exchange_code(&self, exchange: CodeExchange<'_>) -> Result<Tokens, ProviderError> {
        self.client.exchange_code(&self.endpoints().await?.token, exchange).await
    }

    async fn profile(&self, tokens: &Tokens, nonce: Option<&str>) -> Result<Profile, ProviderError> {
        let mut claims = self.verified(tokens, nonce, Validity::Now).await?;
        self.complete(&mut claims, tokens).await?;
        if let Some(name) = name_beside_code(tokens).filter(|_| self.traits.name_beside_code) {
            claims.insert("name".to_owned(), name.into());
        }
        self.reader.read(claims)
    }

    async fn known_profile(&self, tokens: &Tokens) -> Result<Profile, ProviderError> {
        let claims = match (&self.endpoints().await?.userinfo, &tokens.access_token) {
            (Some(url), Some(token)) if !self.traits.without_userinfo => {
                self.client.http.object(url, Some(token)).await?
            }
            _ => self.verified(tokens, None, Validity::Once).await?,
        };
        self.reader.read(claims)
    }

    fn takes_id_tokens(&self) -> bool {
        true
    }

    async fn refresh(&self, refresh_token: &Secret) -> Result<Tokens, ProviderError> {
        self.client.refresh(&self.endpoints().await?.token, refresh_token).await
    }
}

/// `{"name": {"firstName", "lastName"}}`, as Apple sends it at the first sign-in.
fn name_beside_code(tokens: &Tokens) -> Option<String> {
    let name = tokens.user.as_ref()?.get("name")?;
    let part = |part: &str| name.get(part).and_then(Value::as_str).unwrap_or_default().trim();
    let name = format!("{} {}", part("firstName"), part("lastName"));
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}
