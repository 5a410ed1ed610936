//! Settings of an [`Auth`] in the making.

use std::sync::Arc;

use url::Url;

use super::{Auth, Inner, Services};
use crate::adapter::Adapter;
use crate::config::{EmailAndPasswordConfig, PasswordConfig, SessionConfig, TransactionConfig};
use crate::domain::{Clock, Random, Secret};
use crate::error::BuildError;
use crate::hooks::Hooks;
use crate::password::PasswordHasher;
use crate::repository::Environment;

/// Settings of an [`Auth`] in the making; everything but the secret has a default.
#[derive(Debug)]
pub struct AuthBuilder {
    adapter: Arc<dyn Adapter>,
    environment: Environment,
    plugin_hooks: Hooks,
    secret: Secret,
    base_url: String,
    trusted_origins: Vec<String>,
    session: SessionConfig,
    email_and_password: EmailAndPasswordConfig,
    password: PasswordConfig,
}

impl AuthBuilder {
    pub(super) fn new(adapter: Arc<dyn Adapter>, secret: Secret) -> Self {
        Self {
            adapter,
            environment: Environment::default(),
            plugin_hooks: Hooks::new(),
            secret,
            base_url: "http://localhost:3000".to_owned(),
            trusted_origins: Vec::new(),
            session: SessionConfig::default(),
            email_and_password: EmailAndPasswordConfig::default(),
            password: PasswordConfig::default(),
        }
    }

    /// The address under which browsers reach the server. Default `http://localhost:3000`.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// Trusts the pages of one more origin (`https://app.example.com`).
    #[must_use]
    pub fn trusted_origin(mut self, origin: impl Into<String>) -> Self {
        self.trusted_origins.push(origin.into());
        self
    }

    /// Lifetime and refresh of sessions.
    #[must_use]
    pub fn session(mut self, config: SessionConfig) -> Self {
        self.session = config;
        self
    }

    /// What is allowed with e-mail and password.
    #[must_use]
    pub fn email_and_password(mut self, config: EmailAndPasswordConfig) -> Self {
        self.email_and_password = config;
        self
    }

    /// How passwords are hashed.
    #[must_use]
    pub fn password(mut self, config: PasswordConfig) -> Self {
        self.password = config;
        self
    }

    /// Adds the hooks of a plugin. Plugins' hooks run before the application's, in the order in which they are added.
    #[must_use]
    pub fn plugin_hooks(mut self, hooks: Hooks) -> Self {
        self.plugin_hooks = self.plugin_hooks.then(hooks);
        self
    }

    /// Adds the application's hooks.
    #[must_use]
    pub fn hooks(mut self, hooks: Hooks) -> Self {
        self.environment.hooks = self.environment.hooks.then(hooks);
        self
    }

    /// How transactions that give way to others are tried again.
    #[must_use]
    pub fn transactions(mut self, config: TransactionConfig) -> Self {
        self.environment.transactions = config;
        self
    }

    /// How many rows [`crate::repository::Rows::find_many`] gives when the query does not say. Default 100. No bulk
    /// operation has such a limit.
    #[must_use]
    pub fn default_find_many_limit(mut self, limit: u64) -> Self {
        self.environment.default_limit = limit;
        self
    }

    /// Tells the time; for tests.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.environment.clock = clock;
        self
    }

    /// Gives randomness; for tests.
    #[must_use]
    pub fn random(mut self, random: Arc<dyn Random>) -> Self {
        self.environment.random = random;
        self
    }

    /// Builds it. Starts no thread and asks the database nothing.
    ///
    /// # Errors
    ///
    /// [`BuildError`] names the setting that is wrong.
    pub fn build(self) -> Result<Auth, BuildError> {
        if self.secret.expose().chars().count() < MIN_SECRET_LENGTH {
            return Err(BuildError::Secret);
        }
        let base_url = Url::parse(&self.base_url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some())
            .ok_or(BuildError::BaseUrl { url: self.base_url })?;
        let mut environment = self.environment;
        environment.hooks = self.plugin_hooks.then(environment.hooks);
        let hasher = PasswordHasher::new(&self.password, Arc::clone(&environment.random))?;
        let inner = Inner {
            adapter: self.adapter,
            environment,
            hasher,
            secret: self.secret,
            base_url,
            trusted_origins: self.trusted_origins,
            session: self.session,
            email_and_password: self.email_and_password,
            password: self.password,
        };
        Ok(Auth { services: Services { inner: Arc::new(inner), joined: None } })
    }
}

const MIN_SECRET_LENGTH: usize = 32;
