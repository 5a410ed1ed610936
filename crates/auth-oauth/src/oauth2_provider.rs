//! Plain OAuth 2: who the person is, is asked with the access token.

use async_trait::async_trait;
use auth_core::domain::Secret;
use auth_core::provider::{
    AuthorizationRequest, CodeExchange, Profile, Provider, ProviderError, ProviderSettings, Tokens,
};
use serde_json::{Map, Value};
use url::Url;

use crate::builder::Parts;
use crate::client::Client;
use crate::profile::{ProfileReader, is_true, text};

/// A provider of plain OAuth 2. Made by [`OAuth2Provider::builder`].
#[derive(Debug)]
pub struct OAuth2Provider {
    client: Client,
    reader: ProfileReader,
    settings: ProviderSettings,
    addresses: Addresses,
}

#[derive(Debug)]
pub(crate) struct Addresses {
    pub(crate) authorization: Url,
    pub(crate) token: Url,
    pub(crate) userinfo: Url,
    pub(crate) emails: Option<Url>,
}

impl OAuth2Provider {
    pub(crate) fn new(parts: Parts, addresses: Addresses) -> Self {
        Self { client: parts.client, reader: parts.reader, settings: parts.settings, addresses }
    }

    /// Without the scope for addresses the provider refuses the list: then no address is verified.
    async fn add_email(
        &self,
        url: &Url,
        token: &Secret,
        document: &mut Map<String, Value>,
    ) -> Result<(), ProviderError> {
        let list = match self.client.http.json(url, Some(token)).await {
            Err(ProviderError::Refused { .. }) => Value::Null,
            answer => answer?,
        };
        let claims = &self.reader.claims;
        let known = text(document, &claims.email);
        let email = email(list.as_array().map_or(&[], Vec::as_slice), known.as_deref());
        document.insert(claims.email_verified.clone(), email.is_some_and(|email| email.verified).into());
        if let (None, Some(email)) = (known, email) {
            document.insert(claims.email.clone(), email.address.into());
        }
        Ok(())
    }
}

#[async_trait]
impl Provider for OAuth2Provider {
    fn id(&self) -> &str {
        self.client.failures.provider()
    }

    fn settings(&self) -> &ProviderSettings {
        &self.settings
    }

    async fn authorization_url(&self, request: AuthorizationRequest<'_>) -> Result<Url, ProviderError> {
        self.client.authorization_url(&self.addresses.authorization, request)
    }

    async fn exchange_code(&self, exchange: CodeExchange<'_>) -> Result<Tokens, ProviderError> {
        self.client.exchange_code(&self.addresses.token, exchange).await
    }

    async fn profile(&self, tokens: &Tokens, _nonce: Option<&str>) -> Result<Profile, ProviderError> {
        let token = tokens
            .access_token
            .as_ref()
            .ok_or_else(|| self.client.failures.invalid_answer("no access token"))?;
        let mut document = self.client.http.object(&self.addresses.userinfo, Some(token)).await?;
        if let Some(url) = &self.addresses.emails {
            self.add_email(url, token, &mut document).await?;
        }
        self.reader.read(document)
    }

    async fn refresh(&self, refresh_token: &Secret) -> Result<Tokens, ProviderError> {
        self.client.refresh(&self.addresses.token, refresh_token).await
    }
}

#[derive(Debug, Clone, Copy)]
struct ListedEmail<'a> {
    address: &'a str,
    verified: bool,
}

/// The entry of the profile's address; where the profile shows none, the primary address, else the first.
fn email<'a>(list: &'a [Value], known: Option<&str>) -> Option<ListedEmail<'a>> {
    let listed = |entry: &'a Value| {
        let address = entry.get("email")?.as_str()?;
        Some(ListedEmail { address, verified: is_true(entry.get("verified")) })
    };
    if let Some(known) = known {
        return list.iter().filter_map(listed).find(|email| email.address.eq_ignore_ascii_case(known));
    }
    let primary = list.iter().filter(|entry| is_true(entry.get("primary"))).find_map(listed);
    primary.or_else(|| list.iter().find_map(listed))
}
