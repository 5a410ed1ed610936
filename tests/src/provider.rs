//! A provider in the process: it vouches for whomever the test says, and remembers what it was asked.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use auth_core::domain::Secret;
use auth_core::provider::{
    AuthorizationRequest, CodeExchange, Profile, Provider, ProviderError, ProviderSettings, Tokens,
};
use serde_json::json;
use time::Duration;
use url::Url;

/// A provider that vouches for whomever the test says. Clones share everything.
#[derive(Debug, Clone)]
pub struct StubProvider {
    id: &'static str,
    settings: ProviderSettings,
    next: Arc<Mutex<Profile>>,
    counter: Arc<Mutex<u32>>,
    asked: Arc<Mutex<Vec<String>>>,
    gate: Option<Arc<Gate>>,
}

/// Where a refresh waits until the test lets it go on.
#[derive(Debug, Default)]
pub struct Gate {
    /// Told when a refresh has arrived.
    pub arrived: tokio::sync::Notify,
    /// Tells it to go on.
    pub open: tokio::sync::Notify,
}

impl StubProvider {
    /// A provider of a name, for Ada whose address is proven.
    pub fn new(id: &'static str) -> Self {
        let provider = Self {
            id,
            settings: ProviderSettings::default(),
            next: Arc::default(),
            counter: Arc::default(),
            asked: Arc::default(),
            gate: None,
        };
        provider.vouch("1", Some("ada@example.com"), true);
        provider
    }

    /// What is decided about its people.
    #[must_use]
    pub fn settings(mut self, settings: impl FnOnce(&mut ProviderSettings)) -> Self {
        settings(&mut self.settings);
        self
    }

    /// Lets refreshes wait.
    #[must_use]
    pub fn gated(mut self, gate: &Arc<Gate>) -> Self {
        self.gate = Some(Arc::clone(gate));
        self
    }

    /// Whom it vouches for from now on.
    pub fn vouch(&self, account_id: &str, email: Option<&str>, email_verified: bool) {
        *self.next.lock().unwrap() = Profile {
            account_id: account_id.to_owned(),
            email: email.map(str::to_owned),
            email_verified,
            name: format!("Person {account_id}"),
            image: Some(format!("https://img.example/{account_id}")),
            ..Profile::default()
        };
    }

    /// The codes and refresh tokens that it was shown.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn tokens(&self) -> Tokens {
        let mut counter = self.counter.lock().unwrap();
        *counter += 1;
        Tokens {
            access_token: Some(Secret::new(format!("access-{counter}"))),
            refresh_token: Some(Secret::new(format!("refresh-{counter}"))),
            id_token: Some(Secret::new(format!("id-{counter}"))),
            access_token_expires_in: Some(Duration::hours(1)),
            scopes: vec!["email".to_owned(), "profile".to_owned()],
            ..Tokens::default()
        }
    }

    fn refused(&self, reason: &str) -> ProviderError {
        ProviderError::Refused { provider: self.id.to_owned(), reason: reason.to_owned() }
    }
}

#[async_trait]
impl Provider for StubProvider {
    fn id(&self) -> &str {
        self.id
    }

    fn settings(&self) -> &ProviderSettings {
        &self.settings
    }

    async fn authorization_url(&self, request: AuthorizationRequest<'_>) -> Result<Url, ProviderError> {
        let mut url = Url::parse("https://provider.example/authorize").unwrap();
        url.query_pairs_mut()
            .append_pair("state", request.state)
            .append_pair("redirect_uri", request.redirect_uri.as_str())
            .append_pair("scope", &request.scopes.join(" "));
        for (name, value) in request.additional_params {
            url.query_pairs_mut().append_pair(name, value);
        }
        Ok(url)
    }

    async fn exchange_code(&self, exchange: CodeExchange<'_>) -> Result<Tokens, ProviderError> {
        assert_eq!(exchange.code_verifier.expose().len(), 128);
        let code = exchange.code.expose().to_owned();
        self.asked.lock().unwrap().push(code.clone());
        if code == "bad" { Err(self.refused("invalid_grant")) } else { Ok(self.tokens()) }
    }

    async fn profile(&self, tokens: &Tokens, nonce: Option<&str>) -> Result<Profile, ProviderError> {
        if tokens.id_token.as_ref().is_some_and(|token| token.expose() == "forged") || nonce == Some("wrong")
        {
            let reason = "signature".to_owned();
            return Err(ProviderError::InvalidIdToken { provider: self.id.to_owned(), reason });
        }
        let mut profile = self.next.lock().unwrap().clone();
        profile.raw.insert("id".to_owned(), json!(profile.account_id));
        Ok(profile)
    }

    fn takes_id_tokens(&self) -> bool {
        true
    }

    async fn refresh(&self, refresh_token: &Secret) -> Result<Tokens, ProviderError> {
        if let Some(gate) = &self.gate {
            gate.arrived.notify_one();
            gate.open.notified().await;
        }
        // Each refresh token works once, as with providers that rotate them.
        let mut asked = self.asked.lock().unwrap();
        let token = refresh_token.expose().to_owned();
        if asked.contains(&token) {
            return Err(self.refused("invalid_grant"));
        }
        asked.push(token);
        drop(asked);
        Ok(self.tokens())
    }
}
