//! Mail that the services ask for. What a mail says and how it travels is the [`Mailer`]'s: `auth-mail` has one that writes
//! to a file, for development, and one that speaks SMTP.

mod post;

use async_trait::async_trait;

use crate::domain::{Secret, User};
pub(crate) use post::Post;

/// A mail to be written.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Mail {
    /// Why.
    pub kind: MailKind,
    /// The address that it goes to.
    pub to: String,
    /// The link to follow. It holds the token: whoever has it can do what the mail is for.
    pub url: Secret,
    /// The token alone, for an application with a page of its own.
    pub token: Secret,
    /// The address that is to replace the present one ([`MailKind::ChangeEmail`]).
    pub new_email: Option<String>,
    /// Whom it concerns.
    pub user: User,
}

/// Why a mail is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MailKind {
    /// Somebody wants to set a new password.
    ResetPassword,
    /// An address is to be verified; the mail goes to that address.
    VerifyEmail,
    /// An address is to be replaced; the mail goes to the present one.
    ChangeEmail,
    /// An account is to be deleted.
    DeleteAccount,
}

/// Writes and sends mail. It is called outside of requests: it may take its time, and its failures are logged.
#[async_trait]
pub trait Mailer: Send + Sync + std::fmt::Debug {
    /// Sends a mail.
    async fn send(&self, mail: Mail) -> Result<(), MailError>;
}

/// A mail that was not sent. Its source is logged: it must name neither the address nor the link.
#[derive(Debug, thiserror::Error)]
#[error("the mail was not sent")]
pub struct MailError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

impl Mail {
    /// A mail to a user's address; see the fields.
    pub fn new(kind: MailKind, user: User, url: Secret, token: Secret) -> Self {
        let to = user.email.as_str().to_owned();
        Self { kind, to, url, token, new_email: None, user }
    }
}

impl MailKind {
    /// `reset-password`, `verify-email`, `change-email`, `delete-account`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ResetPassword => "reset-password",
            Self::VerifyEmail => "verify-email",
            Self::ChangeEmail => "change-email",
            Self::DeleteAccount => "delete-account",
        }
    }
}
