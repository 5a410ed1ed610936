//! Configures a provider of plain OAuth 2.

use auth_core::provider::ProviderError;
use url::Url;

use crate::builder::Builder;
use crate::endpoint::endpoint;
use crate::oauth2_provider::{Addresses, OAuth2Provider};
use crate::profile::Claims;

/// Where a provider of plain OAuth 2 is found.
#[derive(Debug, Clone, Default)]
pub struct OAuth2Endpoints {
    authorization: Option<String>,
    token: Option<String>,
    userinfo: Option<String>,
    emails: Option<String>,
}

impl OAuth2Provider {
    /// Begins to configure a provider. Its id stands in paths and in the database; it must not change later.
    pub fn builder(id: impl Into<String>, client_id: impl Into<String>) -> Builder<OAuth2Endpoints> {
        Builder::new(id.into(), client_id.into(), Claims::with_account_id("id"), OAuth2Endpoints::default())
    }
}

impl Builder<OAuth2Endpoints> {
    /// Where browsers are sent. Required.
    pub fn authorization_url(mut self, url: impl Into<String>) -> Self {
        self.endpoints.authorization = Some(url.into());
        self
    }

    /// Where codes are exchanged. Required.
    pub fn token_url(mut self, url: impl Into<String>) -> Self {
        self.endpoints.token = Some(url.into());
        self
    }

    /// Where the profile is found, as a JSON object. Required.
    pub fn userinfo_url(mut self, url: impl Into<String>) -> Self {
        self.endpoints.userinfo = Some(url.into());
        self
    }

    /// Where the person's addresses are listed as GitHub lists them: `[{"email", "primary", "verified"}]`. They complete
    /// the profile, and alone decide whether its address is verified.
    pub fn emails_url(mut self, url: impl Into<String>) -> Self {
        self.endpoints.emails = Some(url.into());
        self
    }

    /// Makes the provider. Asks nobody.
    ///
    /// # Errors
    ///
    /// [`ProviderError::Settings`].
    pub fn build(self) -> Result<OAuth2Provider, ProviderError> {
        let addresses = Addresses {
            authorization: self.required("authorization URL", self.endpoints.authorization.as_deref())?,
            token: self.required("token URL", self.endpoints.token.as_deref())?,
            userinfo: self.required("userinfo URL", self.endpoints.userinfo.as_deref())?,
            emails: self
                .endpoints
                .emails
                .as_deref()
                .map(|url| self.address("emails URL", url))
                .transpose()?,
        };
        let (parts, _) = self.parts()?;
        Ok(OAuth2Provider::new(parts, addresses))
    }

    fn required(&self, what: &str, url: Option<&str>) -> Result<Url, ProviderError> {
        let url = url.ok_or_else(|| self.failures().settings(format!("there is no {what}")))?;
        self.address(what, url)
    }
}

impl<E> Builder<E> {
    pub(crate) fn address(&self, what: &str, url: &str) -> Result<Url, ProviderError> {
        endpoint(&self.failures(), what, url, self.allow_plain_http)
    }
}
