//! What people may do to their own users.

use time::Duration;

use crate::domain::Additional;

/// What people may do to their own users.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct UserConfig {
    /// Change of the e-mail address.
    pub change_email: ChangeEmailConfig,
    /// Deletion.
    pub delete: DeleteUserConfig,
    /// What becomes of additional fields when a user is made anonymous.
    pub anonymise: AnonymiseConfig,
}

/// What becomes of a user's additional fields when the user is made anonymous. A field of which nothing is said becomes null, or its
/// default where it is required; one that is required and has no default must be named here.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct AnonymiseConfig {
    /// Fields that stay as they are, by their names: what says nothing of the person, such as a role. Default: none.
    pub keep: Vec<String>,
    /// What other fields become. Default: nothing is said of any.
    pub replace: Additional,
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
    /// Deletes softly: the user stays, cannot sign in, and can be restored until
    /// [`super::MaintenanceConfig::purge_deleted_after`]. Default false. Needs the field `deleted_at` in the schema.
    pub soft: bool,
}

impl Default for DeleteUserConfig {
    fn default() -> Self {
        Self { enabled: false, confirm_by_mail: false, token_expires_in: Duration::days(1), soft: false }
    }
}
