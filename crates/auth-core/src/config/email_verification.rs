//! Proof of e-mail addresses.

use time::Duration;

/// When and how addresses are proven. Needs a mailer ([`crate::AuthBuilder::mailer`]).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EmailVerificationConfig {
    /// Sends a mail when somebody signs up. Default `None`: as [`super::EmailAndPasswordConfig::require_email_verification`]
    /// says.
    pub send_on_sign_up: Option<bool>,
    /// Sends a mail when somebody with the right password is refused because the address is not proven. Default false.
    pub send_on_sign_in: bool,
    /// Whoever follows the link of the mail is signed in. Default false. Whoever gets hold of the mail is signed in, too.
    pub auto_sign_in: bool,
    /// How long a link holds. Default 1 hour.
    pub expires_in: Duration,
}

impl Default for EmailVerificationConfig {
    fn default() -> Self {
        Self {
            send_on_sign_up: None,
            send_on_sign_in: false,
            auto_sign_in: false,
            expires_in: Duration::hours(1),
        }
    }
}
