//! Take a browser back from a provider.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value as Json;

use super::oauth_state::OAuthState;
use super::sign_in_by_provider::ProviderSignIn;
use crate::auth::Services;
use crate::domain::{RequestContext, Secret, Session, User};
use crate::error::AuthError;
use crate::provider::{CodeExchange, Profile, Provider, ProviderError, Tokens};
use crate::telemetry::Operation;

/// What came back with a browser.
#[derive(Clone, Default)]
pub struct OAuthCallback {
    /// The name of the state.
    pub state: Option<String>,
    /// What the browser's cookie says of the state.
    pub browser_state: Option<String>,
    /// The code to be exchanged for tokens.
    pub code: Option<Secret>,
    /// Why the provider refused.
    pub error: Option<String>,
    /// More about that.
    pub error_description: Option<String>,
    /// A device's id that some providers want back.
    pub device_id: Option<String>,
    /// What some providers tell of a new person, as JSON.
    pub user: Option<String>,
    /// Who answered (RFC 9207).
    pub issuer: Option<String>,
}

/// Without what proves anything or tells of a person.
impl fmt::Debug for OAuthCallback {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("OAuthCallback");
        shown.field("error", &self.error).field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// A browser that is done at a provider.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FinishedOAuth {
    /// Where it goes on.
    pub redirect_to: String,
    /// The person and the new session; `None` when an account was linked.
    pub signed_in: Option<(User, Session)>,
}

/// A browser that came back in vain: it is sent on with `?error=CODE`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FailedOAuth {
    /// Better Auth's code.
    pub code: Cow<'static, str>,
    /// What the provider says of it.
    pub description: Option<String>,
    /// Where it came from, if that is known.
    pub error_url: Option<String>,
}

