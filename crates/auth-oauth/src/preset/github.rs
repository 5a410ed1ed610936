//! GitHub.

use auth_core::domain::Secret;

use crate::{Builder, OAuth2Endpoints, OAuth2Provider};

/// GitHub, with the scopes `read:user` and `user:email`. The account's id is the number `id`; the address is the public one
/// or else the primary one, and its being verified is told by the list of addresses.
pub fn github(client_id: impl Into<String>, client_secret: Secret) -> Builder<OAuth2Endpoints> {
    OAuth2Provider::builder("github", client_id)
        .client_secret(client_secret)
        .authorization_url("https://github.com/login/oauth/authorize")
        .token_url("https://github.com/login/oauth/access_token")
        .userinfo_url("https://api.github.com/user")
        .emails_url("https://api.github.com/user/emails")
        .scopes(["read:user", "user:email"])
        .name_claims(["name", "login"])
        .image_claims(["avatar_url"])
}
