//! An `Auth` on a test database, with a clock that stands still, and people in it.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use auth_core::AuthBuilder;
use auth_core::adapter::Adapter;
use auth_core::config::{SessionConfig, TokenStorage};
use auth_core::domain::{RequestContext, User};
use auth_core::testing::TestAuth;

use crate::backend::TestDatabase;

pub use auth_core::testing::{PASSWORD, SECRET, cheap_passwords};

/// The published kit on a test database.
#[derive(Debug)]
pub struct Fixture(TestAuth);

impl Fixture {
    /// Defaults, with cheap password hashes.
    pub async fn new(database: &TestDatabase) -> Self {
        Self::with(database, |builder| builder).await
    }

    /// With settings of the test's own.
    pub async fn with(database: &TestDatabase, settings: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Self {
        Self::on(database.adapter().await, settings)
    }

    /// On an adapter of the test's own.
    pub fn on(adapter: Arc<dyn Adapter>, settings: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Self {
        let settings = |builder: AuthBuilder| settings(builder.session(session_settings()));
        Self(TestAuth::on(adapter, settings).expect("the settings are right"))
    }

    /// Another `Auth` on the same rows, with other settings.
    pub fn with_same(other: &Self, settings: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Self {
        let clock = other.clock.clone();
        let fixture = Self::on(Arc::clone(other.auth.adapter()), |builder| settings(builder.clock(clock)));
        Self(TestAuth { clock: other.clock.clone(), ..fixture.0 })
    }

    /// A person who has signed up.
    pub async fn user(&self, email: &str) -> User {
        self.sign_up(email).await.expect("the address is free").user
    }
}

impl Deref for Fixture {
    type Target = TestAuth;

    fn deref(&self) -> &TestAuth {
        &self.0
    }
}

/// Lets every `Auth` of this program hash its sessions' tokens, unless a test has session settings of its own.
pub fn hash_tokens() {
    HASHED.set(true).expect("it is said once");
}

/// The session settings that tests of this program begin with.
pub fn session_settings() -> SessionConfig {
    if HASHED.get() == Some(&true) { hashed() } else { SessionConfig::default() }
}

/// The default session settings with hashed tokens.
pub fn hashed() -> SessionConfig {
    let mut session = SessionConfig::default();
    session.token_storage = TokenStorage::Hashed;
    session
}

/// Whether [`hash_tokens`] was called.
static HASHED: OnceLock<bool> = OnceLock::new();

/// A request from a browser.
pub fn context() -> RequestContext {
    auth_core::testing::request()
}
