//! Sign in with an id token that the client brings: an application on a phone has asked the provider itself.

use std::fmt;

use super::sign_in_by_provider::ProviderSignIn;
use super::sign_in_email::SignedIn;
use crate::auth::Services;
use crate::domain::{RequestContext, Secret};
use crate::error::AuthError;
use crate::provider::{Profile, Provider, ProviderError, Tokens};
use crate::telemetry::Operation;

/// An id token that a client brings.
#[derive(Clone)]
pub struct IdTokenSignIn {
    /// The provider's id.
    pub provider_id: String,
    /// The tokens; the id token is verified.
    pub tokens: Tokens,
    /// What the id token must hold, if the client asked the provider for it.
    pub nonce: Option<String>,
    /// Whether the person may become a user, where the provider asks for it.
    pub request_sign_up: bool,
    /// Where the link of a verification mail leads to, if one is sent.
    pub callback_url: Option<String>,
}

/// Without tokens and nonce.
impl fmt::Debug for IdTokenSignIn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("IdTokenSignIn")
            .field("provider_id", &self.provider_id)
            .finish_non_exhaustive()
    }
}

impl IdTokenSignIn {
    /// An id token by itself.
    pub fn new(provider_id: impl Into<String>, id_token: Secret) -> Self {
        Self {
            provider_id: provider_id.into(),
            tokens: Tokens { id_token: Some(id_token), ..Tokens::default() },
            nonce: None,
            request_sign_up: false,
            callback_url: None,
        }
    }
}

impl Services<'_> {
    /// Signs somebody in by an id token. Source: Better Auth's `signInSocial`.
    ///
    /// # Errors
    ///
    /// [`AuthError::ProviderNotFound`]; [`AuthError::IdTokenNotSupported`]; [`AuthError::InvalidToken`];
    /// [`AuthError::ProviderWithoutEmail`]; [`AuthError::ProviderSignIn`]; [`AuthError::Provider`].
    #[tracing::instrument(name = "auth.sign_in_id_token", skip_all, fields(provider = tracing::field::Empty))]
    pub async fn sign_in_id_token(
        &self,
        request: IdTokenSignIn,
        context: &RequestContext,
    ) -> Result<SignedIn, AuthError> {
        self.observe(Operation::SignInIdToken, async {
            let (request_sign_up, callback_url) = (request.request_sign_up, request.callback_url.clone());
            let (provider, profile, tokens) = self.read_id_token(request).await?;
            let callback_url = callback_url.as_deref();
            let sign_in = ProviderSignIn { provider, profile, tokens, request_sign_up, callback_url };
            let signed_in = self.sign_in_by_provider(sign_in, context).await?;
            Ok(SignedIn { user: signed_in.user, session: signed_in.session })
        })
        .await
    }

    /// Verifies an id token and says whose it is.
    pub(super) async fn read_id_token(
        &self,
        request: IdTokenSignIn,
    ) -> Result<(&dyn Provider, Profile, Tokens), AuthError> {
        let provider = self.provider(&request.provider_id).ok_or(AuthError::ProviderNotFound)?;
        tracing::Span::current().record("provider", provider.id());
        if !provider.takes_id_tokens() {
            return Err(AuthError::IdTokenNotSupported);
        }
        let profile = provider.profile(&request.tokens, request.nonce.as_deref()).await;
        let profile = profile.map_err(|error| match error {
            ProviderError::InvalidIdToken { .. } => {
                tracing::warn!(name: "auth.id_token", %error, "an id token was refused");
                AuthError::InvalidToken
            }
            other => AuthError::Provider(other),
        })?;
        if profile.email.is_none() {
            return Err(AuthError::ProviderWithoutEmail);
        }
        Ok((provider, profile, request.tokens))
    }
}
