//! Send a browser to a provider: to sign in, or to link an account.

use serde_json::{Map, Value as Json};
use url::Url;

use super::oauth_state::{LinkState, OAuthState};
use crate::auth::Services;
use crate::crypto::{Purpose, derive, symmetric};
use crate::domain::{RequestContext, Secret, Session, URL_SAFE, User, random_text_of};
use crate::error::AuthError;
use crate::provider::{AuthorizationRequest, Provider};
use crate::telemetry::Operation;

/// What a client wants of a provider.
#[derive(Debug, Clone, Default)]
pub struct StartOAuth {
    /// The provider's id.
    pub provider_id: String,
    /// Where the browser goes when it is done; default: the base URL.
    pub callback_url: Option<String>,
    /// Where it goes when it became a new user.
    pub new_user_url: Option<String>,
    /// Where it goes when something failed, with `?error=CODE`.
    pub error_url: Option<String>,
    /// Asked for besides the provider's own scopes.
    pub scopes: Vec<String>,
    /// Whether the person may become a user, where the provider asks for it.
    pub request_sign_up: Option<bool>,
    /// Who is expected to sign in.
    pub login_hint: Option<String>,
    /// More parameters of the provider's address.
    pub additional_params: Vec<(String, String)>,
    /// What the application passes through; it is stored with the state.
    pub additional_data: Map<String, Json>,
}

/// Where a browser is to be sent.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StartedOAuth {
    /// The provider's address.
    pub url: Url,
    /// Binds the answer to the browser: it is kept in a cookie.
    pub state: Secret,
}

impl Services<'_> {
    /// Begins a sign-in at a provider. One statement. Source: Better Auth's `signInSocial`.
    ///
    /// # Errors
    ///
    /// [`AuthError::ProviderNotFound`]; [`AuthError::Provider`] when its discovery document cannot be had.
    #[tracing::instrument(name = "auth.start_oauth", skip_all, fields(provider = tracing::field::Empty))]
    pub async fn start_oauth(
        &self,
        request: StartOAuth,
        context: &RequestContext,
    ) -> Result<StartedOAuth, AuthError> {
        self.observe(Operation::StartOauth, async { self.start(request, None, context).await }).await
    }

    /// Begins to link a provider's account to the user of a session. One statement. Source: `linkSocialAccount`.
    ///
    /// # Errors
    ///
    /// As [`Services::start_oauth`].
    #[tracing::instrument(name = "auth.start_link", skip_all, fields(provider = tracing::field::Empty))]
    pub async fn start_link(
        &self,
        request: StartOAuth,
        session: &Session,
        user: &User,
        context: &RequestContext,
    ) -> Result<StartedOAuth, AuthError> {
        self.observe(Operation::StartLink, async {
            let secrets = derive(self.secrets(), Purpose::LinkSessionToken);
            let random = self.store().random();
            let link = LinkState {
                user_id: user.id.as_str().to_owned(),
                email: user.email.as_str().to_owned(),
                session_token: Some(symmetric::encrypt(&secrets, session.token.expose(), random)),
            };
            self.start(request, Some(link), context).await
        })
        .await
    }

    async fn start(
        &self,
        request: StartOAuth,
        link: Option<LinkState>,
        context: &RequestContext,
    ) -> Result<StartedOAuth, AuthError> {
        let provider = self.provider(&request.provider_id).ok_or(AuthError::ProviderNotFound)?;
        tracing::Span::current().record("provider", provider.id());
        let random = self.store().random();
        let code_verifier = Secret::new(random_text_of(random, URL_SAFE, 128));
        let nonce = provider.uses_nonce().then(|| random_text_of(random, URL_SAFE, 32));
        let mut additional = request.additional_data;
        additional.retain(|name, _| !OAuthState::is_own_key(name));
        let state = OAuthState {
            additional,
            callback_url: request.callback_url.unwrap_or_else(|| self.base_url_text()),
            code_verifier: code_verifier.expose().to_owned(),
            error_url: request.error_url,
            new_user_url: request.new_user_url,
            link,
            expires_at: 0,
            request_sign_up: request.request_sign_up,
            nonce: nonce.clone(),
            provider: Some(provider.id().to_owned()),
            state: None,
        };
        let name = self.store_state(state, context).await?;
        let authorization = AuthorizationRequest {
            state: &name,
            code_verifier: &code_verifier,
            redirect_uri: &self.redirect_uri(provider)?,
            scopes: &request.scopes,
            nonce: nonce.as_deref(),
            login_hint: request.login_hint.as_deref(),
            additional_params: &request.additional_params,
        };
        let url = provider.authorization_url(authorization).await.map_err(AuthError::Provider)?;
        Ok(StartedOAuth { url, state: Secret::new(name) })
    }

    /// Where a provider sends browsers back to: `<base>/callback/<provider>`.
    pub(super) fn redirect_uri(&self, provider: &dyn Provider) -> Result<Url, AuthError> {
        let text = format!("{}/callback/{}", self.endpoint(), provider.id());
        Url::parse(&text).map_err(|_| AuthError::ProviderNotFound)
    }
}
