//! Settings of an [`Auth`] in the making.

use std::sync::Arc;

use tokio_util::task::TaskTracker;
use url::Url;

use super::layers::Layers;
use super::sweep::Sweep;
use super::{Auth, Inner, Services};
use crate::adapter::Adapter;
use crate::config::{
    AccountConfig, EmailAndPasswordConfig, EmailVerificationConfig, HttpConfig, MaintenanceConfig,
    PasswordConfig, SecondaryStorageConfig, SessionConfig, Settings, TelemetryConfig, TransactionConfig,
    TrustedOrigin, UserConfig, VerificationConfig,
};
use crate::crypto::Secrets;
use crate::domain::{Clock, Random};
use crate::error::BuildError;
use crate::hooks::Hooks;
use crate::mail::{Mailer, Post};
use crate::password::PasswordHasher;
use crate::provider::Provider;
use crate::repository::Environment;
use crate::secondary_storage::SecondaryStorage;
use crate::service::{RateLimiter, Refusals};
use crate::telemetry::{Gauges, Instruments};

/// Settings of an [`Auth`] in the making; everything but the secret has a default.
#[derive(Debug)]
pub struct AuthBuilder {
    adapter: Arc<dyn Adapter>,
    environment: Environment,
    plugin_hooks: Hooks,
    secrets: Secrets,
    base_url: String,
    trusted_origins: Vec<String>,
    session: SessionConfig,
    email_and_password: EmailAndPasswordConfig,
    email_verification: EmailVerificationConfig,
    user: UserConfig,
    account: AccountConfig,
    http: HttpConfig,
    maintenance: MaintenanceConfig,
    telemetry: TelemetryConfig,
    password: PasswordConfig,
    providers: Vec<Arc<dyn Provider>>,
    mailer: Option<Arc<dyn Mailer>>,
    secondary_storage: Option<Arc<dyn SecondaryStorage>>,
    secondary_storage_config: SecondaryStorageConfig,
}

impl AuthBuilder {
    pub(super) fn new(adapter: Arc<dyn Adapter>, secrets: Secrets) -> Self {
        Self {
            adapter,
            environment: Environment::default(),
            plugin_hooks: Hooks::new(),
            secrets,
            base_url: "http://localhost:3000".to_owned(),
            trusted_origins: Vec::new(),
            session: SessionConfig::default(),
            email_and_password: EmailAndPasswordConfig::default(),
            email_verification: EmailVerificationConfig::default(),
            user: UserConfig::default(),
            account: AccountConfig::default(),
            http: HttpConfig::default(),
            maintenance: MaintenanceConfig::default(),
            telemetry: TelemetryConfig::default(),
            password: PasswordConfig::default(),
            providers: Vec::new(),
            mailer: None,
            secondary_storage: None,
            secondary_storage_config: SecondaryStorageConfig::default(),
        }
    }

    /// Replaces the secrets: to take them from elsewhere than the rest, or for tests of a rotation.
    #[must_use]
    pub fn secrets(mut self, secrets: impl Into<Secrets>) -> Self {
        self.secrets = secrets.into();
        self
    }

    /// The address under which browsers reach the server. Default `http://localhost:3000`.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// Trusts the pages of one more origin; its form is that of [`TrustedOrigin`]: `https://app.example.com`,
    /// `*.example.com`, `myapp://`.
    #[must_use]
    pub fn trusted_origin(mut self, origin: impl Into<String>) -> Self {
        self.trusted_origins.push(origin.into());
        self
    }

