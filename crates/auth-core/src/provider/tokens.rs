//! What a provider hands out.

use time::Duration;

use crate::domain::Secret;

/// The tokens of a person at a provider.
#[derive(Debug, Clone, Default)]
pub struct Tokens {
    /// Opens the provider's interfaces.
    pub access_token: Option<Secret>,
    /// Gets new access tokens.
    pub refresh_token: Option<Secret>,
    /// Says who the person is.
    pub id_token: Option<Secret>,
    /// How long the access token lives from now.
    pub access_token_expires_in: Option<Duration>,
    /// How long the refresh token lives from now.
    pub refresh_token_expires_in: Option<Duration>,
    /// What was granted; empty when the provider does not tell.
    pub scopes: Vec<String>,
    /// What the provider sends beside the code about a new person (Apple: the name), as JSON.
    pub user: Option<serde_json::Value>,
}
