//! Sign-up and sign-in with e-mail and password.

use time::Duration;

/// What is allowed with e-mail and password.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EmailAndPasswordConfig {
    /// Whether passwords are accepted at all. Default true.
    pub enabled: bool,
    /// Refuses new users while the known ones still sign in. Default false.
    pub disable_sign_up: bool,
    /// Signs a new user in at once. Default true.
    pub auto_sign_in: bool,
    /// Nobody signs in before the address is proven. Default false. With it, signing up does not tell whether an address is
    /// taken.
    pub require_email_verification: bool,
    /// How long the link of a password reset holds. Default 1 hour.
    pub reset_token_expires_in: Duration,
    /// A password reset ends every session of the user. Default false, as in Better Auth; true is safer.
    pub revoke_sessions_on_reset: bool,
}

impl Default for EmailAndPasswordConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            disable_sign_up: false,
            auto_sign_in: true,
            require_email_verification: false,
            reset_token_expires_in: Duration::hours(1),
            revoke_sessions_on_reset: false,
        }
    }
}
