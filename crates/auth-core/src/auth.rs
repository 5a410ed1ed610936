//! One entry point, cheap to clone.

mod builder;
mod layers;
mod readiness;
mod shutdown;
mod sweep;

use std::ops::Deref;
use std::sync::Arc;

use tokio_util::task::TaskTracker;
use url::Url;

use crate::adapter::{Adapter, Transaction};
use crate::config::{
    AccountConfig, EmailAndPasswordConfig, EmailVerificationConfig, HttpConfig, MaintenanceConfig,
    PasswordConfig, RateLimitConfig, SessionConfig, TrustedOrigin, UserConfig,
};
use crate::crypto::Secrets;
use crate::domain::{Clock, Random, RequestContext};
use crate::hooks::AfterCommit;
use crate::mail::Post;
use crate::password::PasswordHasher;
use crate::provider::Provider;
use crate::repository::{Environment, Store};
use crate::secondary_storage::{SecondaryStorage, StorageState};
use crate::service::{RateLimiter, Refusals};
use crate::telemetry::{Gauges, Instruments};

pub use builder::AuthBuilder;
pub use readiness::{DatabaseState, Readiness};
pub use shutdown::UnderWay;

use layers::Layers;
use sweep::Sweep;

/// The services of an authentication database ([`Services`]) on its pool. Clones share everything.
#[derive(Debug)]
pub struct Auth {
    services: Services<'static>,
    /// The work in the background, which ends with the last clone. The work itself does not hold it.
    sweep: Option<Arc<Sweep>>,
}

/// The services inside a transaction that the application has open: see [`Auth::within`].
#[derive(Debug)]
#[must_use = "after-hooks wait here: take them with `detach` before the commit"]
pub struct Within<'t> {
    services: Services<'t>,
}

/// What the product does, one method for each verb phrase. Reached through [`Auth`] and [`Within`].
#[derive(Debug)]
pub struct Services<'t> {
    inner: Arc<Inner>,
    joined: Option<Joined<'t>>,
}

/// An application's transaction, and the after-hooks that wait for it.
#[derive(Debug)]
struct Joined<'t> {
    scope: Scope<'t>,
    after: AfterCommit,
}

/// An adapter inside a transaction: one that was made for it, or the transaction's own.
#[derive(Debug)]
enum Scope<'t> {
    Made(Box<dyn Adapter + 't>),
    Own(&'t dyn Adapter),
}

#[derive(Debug)]
struct Inner {
    adapter: Arc<dyn Adapter>,
    layers: Layers,
    environment: Environment,
    hasher: PasswordHasher,
    secrets: Secrets,
    base_url: Url,
    endpoint: String,
    trusted_origins: Vec<TrustedOrigin>,
    session: SessionConfig,
    email_and_password: EmailAndPasswordConfig,
    email_verification: EmailVerificationConfig,
    user: UserConfig,
    account: AccountConfig,
    http: HttpConfig,
    maintenance: MaintenanceConfig,
    password: PasswordConfig,
    providers: Vec<Arc<dyn Provider>>,
    post: Arc<Post>,
    limiter: RateLimiter,
    refusals: Refusals,
    instruments: Instruments,
    gauges: Gauges,
    /// Requests under way; closed at the end.
    requests: TaskTracker,
}

impl Auth {
    /// Starts with the adapter that holds the data and the secret that signs cookies and tokens: at least 32 characters,
    /// the same across restarts and processes. [`Secrets`] has several, of which one is replaced by the next.
    pub fn builder(adapter: Arc<dyn Adapter>, secrets: impl Into<Secrets>) -> AuthBuilder {
        AuthBuilder::new(adapter, secrets.into())
    }

    /// The adapter that holds the data.
    pub fn adapter(&self) -> &Arc<dyn Adapter> {
        &self.services.inner.adapter
    }

    /// The address under which browsers reach the server.
    pub fn base_url(&self) -> &Url {
        &self.services.inner.base_url
    }

    /// Origins besides the base URL's whose pages may use the interface.
    pub fn trusted_origins(&self) -> &[TrustedOrigin] {
        &self.services.inner.trusted_origins
    }

    /// What the HTTP interface is told.
    pub fn http_config(&self) -> &HttpConfig {
        &self.services.inner.http
    }

    /// The store beside the database, if there is one. It is asked only while it is to be trusted; otherwise every operation fails at
    /// once.
    pub fn secondary_storage(&self) -> Option<&Arc<dyn SecondaryStorage>> {
        self.services.inner.layers.storage.as_ref()
    }

    /// Whether the store beside the database is asked and told now; `None` without one. No round trip.
    pub fn storage_state(&self) -> Option<StorageState> {
        self.services.inner.layers.storage_state()
    }

    pub(crate) fn gauges(&self) -> &Gauges {
        &self.services.inner.gauges
    }

    /// Waits until the mail that was asked for so far has been sent or given up: before a program ends, and in tests.
    pub async fn settle(&self) {
        self.services.inner.post.settle().await;
    }

    /// How many passwords have been hashed or verified since the start.
    pub fn hashes_computed(&self) -> u64 {
        self.services.inner.hasher.hashes_computed()
    }

    /// The same services inside an open transaction of the adapter's own, whatever adapter it is. For a transaction of
    /// SeaORM's, see [`Auth::within`].
    pub fn within_transaction<'t>(&self, transaction: &'t dyn Transaction) -> Within<'t> {
        self.joined(Scope::Own(transaction.adapter()), AfterCommit::default())
    }

    /// The same services on an adapter that was made for a transaction.
    pub(crate) fn within_adapter<'t>(&self, adapter: Box<dyn Adapter + 't>) -> Within<'t> {
        let after = AfterCommit::default();
        let adapter = self.services.inner.layers.joined(adapter, &after);
        self.joined(Scope::Made(adapter), after)
    }

    fn joined<'t>(&self, scope: Scope<'t>, after: AfterCommit) -> Within<'t> {
        let joined = Joined { scope, after };
        Within { services: Services { inner: Arc::clone(&self.services.inner), joined: Some(joined) } }
    }
}

