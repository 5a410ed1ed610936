//! For the tests of applications: an [`Auth`] in memory with a clock to move, people who sign up in one line, and the mail
//! that they are sent. Needs the feature `testing`, which belongs under `[dev-dependencies]`.
//!
//! ```
//! # use auth_core::mail::MailKind;
//! # use auth_core::testing::TestAuth;
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let test = TestAuth::new()?;
//! let ada = test.sign_up("ada@example.com").await?;
//!
//! test.clock.advance(time::Duration::days(8));
//! let session = ada.session.ok_or("signed in at once")?;
//! assert!(test.session_of(&session.token).await?.is_none(), "a week has passed");
//!
//! test.auth.request_password_reset(&ada.user.email, None, &Default::default()).await?;
//! assert!(test.mail(MailKind::ResetPassword).await.is_some());
//! # Ok(())
//! # }
//! # tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(example()).unwrap();
//! ```

mod captured_mail;

use std::sync::Arc;

use time::macros::datetime;

use crate::adapter::Adapter;
use crate::config::{Argon2Config, PasswordConfig};
use crate::domain::{Email, ManualClock, RequestContext, SessionToken};
use crate::mail::{Mail, MailKind};
use crate::password::Password;
use crate::service::{Refresh, SignInEmail, SignUpEmail, SignedIn, SignedUp, ValidSession};
use crate::{Auth, AuthBuilder, AuthError, BuildError, MemoryAdapter};

pub use captured_mail::CapturedMail;

/// An [`Auth`] for tests.
#[derive(Debug, Clone)]
pub struct TestAuth {
    /// The services.
    pub auth: Auth,
    /// Stands at 2026-11-24 12:00:00.345 UTC until it is moved.
    pub clock: Arc<ManualClock>,
    /// What was sent.
    pub captured: CapturedMail,
}

impl TestAuth {
    /// In memory, with the default settings and cheap passwords.
    ///
    /// # Errors
    ///
    /// None: the settings are right.
    pub fn new() -> Result<Self, BuildError> {
        Self::with(|builder| builder)
    }

    /// In memory, with settings of one's own.
    ///
    /// # Errors
    ///
    /// [`BuildError`].
    pub fn with(settings: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Result<Self, BuildError> {
        Self::on(Arc::new(MemoryAdapter::new()), settings)
    }

    /// On an adapter of one's own, such as one on a test database.
    ///
    /// # Errors
    ///
    /// [`BuildError`].
    pub fn on(
        adapter: Arc<dyn Adapter>,
        settings: impl FnOnce(AuthBuilder) -> AuthBuilder,
    ) -> Result<Self, BuildError> {
        let clock = Arc::new(ManualClock::new(datetime!(2026-11-24 12:00:00.345 UTC)));
        let captured = CapturedMail::default();
        let builder = Auth::builder(adapter, SECRET)
            .clock(clock.clone())
            .mailer(captured.clone())
            .password(cheap_passwords());
        Ok(Self { auth: settings(builder).build()?, clock, captured })
    }

    /// Signs somebody up whose name is Ada and whose password is [`PASSWORD`].
    ///
    /// # Errors
    ///
    /// As [`crate::Services::sign_up_email`].
    pub async fn sign_up(&self, email: &str) -> Result<SignedUp, AuthError> {
        let sign_up = SignUpEmail::new("Ada", Email::parse(email)?, Password::new(PASSWORD));
        self.auth.sign_up_email(sign_up, &request()).await
    }

    /// Signs somebody in.
    ///
    /// # Errors
    ///
    /// As [`crate::Services::sign_in_email`].
    pub async fn sign_in(&self, email: &str, password: &str) -> Result<SignedIn, AuthError> {
        let sign_in = SignInEmail::new(Email::parse(email)?, Password::new(password));
        self.auth.sign_in_email(sign_in, &request()).await
    }

    /// Whose session a token is, without extending it.
    ///
    /// # Errors
    ///
    /// As [`crate::Services::validate_session`].
    pub async fn session_of(&self, token: &SessionToken) -> Result<Option<ValidSession>, AuthError> {
        self.auth.validate_session(token, Refresh::Never, &request()).await
    }

    /// The newest mail of a kind that was sent so far.
    pub async fn mail(&self, kind: MailKind) -> Option<Mail> {
        self.auth.settle().await;
        self.captured.all().into_iter().rev().find(|mail| mail.kind == kind)
    }
}

/// A request from a browser.
pub fn request() -> RequestContext {
    RequestContext::new().ip_address("127.0.0.1").user_agent("test/1")
}

/// Hashes that cost next to nothing: never outside of tests.
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
/// Signs the cookies and tokens of tests.
pub const SECRET: &str = "better-auth-test-secret-0123456789abcdef";
