//! Configures a provider of OpenID Connect.

use auth_core::provider::ProviderError;
use time::Duration;
use url::Url;

use super::discovery::{Discovery, GivenEndpoints};
use super::id_token::IdTokenRules;
use super::provider::{OidcProvider, Traits};
use crate::builder::Builder;
use crate::profile::Claims;

/// Where a provider of OpenID Connect is found, and what its id tokens must say.
#[derive(Debug, Clone, Default)]
pub struct OidcEndpoints {
    discovery: Option<String>,
    issuer: Option<String>,
    authorization: Option<String>,
    token: Option<String>,
    userinfo: Option<String>,
    jwks: Option<String>,
    rules: IdTokenRules,
    traits: Traits,
}

impl OidcProvider {
    /// Begins to configure a provider. Its id stands in paths and in the database; it must not change later. The scopes are
    /// `openid`, `profile` and `email`.
    pub fn builder(id: impl Into<String>, client_id: impl Into<String>) -> Builder<OidcEndpoints> {
        let client_id = client_id.into();
        let mut endpoints = OidcEndpoints::default();
        endpoints.rules.audiences.push(client_id.clone());
        Builder::new(id.into(), client_id, Claims::with_account_id("sub"), endpoints)
            .scopes(["openid", "profile", "email"])
    }
}

impl Builder<OidcEndpoints> {
    /// The address of the discovery document: `https://…/.well-known/openid-configuration`. It is fetched when it is first
    /// needed and then kept. Without it, issuer, authorization, token and JWKS URL are required.
    pub fn discovery_url(mut self, url: impl Into<String>) -> Self {
        self.endpoints.discovery = Some(url.into());
        self
    }

    /// Who must have issued the id tokens. Default the discovery URL up to `/.well-known`. `{tenantid}` in it stands for
    /// the claim `tid`.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.endpoints.issuer = Some(issuer.into());
        self
    }

    /// Another name by which the issuer calls itself in id tokens.
    pub fn accept_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.endpoints.rules.more_issuers.push(issuer.into());
        self
    }

    /// Another client whose id tokens are taken, such as the same application on a phone. None by default.
    pub fn accept_audience(mut self, client_id: impl Into<String>) -> Self {
        self.endpoints.rules.audiences.push(client_id.into());
        self
    }

    /// How long ago an id token may have been issued. Default: as long as it has not expired.
    pub fn max_id_token_age(mut self, age: Duration) -> Self {
        self.endpoints.rules.max_age = Some(age);
        self
    }

    /// Where browsers are sent, instead of what the discovery document says.
    pub fn authorization_url(mut self, url: impl Into<String>) -> Self {
        self.endpoints.authorization = Some(url.into());
        self
    }

    /// Where codes are exchanged, instead of what the discovery document says.
    pub fn token_url(mut self, url: impl Into<String>) -> Self {
        self.endpoints.token = Some(url.into());
        self
    }

    /// Where more claims are found, instead of what the discovery document says.
    pub fn userinfo_url(mut self, url: impl Into<String>) -> Self {
        self.endpoints.userinfo = Some(url.into());
        self
    }

    /// Where the keys of the id tokens are found, instead of what the discovery document says.
    pub fn jwks_url(mut self, url: impl Into<String>) -> Self {
        self.endpoints.jwks = Some(url.into());
        self
    }

    /// Never asks the userinfo endpoint. By default it is asked when the id token has no e-mail address.
    pub fn without_userinfo(mut self) -> Self {
        self.endpoints.traits.without_userinfo = true;
        self
    }

    /// A tenant whose people are turned away.
    pub(crate) fn refuse_tenant(mut self, tenant: &str) -> Self {
        self.endpoints.rules.refused_tenant = Some(tenant.to_owned());
        self
    }

    /// The nonce may come back as its SHA-256 in hexadecimal, as an application on an iPhone sends it.
    pub(crate) fn nonce_may_be_hashed(mut self) -> Self {
        self.endpoints.rules.nonce_may_be_hashed = true;
        self
    }

    /// The name comes beside the code, once.
    pub(crate) fn name_beside_code(mut self) -> Self {
        self.endpoints.traits.name_beside_code = true;
        self
    }

    /// Makes the provider. Asks nobody.
    ///
    /// # Errors
    ///
    /// [`ProviderError::Settings`].
    pub fn build(self) -> Result<OidcProvider, ProviderError> {
        let given = GivenEndpoints {
            authorization: self.optional("authorization URL", self.endpoints.authorization.as_deref())?,
            token: self.optional("token URL", self.endpoints.token.as_deref())?,
            userinfo: self.optional("userinfo URL", self.endpoints.userinfo.as_deref())?,
            jwks: self.optional("JWKS URL", self.endpoints.jwks.as_deref())?,
            issuer: self.endpoints.issuer.clone(),
        };
        let url = self.optional("discovery URL", self.endpoints.discovery.as_deref())?;
        let discovery = Discovery::new(self.failures(), url, given, self.allow_plain_http)?;
        let (parts, endpoints) = self.parts()?;
        Ok(OidcProvider::new(parts, discovery, endpoints.rules, endpoints.traits))
    }

    fn optional(&self, what: &str, url: Option<&str>) -> Result<Option<Url>, ProviderError> {
        url.map(|url| self.address(what, url)).transpose()
    }
}
