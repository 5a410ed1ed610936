//! Sign-in with another service: what the library asks of a provider. `auth-oauth` holds OAuth 2 and OpenID Connect;
//! any other way of vouching for a person implements [`Provider`] too.

mod error;
mod profile;
mod request;
mod tokens;

use async_trait::async_trait;

pub use error::ProviderError;
pub use profile::Profile;
pub use request::{
    AuthorizationRequest, CodeExchange, PROTOCOL_PARAMETERS, ProviderSettings, RESERVED_PARAMETERS,
};
pub use tokens::Tokens;
use url::Url;

use crate::domain::Secret;

/// A service that vouches for people. Shared by every request.
#[async_trait]
pub trait Provider: Send + Sync + std::fmt::Debug {
    /// Its name in paths and in the column `provider_id`: `google`.
    fn id(&self) -> &str;

    /// What is decided about its people.
    fn settings(&self) -> &ProviderSettings;

    /// Whether its id tokens carry a nonce: one is made for each sign-in and must come back.
    fn uses_nonce(&self) -> bool {
        false
    }

    /// What its answers must say as `iss` (RFC 9207), if it is known and must be there.
    async fn issuer(&self) -> Result<Option<String>, ProviderError> {
        Ok(None)
    }

    /// The address to which a browser is sent. Asks nobody but, once, the provider's discovery document.
    async fn authorization_url(&self, request: AuthorizationRequest<'_>) -> Result<Url, ProviderError>;

    /// Exchanges a code for tokens. One request.
    async fn exchange_code(&self, exchange: CodeExchange<'_>) -> Result<Tokens, ProviderError>;

    /// Whose tokens these are. An id token among them is verified first: signature, issuer, audience, expiry and, where
    /// the sign-in has one, `nonce`.
    async fn profile(&self, tokens: &Tokens, nonce: Option<&str>) -> Result<Profile, ProviderError>;

    /// What it tells of somebody who has signed in before, by stored tokens. An id token among them has usually expired; where
    /// there is nobody to ask, it still says whose it was. Default: as [`Provider::profile`] says of the access token.
    async fn known_profile(&self, tokens: &Tokens) -> Result<Profile, ProviderError> {
        let tokens = Tokens { id_token: None, ..tokens.clone() };
        self.profile(&tokens, None).await
    }

    /// Whether this provider can take an id token that a client brings itself.
    fn takes_id_tokens(&self) -> bool {
        false
    }

    /// New tokens for a refresh token. One request. [`ProviderError::Unsupported`] where there is no such thing.
    async fn refresh(&self, refresh_token: &Secret) -> Result<Tokens, ProviderError>;
}