    /// Takes every section that is no matter of the adapter. Sections that are given afterwards replace them.
    #[must_use]
    pub fn settings(self, settings: &Settings) -> Self {
        self.session(settings.session.clone())
            .verification(settings.verification.clone())
            .email_and_password(settings.email_and_password.clone())
            .password(settings.password.clone())
            .http(settings.http.clone())
            .maintenance(settings.maintenance.clone())
            .telemetry(settings.telemetry.clone())
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

    /// When and how e-mail addresses are proven.
    #[must_use]
    pub fn email_verification(mut self, config: EmailVerificationConfig) -> Self {
        self.email_verification = config;
        self
    }

    /// What people may do to their own users.
    #[must_use]
    pub fn user(mut self, config: UserConfig) -> Self {
        self.user = config;
        self
    }

    /// Accounts at providers.
    #[must_use]
    pub fn account(mut self, config: AccountConfig) -> Self {
        self.account = config;
        self
    }

    /// How verifications are stored.
    #[must_use]
    pub fn verification(mut self, config: VerificationConfig) -> Self {
        self.environment.verification = config;
        self
    }

    /// The HTTP interface: cookies, rate limits, proxies.
    #[must_use]
    pub fn http(mut self, config: HttpConfig) -> Self {
        self.http = config;
        self
    }

    /// How what has expired is deleted, and whether in the background.
    #[must_use]
    pub fn maintenance(mut self, config: MaintenanceConfig) -> Self {
        self.maintenance = config;
        self
    }

    /// What is told of operations.
    #[must_use]
    pub fn telemetry(mut self, config: TelemetryConfig) -> Self {
        self.telemetry = config;
        self
    }

    /// Adds a provider that people sign in with, such as one of `auth-oauth`.
    #[must_use]
    pub fn provider(mut self, provider: impl Provider + 'static) -> Self {
        self.providers.push(Arc::new(provider));
        self
    }

    /// Sends the mail, such as one of `auth-mail`. Without one, nothing that needs mail is offered.
    #[must_use]
    pub fn mailer(mut self, mailer: impl Mailer + 'static) -> Self {
        self.mailer = Some(Arc::new(mailer));
        self
    }

    /// Keeps sessions and verifications in a store beside the database, such as Redis. What stands in the database besides is
    /// told by [`SessionConfig::store_in_database`] and [`VerificationConfig::store_in_database`].
    #[must_use]
    pub fn secondary_storage(mut self, storage: Arc<dyn SecondaryStorage>) -> Self {
        self.secondary_storage = Some(storage);
        self
    }

    /// How the store beside the database is asked.
    #[must_use]
    pub fn secondary_storage_config(mut self, config: SecondaryStorageConfig) -> Self {
        self.secondary_storage_config = config;
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

    /// Builds it; a recorder of metrics must be there by now ([`crate::telemetry`]). Starts no thread and asks the database nothing; with [`MaintenanceConfig::sweep`], and with a secondary storage, it
    /// starts a task.
    ///
    /// # Errors
    ///
    /// [`BuildError`] names the setting that is wrong; [`BuildError::NoRuntime`] when the task has no Tokio runtime to run on.
    pub fn build(self) -> Result<Auth, BuildError> {
        if self.secrets.current().expose().chars().count() < MIN_SECRET_LENGTH {
            return Err(BuildError::Secret);
        }
        self.http.cookies.check()?;
        self.session.cookie_cache.check()?;
        let trusted = self.trusted_origins.iter().map(|origin| TrustedOrigin::parse(origin));
        let trusted_origins: Vec<TrustedOrigin> = trusted.collect::<Result<_, _>>()?;
        for (position, provider) in self.providers.iter().enumerate() {
            if self.providers[..position].iter().any(|other| other.id() == provider.id()) {
                return Err(BuildError::ProviderTwice { id: provider.id().to_owned() });
            }
        }
        let base_url = Url::parse(&self.base_url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some())
            .ok_or(BuildError::BaseUrl { url: self.base_url })?;
        let mut environment = self.environment;
        environment.hooks = self.plugin_hooks.then(environment.hooks);
        environment.token_storage = self.session.token_storage;
        environment.trail = self.adapter.schema().audit_trail();
        environment.soft_delete = self.adapter.schema().deleted_at().is_some();
        if self.user.delete.soft && !environment.soft_delete {
            return Err(BuildError::NoDeletedAt);
        }
        let hasher = PasswordHasher::new(&self.password, Arc::clone(&environment.random))?;
        let storage = self.secondary_storage.map(|storage| (storage, self.secondary_storage_config));
        let (adapter, layers) = Layers::put(self.adapter, storage, &self.session, &environment)?;
        let limiter = RateLimiter::new(&self.http.rate_limit, layers.storage.as_ref(), &*adapter)?;
        let inner = Inner {
            adapter,
            layers,
            environment,
            hasher,
            secrets: self.secrets,
            endpoint: endpoint(&base_url),
            base_url,
            trusted_origins,
            session: self.session,
            email_and_password: self.email_and_password,
            email_verification: self.email_verification,
            user: self.user,
            account: self.account,
            http: self.http,
            maintenance: self.maintenance,
            password: self.password,
            providers: self.providers,
            post: Arc::new(Post::new(self.mailer)),
            limiter,
            refusals: Refusals::default(),
            instruments: Instruments::new(self.telemetry.slow_operation),
            gauges: Gauges::new(),
            requests: TaskTracker::new(),
        };
        let services = Services { inner: Arc::new(inner), joined: None };
        let sweep = Sweep::start(&services)?.map(Arc::new);
        Ok(Auth { services, sweep })
    }
}

/// A base URL with a path names the interface itself: it stands behind a proxy that maps the path.
fn endpoint(base_url: &Url) -> String {
    let base = base_url.as_str().trim_end_matches('/');
    if base_url.path() == "/" { format!("{base}/api/auth") } else { base.to_owned() }
}

const MIN_SECRET_LENGTH: usize = 32;
