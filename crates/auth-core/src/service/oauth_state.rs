//! What is remembered while a browser is at a provider.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use time::Duration;

use crate::auth::Services;
use crate::domain::{NewVerification, RequestContext, Secret, URL_SAFE, random_text_of};
use crate::error::AuthError;

/// What is remembered while a browser is at a provider: Better Auth's keys, in its order.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct OAuthState {
    /// What the application passes through.
    #[serde(flatten)]
    pub(super) additional: Map<String, Json>,
    #[serde(rename = "callbackURL")]
    pub(super) callback_url: String,
    #[serde(rename = "codeVerifier")]
    pub(super) code_verifier: String,
    #[serde(rename = "errorURL", skip_serializing_if = "Option::is_none")]
    pub(super) error_url: Option<String>,
    #[serde(rename = "newUserURL", skip_serializing_if = "Option::is_none")]
    pub(super) new_user_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) link: Option<LinkState>,
    /// Milliseconds since 1970.
    #[serde(rename = "expiresAt")]
    pub(super) expires_at: i64,
    #[serde(rename = "requestSignUp", skip_serializing_if = "Option::is_none")]
    pub(super) request_sign_up: Option<bool>,
    #[serde(rename = "idTokenNonce", skip_serializing_if = "Option::is_none")]
    pub(super) nonce: Option<String>,
    /// Whose answer is waited for: another provider's would be another's word. States of Better Auth do not tell.
    #[serde(rename = "provider", skip_serializing_if = "Option::is_none")]
    pub(super) provider: Option<String>,
    #[serde(rename = "oauthState", skip_serializing_if = "Option::is_none")]
    pub(super) state: Option<String>,
}

/// Who wants to link an account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct LinkState {
    #[serde(rename = "userId")]
    pub(super) user_id: String,
    pub(super) email: String,
    /// The session that began it, encrypted: it must still hold when the browser comes back.
    #[serde(rename = "encryptedSessionToken", skip_serializing_if = "Option::is_none")]
    pub(super) session_token: Option<String>,
}

/// Why a state is not believed.
#[derive(Debug)]
pub(super) struct InvalidState {
    pub(super) code: &'static str,
    /// Where the browser came from, if that much is known.
    pub(super) error_url: Option<String>,
}

impl OAuthState {
    /// Names that an application's own data must not have: it would be taken for ours.
    pub(super) fn is_own_key(name: &str) -> bool {
        const KEYS: [&str; 11] = [
            "provider",
            "callbackURL",
            "codeVerifier",
            "errorURL",
            "newUserURL",
            "link",
            "serverContext",
            "expiresAt",
            "requestSignUp",
            "idTokenNonce",
            "oauthState",
        ];
        KEYS.contains(&name)
    }
}

impl Services<'_> {
    /// Stores a state and gives its name, which comes back with the browser. One statement.
    pub(super) async fn store_state(
        &self,
        mut state: OAuthState,
        context: &RequestContext,
    ) -> Result<String, AuthError> {
        let store = self.store_for(context);
        let name = random_text_of(store.random(), URL_SAFE, 32);
        let expires_at = self.clock().now() + STATE_LIFETIME;
        state.expires_at = milliseconds(expires_at);
        state.state = Some(name.clone());
        let value = Secret::new(serde_json::to_string(&state).unwrap_or_default());
        store.verifications().create(NewVerification::new(identifier(&name), value, expires_at)).await?;
        Ok(name)
    }

    /// Takes a state, exactly once, for the browser that it was made for: `browser` is what that browser's cookie says. One
    /// statement; two where it is not found.
    pub(super) async fn take_state(
        &self,
        name: &str,
        browser: Option<&str>,
        context: &RequestContext,
    ) -> Result<Result<OAuthState, InvalidState>, AuthError> {
        let verifications = self.store_for(context).verifications();
        let mismatch = |error_url| InvalidState { code: "state_mismatch", error_url };
        if browser != Some(name) {
            // The state of another browser stays for that one.
            let mut found = verifications.find(&identifier(name)).await?;
            if found.is_none() && is_name(name) {
                found = verifications.find(name).await?;
            }
            let found = found.and_then(|found| read(&found.value));
            return Ok(Err(mismatch(found.and_then(|state| state.error_url))));
        }
        let mut taken = verifications.consume(&identifier(name)).await?;
        if taken.is_none() && is_name(name) {
            // A Better Auth from before 1.7.3 on the same rows writes the name alone.
            taken = verifications.consume(name).await?;
        }
        let Some(taken) = taken else {
            return Ok(Err(mismatch(None)));
        };
        let Some(state) = read(&taken.value) else {
            return Ok(Err(InvalidState { code: "state_invalid", error_url: None }));
        };
        let foreign = state.state.as_deref().is_some_and(|own| own != name);
        if foreign || state.expires_at < milliseconds(self.clock().now()) {
            return Ok(Err(mismatch(state.error_url)));
        }
        Ok(Ok(state))
    }
}

fn read(value: &Secret) -> Option<OAuthState> {
    serde_json::from_str(value.expose()).ok()
}

fn identifier(name: &str) -> String {
    format!("auth-state:{name}")
}

/// Whether a text has the form of a state's name. What keeps others' values from being taken under it is the signed cookie, which
/// says the same name.
fn is_name(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn milliseconds(instant: time::OffsetDateTime) -> i64 {
    i64::try_from(instant.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

const STATE_LIFETIME: Duration = Duration::minutes(10);
