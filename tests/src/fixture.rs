//! An `Auth` with a clock that stands still, and people in it.

use std::sync::Arc;

use auth_core::adapter::Adapter;
use auth_core::config::{Argon2Config, PasswordConfig};
use auth_core::domain::{Email, ManualClock, RequestContext, User};
use auth_core::password::Password;
use auth_core::service::{SignInEmail, SignUpEmail, SignedIn, SignedUp};
use auth_core::{Auth, AuthError};
use time::macros::datetime;

use crate::backend::TestDatabase;

/// An `Auth` on a test database, and its clock.
#[derive(Debug)]
pub struct Fixture {
    /// The services.
    pub auth: Auth,
    /// Stands at 2026-11-24 12:00 UTC until it is moved.
    pub clock: Arc<ManualClock>,
}

impl Fixture {
    /// Defaults, with cheap password hashes.
    pub async fn new(database: &TestDatabase) -> Self {
        Self::with(database, |builder| builder).await
    }

    /// With settings of the test's own.
    pub async fn with(
        database: &TestDatabase,
        settings: impl FnOnce(auth_core::AuthBuilder) -> auth_core::AuthBuilder,
    ) -> Self {
        Self::on(database.adapter().await, settings)
    }

    /// On an adapter of the test's own.
    pub fn on(
        adapter: Arc<dyn Adapter>,
        settings: impl FnOnce(auth_core::AuthBuilder) -> auth_core::AuthBuilder,
    ) -> Self {
        let clock = Arc::new(ManualClock::new(datetime!(2026-11-24 12:00:00.345 UTC)));
        let builder = Auth::builder(adapter, SECRET).clock(clock.clone()).password(cheap_passwords());
        Self { auth: settings(builder).build().expect("the settings are right"), clock }
    }

    /// Signs a person up.
    pub async fn sign_up(&self, email: &str) -> Result<SignedUp, AuthError> {
        let request = SignUpEmail::new("Ada", Email::parse(email)?, Password::new(PASSWORD));
        self.auth.sign_up_email(request, &context()).await
    }

    /// Signs a person in.
    pub async fn sign_in(&self, email: &str, password: &str) -> Result<SignedIn, AuthError> {
        let email = Email::parse(email)?;
        let request = SignInEmail::new(email, Password::new(password));
        self.auth.sign_in_email(request, &context()).await
    }

    /// A person who has signed up.
    pub async fn user(&self, email: &str) -> User {
        self.sign_up(email).await.expect("the address is free").user
    }
}

/// A request from a browser.
pub fn context() -> RequestContext {
    RequestContext::new().ip_address("127.0.0.1").user_agent("test/1")
}

/// Hashes that cost little; the real costs are tested where they are the subject.
pub fn cheap_passwords() -> PasswordConfig {
    let mut config = PasswordConfig::default();
    let mut argon2 = Argon2Config::default();
    argon2.memory_kib = 64;
    argon2.iterations = 1;
    config.argon2 = argon2;
    config
}

/// Everyone's password.
pub const PASSWORD: &str = "correct horse battery staple";
/// Signs the cookies of tests.
pub const SECRET: &str = "better-auth-test-secret-0123456789abcdef";
