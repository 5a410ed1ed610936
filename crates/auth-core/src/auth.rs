//! One entry point, cheap to clone.

use std::sync::Arc;

use url::Url;

use crate::adapter::Adapter;
use crate::config::{EmailAndPasswordConfig, PasswordConfig, SessionConfig};
use crate::domain::{Clock, Random, Secret, SystemClock, SystemRandom};
use crate::error::BuildError;
use crate::password::PasswordHasher;
use crate::repository::Store;

/// The services of an authentication database. Clones share everything.
#[derive(Debug, Clone)]
pub struct Auth {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    adapter: Arc<dyn Adapter>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    hasher: PasswordHasher,
    secret: Secret,
    base_url: Url,
    trusted_origins: Vec<String>,
    session: SessionConfig,
    email_and_password: EmailAndPasswordConfig,
    password: PasswordConfig,
}

/// Settings of an [`Auth`] in the making; everything but the secret has a default.
#[derive(Debug)]
pub struct AuthBuilder {
    adapter: Arc<dyn Adapter>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    secret: Secret,
    base_url: String,
    trusted_origins: Vec<String>,
    session: SessionConfig,
    email_and_password: EmailAndPasswordConfig,
    password: PasswordConfig,
}

impl Auth {
    /// Starts with the adapter that holds the data and the secret that signs cookies: at least 32 characters,
    /// the same across restarts and processes.
    pub fn builder(adapter: Arc<dyn Adapter>, secret: impl Into<String>) -> AuthBuilder {
        AuthBuilder {
            adapter,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            secret: Secret::new(secret),
            base_url: "http://localhost:3000".to_owned(),
            trusted_origins: Vec::new(),
            session: SessionConfig::default(),
            email_and_password: EmailAndPasswordConfig::default(),
            password: PasswordConfig::default(),
        }
    }

    /// The repositories, on the adapter itself, outside any transaction.
    pub fn store(&self) -> Store<'_> {
        Store::new(&*self.inner.adapter, &*self.inner.clock, &*self.inner.random)
    }

    /// The adapter that holds the data.
    pub fn adapter(&self) -> &dyn Adapter {
        &*self.inner.adapter
    }

    /// The secret that signs cookies.
    pub fn secret(&self) -> &Secret {
        &self.inner.secret
    }

    /// The address under which browsers reach the server.
    pub fn base_url(&self) -> &Url {
        &self.inner.base_url
    }

    /// Origins besides the base URL's whose pages may use the interface.
    pub fn trusted_origins(&self) -> &[String] {
        &self.inner.trusted_origins
    }

    /// Lifetime and refresh of sessions.
    pub fn session_config(&self) -> &SessionConfig {
        &self.inner.session
    }

    /// How many passwords have been hashed or verified since the start.
    pub fn hashes_computed(&self) -> u64 {
        self.inner.hasher.hashes_computed()
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.inner.clock
    }

    pub(crate) fn hasher(&self) -> &PasswordHasher {
        &self.inner.hasher
    }

    pub(crate) fn email_and_password_config(&self) -> &EmailAndPasswordConfig {
        &self.inner.email_and_password
    }

    pub(crate) fn password_config(&self) -> &PasswordConfig {
        &self.inner.password
    }
}

impl AuthBuilder {
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

    /// Tells the time; for tests.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Gives randomness; for tests.
    #[must_use]
    pub fn random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
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
        let hasher = PasswordHasher::new(&self.password, Arc::clone(&self.random))?;
        let inner = Inner {
            adapter: self.adapter,
            clock: self.clock,
            random: self.random,
            hasher,
            secret: self.secret,
            base_url,
            trusted_origins: self.trusted_origins,
            session: self.session,
            email_and_password: self.email_and_password,
            password: self.password,
        };
        Ok(Auth { inner: Arc::new(inner) })
    }
}

const MIN_SECRET_LENGTH: usize = 32;
