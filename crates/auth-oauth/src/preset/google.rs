//! Google.

use auth_core::domain::Secret;
use time::Duration;

use crate::{Builder, OidcEndpoints, OidcProvider};

/// Google: OpenID Connect with the scopes `email`, `profile` and `openid`. The account's id is `sub`.
pub fn google(client_id: impl Into<String>, client_secret: Secret) -> Builder<OidcEndpoints> {
    OidcProvider::builder("google", client_id)
        .client_secret(client_secret)
        .discovery_url("https://accounts.google.com/.well-known/openid-configuration")
        // Its documentation names both.
        .accept_issuer("accounts.google.com")
        .max_id_token_age(Duration::HOUR)
        .scopes(["email", "profile", "openid"])
        .authorization_param("include_granted_scopes", "true")
}
