//! What people may do to their own users.

use time::Duration;

/// What people may do to their own users.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct UserConfig {
    /// Change of the e-mail address.
    pub change_email: ChangeEmailConfig,
    /// Deletion.
    pub delete: DeleteUserConfig,
}

/// Change of the e-mail address. Needs a mailer, except where `without_verification` applies.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ChangeEmailConfig {
    /// Whether it is allowed. Default false.
    pub enabled: bool,
    /// A proven address is changed only after a mail to it was answered, before one goes to the new address. Default false:
    /// the mail to the new address is enough.
    pub confirm_at_old: bool,
    /// An address that is not proven is changed at once. Default false.
    pub without_verification: bool,
}

/// Deletion of a user by the person.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DeleteUserConfig {
    /// Whether it is allowed. Default false.
    pub enabled: bool,
    /// Deletes only after a mail to the person was answered; needs a mailer. Default false: the password or a fresh session
    /// is enough.
    pub confirm_by_mail: bool,
    /// How long the link of that mail holds. Default 1 day.
    pub token_expires_in: Duration,
}

impl Default for DeleteUserConfig {
    fn default() -> Self {
        Self { enabled: false, confirm_by_mail: false, token_expires_in: Duration::days(1) }
    }
}