impl Within<'_> {
    /// Ends the work inside the transaction and gives the after-hooks that wait for its commit. Once the application
    /// has committed, it runs them with [`AfterCommit::committed`]; dropped, they do not run.
    pub fn detach(self) -> AfterCommit {
        self.services.joined.map(|joined| joined.after).unwrap_or_default()
    }
}

impl Services<'_> {
    /// The repositories, for no request in particular. Inside a transaction, they belong to it.
    pub fn store(&self) -> Store<'_> {
        self.store_for(&NOBODY)
    }

    /// The repositories, for a request: hooks are told of it.
    pub fn store_for<'a>(&'a self, context: &'a RequestContext) -> Store<'a> {
        let environment = &self.inner.environment;
        match &self.joined {
            None => Store::new(&*self.inner.adapter, environment, context, None),
            Some(Joined { scope: Scope::Made(adapter), after }) => {
                Store::new(&**adapter, environment, context, Some(after))
            }
            Some(Joined { scope: Scope::Own(adapter), after }) => {
                Store::new(*adapter, environment, context, Some(after))
            }
        }
    }

    /// Lifetime and refresh of sessions.
    pub fn session_config(&self) -> &SessionConfig {
        &self.inner.session
    }

    /// Whether there is a store beside the database.
    pub(crate) fn has_storage(&self) -> bool {
        self.inner.layers.storage.is_some()
    }

    /// The secrets that sign and encrypt.
    pub fn secrets(&self) -> &Secrets {
        &self.inner.secrets
    }

    /// Where the HTTP interface is reached: the base URL and `/api/auth`, or the base URL alone if it has a path.
    pub fn endpoint(&self) -> &str {
        &self.inner.endpoint
    }

    /// The providers that people sign in with.
    pub fn providers(&self) -> impl Iterator<Item = &dyn Provider> {
        self.inner.providers.iter().map(|provider| &**provider)
    }

    pub(crate) fn base_url_text(&self) -> String {
        self.inner.base_url.as_str().trim_end_matches('/').to_owned()
    }

    /// The services outside of any transaction; `None` inside one.
    pub(crate) fn on_pool(&self) -> Option<Auth> {
        let services = Services { inner: Arc::clone(&self.inner), joined: None };
        self.joined.is_none().then_some(Auth { services, sweep: None })
    }

    pub(crate) fn provider(&self, id: &str) -> Option<&dyn Provider> {
        self.providers().find(|provider| provider.id() == id)
    }

    pub(crate) fn email_verification(&self) -> &EmailVerificationConfig {
        &self.inner.email_verification
    }

    pub(crate) fn user_config(&self) -> &UserConfig {
        &self.inner.user
    }

    pub(crate) fn account_config(&self) -> &AccountConfig {
        &self.inner.account
    }

    /// How what has expired is deleted.
    pub fn maintenance_config(&self) -> &MaintenanceConfig {
        &self.inner.maintenance
    }

    pub(crate) fn rate_limit_config(&self) -> &RateLimitConfig {
        &self.inner.http.rate_limit
    }

    pub(crate) fn limiter(&self) -> &RateLimiter {
        &self.inner.limiter
    }

    pub(crate) fn refusals(&self) -> &Refusals {
        &self.inner.refusals
    }

    pub(crate) fn instruments(&self) -> &Instruments {
        &self.inner.instruments
    }

    pub(crate) fn random(&self) -> &dyn Random {
        &*self.inner.environment.random
    }

    pub(crate) fn post(&self) -> Arc<Post> {
        Arc::clone(&self.inner.post)
    }

    /// Now, as the services' clock tells it.
    pub fn now(&self) -> time::OffsetDateTime {
        self.clock().now()
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.inner.environment.clock
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

impl Clone for Auth {
    fn clone(&self) -> Self {
        let services = Services { inner: Arc::clone(&self.services.inner), joined: None };
        Self { services, sweep: self.sweep.clone() }
    }
}

impl Deref for Auth {
    type Target = Services<'static>;

    fn deref(&self) -> &Self::Target {
        &self.services
    }
}

impl<'t> Deref for Within<'t> {
    type Target = Services<'t>;

    fn deref(&self) -> &Self::Target {
        &self.services
    }
}

/// The context of what no request asks for.
static NOBODY: RequestContext = RequestContext::nobody();
