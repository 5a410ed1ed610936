//! The providers that the environment names, and the list of them for the page.

use auth_core::{Auth, AuthBuilder};
use auth_oauth::{OAuth2Provider, OidcProvider};
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::error::ServerError;
use crate::settings::Settings;

/// Adds the providers.
///
/// # Errors
///
/// [`ServerError::Provider`]; a discovery document that cannot be had now is none, it is asked for when it is needed.
pub(crate) fn add(mut builder: AuthBuilder, settings: &Settings) -> Result<AuthBuilder, ServerError> {
    if let Some(oauth) = &settings.oauth {
        let provider = OAuth2Provider::builder(&oauth.id, &oauth.client_id)
            .client_secret(oauth.client_secret.clone())
            .authorization_url(&oauth.authorization_url)
            .token_url(&oauth.token_url)
            .userinfo_url(&oauth.userinfo_url)
            .scopes(oauth.scopes.iter().cloned())
            .build()?;
        builder = builder.provider(provider);
    }
    if let Some(oidc) = &settings.oidc {
        let provider = OidcProvider::builder(&oidc.id, &oidc.client_id)
            .client_secret(oidc.client_secret.clone())
            .discovery_url(&oidc.discovery_url)
            .build()?;
        builder = builder.provider(provider);
    }
    Ok(builder)
}

/// `GET /providers`: `[{"id":"google","name":"Google"}]`.
pub(crate) async fn list(State(auth): State<Auth>) -> Json<Value> {
    let providers =
        auth.providers().map(|provider| json!({ "id": provider.id(), "name": name(provider.id()) }));
    Json(providers.collect())
}

/// `my-company` is shown as `My company`.
fn name(id: &str) -> String {
    let mut letters = id.chars().map(|letter| if matches!(letter, '-' | '_') { ' ' } else { letter });
    let first: String = letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    first + &letters.collect::<String>()
}
