//! Discord.

use auth_core::domain::Secret;
use auth_core::provider::Profile;
use serde_json::{Map, Value};

use crate::profile::text;
use crate::{Builder, OAuth2Endpoints, OAuth2Provider};

/// Discord, with the scopes `identify` and `email`. The account's id is `id`; people who agreed before are not asked again.
pub fn discord(client_id: impl Into<String>, client_secret: Secret) -> Builder<OAuth2Endpoints> {
    OAuth2Provider::builder("discord", client_id)
        .client_secret(client_secret)
        .authorization_url("https://discord.com/api/oauth2/authorize")
        .token_url("https://discord.com/api/oauth2/token")
        .userinfo_url("https://discord.com/api/users/@me")
        .scopes(["identify", "email"])
        .authorization_param("prompt", "none")
        .pkce(false)
        .email_verified_claim("verified")
        .name_claims(["global_name", "username"])
        .map_profile(|profile: &mut Profile| {
            profile.image = Some(picture(&profile.account_id, &profile.raw));
            Ok(())
        })
}

/// The picture of a hash; without one, the picture that Discord itself shows for such a person.
fn picture(id: &str, document: &Map<String, Value>) -> String {
    if let Some(hash) = text(document, "avatar") {
        let format = if hash.starts_with("a_") { "gif" } else { "png" };
        return format!("{PICTURES}/avatars/{id}/{hash}.{format}");
    }
    let number = match text(document, "discriminator").as_deref() {
        None | Some("0") => id.parse::<u64>().unwrap_or_default() >> 22_u32,
        Some(discriminator) => return embedded(discriminator.parse::<u64>().unwrap_or_default() % 5),
    };
    embedded(number % 6)
}

fn embedded(number: u64) -> String {
    format!("{PICTURES}/embed/avatars/{number}.png")
}

const PICTURES: &str = "https://cdn.discordapp.com";
