//! Requests to the token endpoint.

use std::borrow::Cow;
use std::pin::Pin;

use auth_core::domain::Secret;
use auth_core::provider::{CodeExchange, ProviderError, Tokens};
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AsyncHttpClient, AuthType, AuthorizationCode, ClientId, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, StandardRevocableToken,
    StandardTokenResponse, TokenResponse, TokenUrl,
};
use time::Duration;
use url::Url;

use super::Client;
use super::answer::{MoreTokens, standard};

type Granted = StandardTokenResponse<MoreTokens, BasicTokenType>;

type TokenClient = oauth2::Client<
    BasicErrorResponse,
    Granted,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

impl Client {
    pub(crate) async fn exchange_code(
        &self,
        endpoint: &Url,
        exchange: CodeExchange<'_>,
    ) -> Result<Tokens, ProviderError> {
        let client = self.token_client(endpoint)?;
        let mut request = client
            .exchange_code(AuthorizationCode::new(exchange.code.expose().to_owned()))
            .set_redirect_uri(Cow::Owned(RedirectUrl::from_url(exchange.redirect_uri.clone())));
        if self.pkce {
            request =
                request.set_pkce_verifier(PkceCodeVerifier::new(exchange.code_verifier.expose().to_owned()));
        }
        if let Some(device) = exchange.device_id {
            request = request.add_extra_param("device_id", device);
        }
        let granted = request.request_async(self).await;
        granted.map(|granted| tokens(&granted)).map_err(|error| self.failed(error))
    }

    pub(crate) async fn refresh(
        &self,
        endpoint: &Url,
        refresh_token: &Secret,
    ) -> Result<Tokens, ProviderError> {
        let client = self.token_client(endpoint)?;
        let token = RefreshToken::new(refresh_token.expose().to_owned());
        let granted = client.exchange_refresh_token(&token).request_async(self).await;
        granted.map(|granted| tokens(&granted)).map_err(|error| self.failed(error))
    }

    fn token_client(&self, endpoint: &Url) -> Result<TokenClient, ProviderError> {
        let mut client = oauth2::Client::new(ClientId::new(self.id.clone()))
            .set_token_uri(TokenUrl::from_url(endpoint.clone()))
            .set_auth_type(if self.basic_auth { AuthType::BasicAuth } else { AuthType::RequestBody });
        if let Some(secret) = self.secret.at(self.clock.now())? {
            client = client.set_client_secret(oauth2::ClientSecret::new(secret.expose().to_owned()));
        }
        Ok(client)
    }

    /// Gives `oauth2`, which is strict, an answer in the standard's form.
    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, ProviderError> {
        let request =
            request.try_into().map_err(|_| self.failures.settings("the token request cannot be written"))?;
        let answer = self.http.send(request).await?;
        let document = standard(&self.failures, &answer)?;
        serde_json::to_vec(&document)
            .map(HttpResponse::new)
            .map_err(|_| self.failures.invalid_answer("not a token answer"))
    }

    fn failed(&self, error: RequestTokenError<ProviderError, BasicErrorResponse>) -> ProviderError {
        match error {
            RequestTokenError::Request(error) => error,
            _ => self.failures.invalid_answer("not a token answer"),
        }
    }
}

impl<'client> AsyncHttpClient<'client> for Client {
    type Error = ProviderError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, ProviderError>> + Send + 'client>>;

    fn call(&'client self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

fn tokens(granted: &Granted) -> Tokens {
    let more = granted.extra_fields();
    Tokens {
        access_token: Some(Secret::new(granted.access_token().secret())),
        refresh_token: granted.refresh_token().map(|token| Secret::new(token.secret())),
        id_token: more.id_token.as_deref().map(Secret::new),
        access_token_expires_in: granted.expires_in().and_then(|span| Duration::try_from(span).ok()),
        refresh_token_expires_in: more.refresh_token_expires_in.map(Duration::seconds),
        scopes: granted.scopes().into_iter().flatten().map(|scope| scope.to_string()).collect(),
        user: None,
    }
}
