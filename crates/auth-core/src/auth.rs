//! One entry point, cheap to clone.

mod builder;

use std::ops::Deref;
use std::sync::Arc;

use url::Url;

use crate::adapter::{Adapter, Transaction};
use crate::config::{EmailAndPasswordConfig, PasswordConfig, SessionConfig};
use crate::domain::{Clock, RequestContext, Secret};
use crate::hooks::AfterCommit;
use crate::password::PasswordHasher;
use crate::repository::{Environment, Store};

pub use builder::AuthBuilder;

/// The services of an authentication database ([`Services`]) on its pool. Clones share everything.
#[derive(Debug)]
pub struct Auth {
    services: Services<'static>,
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
    environment: Environment,
    hasher: PasswordHasher,
    secret: Secret,
    base_url: Url,
    trusted_origins: Vec<String>,
    session: SessionConfig,
    email_and_password: EmailAndPasswordConfig,
    password: PasswordConfig,
}

impl Auth {
    /// Starts with the adapter that holds the data and the secret that signs cookies: at least 32 characters,
    /// the same across restarts and processes.
    pub fn builder(adapter: Arc<dyn Adapter>, secret: impl Into<String>) -> AuthBuilder {
        AuthBuilder::new(adapter, Secret::new(secret))
    }

    /// The adapter that holds the data.
    pub fn adapter(&self) -> &dyn Adapter {
        &*self.services.inner.adapter
    }

    /// The secret that signs cookies.
    pub fn secret(&self) -> &Secret {
        &self.services.inner.secret
    }

    /// The address under which browsers reach the server.
    pub fn base_url(&self) -> &Url {
        &self.services.inner.base_url
    }

    /// Origins besides the base URL's whose pages may use the interface.
    pub fn trusted_origins(&self) -> &[String] {
        &self.services.inner.trusted_origins
    }

    /// How many passwords have been hashed or verified since the start.
    pub fn hashes_computed(&self) -> u64 {
        self.services.inner.hasher.hashes_computed()
    }

    /// The same services inside an open transaction of the adapter's own, whatever adapter it is. For a transaction of
    /// SeaORM's, see [`Auth::within`].
    pub fn within_transaction<'t>(&self, transaction: &'t dyn Transaction) -> Within<'t> {
        self.joined(Scope::Own(transaction.adapter()))
    }

    /// The same services on an adapter that was made for a transaction.
    pub(crate) fn within_adapter<'t>(&self, adapter: Box<dyn Adapter + 't>) -> Within<'t> {
        self.joined(Scope::Made(adapter))
    }

    fn joined<'t>(&self, scope: Scope<'t>) -> Within<'t> {
        let joined = Joined { scope, after: AfterCommit::default() };
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
        Self { services: Services { inner: Arc::clone(&self.services.inner), joined: None } }
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
