//! The address to which a browser is sent.

use std::borrow::Cow;

use auth_core::provider::{AuthorizationRequest, PROTOCOL_PARAMETERS, ProviderError, RESERVED_PARAMETERS};
use oauth2::basic::BasicClient;
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope};
use url::Url;

use super::Client;

impl Client {
    pub(crate) fn authorization_url(
        &self,
        endpoint: &Url,
        request: AuthorizationRequest<'_>,
    ) -> Result<Url, ProviderError> {
        let params = self.params(request);
        let client = BasicClient::new(ClientId::new(self.id.clone()))
            .set_auth_uri(AuthUrl::from_url(without(endpoint, &params)));
        let mut url = client
            .authorize_url(|| CsrfToken::new(request.state.to_owned()))
            .set_redirect_uri(Cow::Owned(RedirectUrl::from_url(request.redirect_uri.clone())))
            .add_scopes(self.all_scopes(request.scopes).map(Scope::new));
        if self.pkce {
            let verifier = PkceCodeVerifier::new(request.code_verifier.expose().to_owned());
            // The function below panics at a verifier of another length.
            if !(43..=128).contains(&verifier.secret().len()) {
                return Err(self.failures.settings("a code verifier has 43 to 128 characters"));
            }
            url = url.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        }
        for (name, value) in params {
            url = url.add_extra_param(name, value);
        }
        Ok(url.url().0)
    }

    fn all_scopes(&self, more: &[String]) -> impl Iterator<Item = String> {
        let mut scopes: Vec<String> = Vec::new();
        for scope in self.scopes.iter().chain(more) {
            if !scopes.contains(scope) {
                scopes.push(scope.clone());
            }
        }
        scopes.into_iter()
    }

    /// All that is not the protocol's own. What is asked for this sign-in replaces what is configured.
    fn params(&self, request: AuthorizationRequest<'_>) -> Vec<(String, String)> {
        let mut params: Vec<(String, String)> = Vec::new();
        let hint = request.login_hint.map(|hint| ("login_hint".to_owned(), hint.to_owned()));
        let is_reserved = |(name, _): &&(String, String)| RESERVED_PARAMETERS.contains(&name.as_str());
        let asked = request.additional_params.iter().filter(|param| !is_reserved(param));
        for (name, value) in self.authorization_params.iter().chain(&hint).chain(asked) {
            if PROTOCOL_PARAMETERS.contains(&name.as_str()) {
                continue;
            }
            params.retain(|(known, _)| known != name);
            params.push((name.clone(), value.clone()));
        }
        params.extend(request.nonce.map(|nonce| ("nonce".to_owned(), nonce.to_owned())));
        params
    }
}

/// The endpoint without those of its own parameters that are set anew.
fn without(endpoint: &Url, params: &[(String, String)]) -> Url {
    let replaced =
        |name: &str| PROTOCOL_PARAMETERS.contains(&name) || params.iter().any(|(known, _)| known == name);
    let kept: Vec<_> = endpoint.query_pairs().filter(|(name, _)| !replaced(name)).collect();
    let mut url = endpoint.clone();
    url.set_query(None);
    if !kept.is_empty() {
        url.query_pairs_mut().extend_pairs(kept);
    }
    url
}