impl Services<'_> {
    /// Takes a browser back: the state is used up, the code is exchanged, and the person is signed in or the account linked.
    /// Each state works once, and only in the browser that began with it. Two requests to the provider at most, outside of any
    /// transaction. Source: Better Auth's `callbackOAuth`.
    ///
    /// # Errors
    ///
    /// [`FailedOAuth`]; what is the server's own fault is logged.
    #[tracing::instrument(name = "auth.finish_oauth", skip_all, fields(provider = tracing::field::Empty))]
    pub async fn finish_oauth(
        &self,
        provider_id: &str,
        callback: OAuthCallback,
        context: &RequestContext,
    ) -> Result<FinishedOAuth, FailedOAuth> {
        // Boxed: it asks a provider and may write a user, and whoever calls it would carry the room for all of that.
        let finished = Box::pin(self.finish_oauth_unobserved(provider_id, callback, context));
        self.observe(Operation::FinishOauth, finished).await
    }

    async fn finish_oauth_unobserved(
        &self,
        provider_id: &str,
        callback: OAuthCallback,
        context: &RequestContext,
    ) -> Result<FinishedOAuth, FailedOAuth> {
        let Some(name) = callback.state.as_deref() else {
            return Err(FailedOAuth::new("state_not_found", None));
        };
        let taken = self.take_state(name, callback.browser_state.as_deref(), context).await;
        let state = match taken.map_err(|error| FailedOAuth::own(&error, None))? {
            Ok(state) => state,
            Err(invalid) => return Err(FailedOAuth::new(invalid.code, invalid.error_url)),
        };
        let error_url = state.error_url.clone();
        self.finish(provider_id, callback, state, context)
            .await
            .map_err(|failed| FailedOAuth { error_url, ..failed })
    }

    async fn finish(
        &self,
        provider_id: &str,
        callback: OAuthCallback,
        state: OAuthState,
        context: &RequestContext,
    ) -> Result<FinishedOAuth, FailedOAuth> {
        let failed = |code| FailedOAuth::new(code, None);
        if let Some(error) = callback.error {
            let description = callback.error_description;
            return Err(FailedOAuth { code: Cow::Owned(error), description, error_url: None });
        }
        let code = callback.code.as_ref().ok_or_else(|| failed("no_code"))?;
        let provider = self.provider(provider_id).ok_or_else(|| failed("oauth_provider_not_found"))?;
        if state.provider.as_deref().is_some_and(|begun| begun != provider.id()) {
            return Err(failed("state_mismatch"));
        }
        tracing::Span::current().record("provider", provider.id());
        check_issuer(provider, callback.issuer.as_deref()).await?;
        if provider.uses_nonce() && state.nonce.is_none() {
            return Err(failed("nonce_binding_missing"));
        }
        let exchange = CodeExchange {
            code,
            code_verifier: &Secret::new(state.code_verifier.clone()),
            redirect_uri: &self.redirect_uri(provider).map_err(|error| FailedOAuth::own(&error, None))?,
            device_id: callback.device_id.as_deref(),
        };
        let mut tokens =
            provider.exchange_code(exchange).await.map_err(|error| logged(&error, "invalid_code"))?;
        tokens.user = callback.user.and_then(|user| serde_json::from_str::<Json>(&user).ok());
        let profile = self.profile(provider, &tokens, state.nonce.as_deref()).await?;
        if let Some(link) = &state.link {
            self.link_by_state(provider, link, &profile, tokens, context).await?;
            return Ok(FinishedOAuth { redirect_to: state.callback_url, signed_in: None });
        }
        if profile.email.is_none() {
            return Err(failed("email_not_found"));
        }
        let sign_in = ProviderSignIn {
            provider,
            profile,
            tokens,
            request_sign_up: state.request_sign_up.unwrap_or(false),
            callback_url: Some(&state.callback_url),
        };
        let signed_in = self.sign_in_by_provider(sign_in, context).await.map_err(|error| match error {
            AuthError::ProviderSignIn(reason) => FailedOAuth::new(reason.code(), None),
            other => FailedOAuth::own(&other, None),
        })?;
        let redirect_to = match state.new_user_url {
            Some(url) if signed_in.is_new => url,
            _ => state.callback_url,
        };
        Ok(FinishedOAuth { redirect_to, signed_in: Some((signed_in.user, signed_in.session)) })
    }

    async fn profile(
        &self,
        provider: &dyn Provider,
        tokens: &Tokens,
        nonce: Option<&str>,
    ) -> Result<Profile, FailedOAuth> {
        let profile = provider.profile(tokens, nonce).await;
        let mut profile = profile.map_err(|error| logged(&error, "unable_to_get_user_info"))?;
        profile.name.retain(|letter| letter != '\0');
        if profile.account_id.trim().is_empty() || profile.account_id.contains('\0') {
            return Err(FailedOAuth::new("unable_to_get_user_info", None));
        }
        Ok(profile)
    }
}

impl FailedOAuth {
    pub(super) fn new(code: impl Into<Cow<'static, str>>, error_url: Option<String>) -> Self {
        Self { code: code.into(), description: None, error_url }
    }

    /// What is the server's own fault; it is logged here, since a redirect tells nobody.
    pub(super) fn own(error: &AuthError, error_url: Option<String>) -> Self {
        if let AuthError::Hook(crate::hooks::HookError::Refused { code, message, .. }) = error {
            let description = Some(message.clone().into_owned());
            return Self { code: code.clone(), description, error_url };
        }
        tracing::error!(name: "auth.oauth_failed", error = error.with_sources(), "a sign-in at a provider failed");
        Self::new("internal_server_error", error_url)
    }
}

/// An answer that says who gives it must be the provider's; one that must say it and does not could be another's.
async fn check_issuer(provider: &dyn Provider, issuer: Option<&str>) -> Result<(), FailedOAuth> {
    let expected = provider.issuer().await.map_err(|error| logged(&error, "invalid_code"))?;
    match (expected, issuer) {
        (Some(expected), Some(issuer)) if expected != issuer => {
            Err(FailedOAuth::new("issuer_mismatch", None))
        }
        (Some(_), None) => Err(FailedOAuth::new("issuer_missing", None)),
        _ => Ok(()),
    }
}

fn logged(error: &ProviderError, code: &'static str) -> FailedOAuth {
    tracing::warn!(name: "auth.provider", %error, code, "a provider's answer could not be used");
    FailedOAuth::new(code, None)
}
