//! What every provider is configured with.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use auth_core::domain::{Clock, Secret, SystemClock};
use auth_core::provider::{Profile, ProviderError, ProviderSettings};
use time::OffsetDateTime;

use crate::client::{Client, ClientSecret};
use crate::failure::Failures;
use crate::http::{Http, TIMEOUT};
use crate::profile::{Claims, MapProfile, ProfileReader};

/// Configures a provider. `E` is what kind it is: [`OAuth2Endpoints`](crate::OAuth2Endpoints) or
/// [`OidcEndpoints`](crate::OidcEndpoints).
#[must_use]
pub struct Builder<E> {
    pub(crate) id: String,
    client_id: String,
    secret: ClientSecret,
    basic_auth: bool,
    pkce: bool,
    scopes: Vec<String>,
    authorization_params: Vec<(String, String)>,
    claims: Claims,
    maps: Vec<MapProfile>,
    settings: ProviderSettings,
    timeout: Duration,
    pub(crate) allow_plain_http: bool,
    clock: Arc<dyn Clock>,
    pub(crate) endpoints: E,
}

/// The parts of a provider that do not depend on its kind.
pub(crate) struct Parts {
    pub(crate) client: Client,
    pub(crate) reader: ProfileReader,
    pub(crate) settings: ProviderSettings,
}

impl<E> Builder<E> {
    pub(crate) fn new(id: String, client_id: String, claims: Claims, endpoints: E) -> Self {
        Self {
            id,
            client_id,
            secret: ClientSecret::None,
            basic_auth: false,
            pkce: true,
            scopes: Vec::new(),
            authorization_params: Vec::new(),
            claims,
            maps: Vec::new(),
            settings: ProviderSettings::default(),
            timeout: TIMEOUT,
            allow_plain_http: false,
            clock: Arc::new(SystemClock),
            endpoints,
        }
    }

    /// The client's secret. Without one the client is public, and PKCE alone protects it.
    pub fn client_secret(mut self, secret: Secret) -> Self {
        self.secret = ClientSecret::Fixed(secret);
        self
    }

    /// Makes the client's secret for each request to the token endpoint, at the instant of the request.
    pub fn client_secret_with<F>(mut self, make: F) -> Self
    where
        F: Fn(OffsetDateTime) -> Result<Secret, ProviderError> + Send + Sync + 'static,
    {
        self.secret = ClientSecret::Made(Arc::new(make));
        self
    }

    /// Sends client id and secret in the header `Authorization` instead of the body.
    pub fn basic_auth(mut self) -> Self {
        self.basic_auth = true;
        self
    }

    /// Whether codes are protected by PKCE. On by default; off only for a provider that refuses it.
    pub fn pkce(mut self, on: bool) -> Self {
        self.pkce = on;
        self
    }

    /// Replaces the scopes that are always asked for.
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Asks for one scope more.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.push(scope.into());
        self
    }

    /// Adds a parameter to the authorization address: `("prompt", "select_account")`. Of one name the last counts.
    pub fn authorization_param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.authorization_params.push((name.into(), value.into()));
        self
    }

    /// The claim that is the account's id: text or a whole number. `id` for OAuth 2, `sub` for OpenID Connect.
    pub fn account_id_claim(mut self, name: impl Into<String>) -> Self {
        self.claims.account_id = name.into();
        self
    }

    /// The claim that is the e-mail address. Default `email`.
    pub fn email_claim(mut self, name: impl Into<String>) -> Self {
        self.claims.email = name.into();
        self
    }

    /// The claim that says whether the address is proven. Default `email_verified`; only `true` and `"true"` are yes.
    pub fn email_verified_claim(mut self, name: impl Into<String>) -> Self {
        self.claims.email_verified = name.into();
        self
    }

    /// The claims that may be the name; the first that holds text counts. Default `name`.
    pub fn name_claims<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.claims.name = names.into_iter().map(Into::into).collect();
        self
    }

    /// The claims that may be the picture's address; the first that holds text counts. Default `picture`, `image`.
    pub fn image_claims<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.claims.image = names.into_iter().map(Into::into).collect();
        self
    }

    /// Changes profiles: fills additional fields from `profile.raw`, or turns people away by an error. Called after the
    /// claims are read; several run in their order.
    pub fn map_profile<F>(mut self, map: F) -> Self
    where
        F: Fn(&mut Profile) -> Result<(), ProviderError> + Send + Sync + 'static,
    {
        self.maps.push(MapProfile(Arc::new(map)));
        self
    }

    /// What is decided about the provider's people.
    pub fn settings(mut self, settings: ProviderSettings) -> Self {
        self.settings = settings;
        self
    }

    /// How long a request to the provider may take as a whole. Default 10 seconds, of which 5 for the connection. Longer
    /// keeps people waiting on a provider that is down; shorter fails at one that is slow.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Takes addresses that begin with `http` on other machines too. Secrets and tokens then travel in the clear: for a
    /// closed test network only. Default off.
    pub fn allow_plain_http(mut self) -> Self {
        self.allow_plain_http = true;
        self
    }

    /// Whose time decides about expiry. Default the system's.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    pub(crate) fn failures(&self) -> Failures {
        Failures::of(&self.id)
    }

    /// Checks what is common and takes it apart.
    pub(crate) fn parts(self) -> Result<(Parts, E), ProviderError> {
        let failures = self.failures();
        if self.id.is_empty()
            || !self.id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        {
            return Err(failures.settings("an id has letters, digits, '-', '_' and '.'"));
        }
        if self.client_id.is_empty() {
            return Err(failures.settings("the client id is empty"));
        }
        if matches!(&self.secret, ClientSecret::Fixed(secret) if secret.expose().is_empty()) {
            return Err(failures.settings("the client secret is empty"));
        }
        let client = Client {
            id: self.client_id,
            secret: self.secret,
            basic_auth: self.basic_auth,
            pkce: self.pkce,
            scopes: self.scopes,
            authorization_params: self.authorization_params,
            http: Http::new(failures.clone(), self.timeout)?,
            clock: self.clock,
            failures: failures.clone(),
        };
        let reader = ProfileReader { claims: self.claims, maps: self.maps, failures };
        Ok((Parts { client, reader, settings: self.settings }, self.endpoints))
    }
}

impl<E: fmt::Debug> fmt::Debug for Builder<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Builder")
            .field("id", &self.id)
            .field("endpoints", &self.endpoints)
            .finish_non_exhaustive()
    }
}
