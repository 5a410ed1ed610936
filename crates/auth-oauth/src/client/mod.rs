//! What an OAuth 2 client asks of a provider.

mod answer;
mod authorization;
mod secret;
mod token;

use std::sync::Arc;

use auth_core::domain::Clock;

pub(crate) use secret::ClientSecret;

use crate::failure::Failures;
use crate::http::Http;

/// A client that is registered at a provider.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: ClientSecret,
    pub(crate) basic_auth: bool,
    pub(crate) pkce: bool,
    pub(crate) scopes: Vec<String>,
    pub(crate) authorization_params: Vec<(String, String)>,
    pub(crate) http: Http,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) failures: Failures,
}
