//! What can go wrong with a mail server. The server's words are not repeated: they may hold addresses.

/// A mail that a server did not take. It is the source of [`MailError`](auth_core::mail::MailError).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SmtpError {
    /// The address cannot be written to.
    #[error("the address is not one")]
    InvalidAddress,
    /// The letter cannot be written as a mail.
    #[error("the letter cannot be written as a mail")]
    InvalidLetter,
    /// The server refused; trying again may help when the code begins with 4.
    #[error("the server refused with code {code}")]
    Refused {
        /// The reply code of RFC 5321.
        code: u16,
    },
    /// The server did not answer in time.
    #[error("the server did not answer in time")]
    TimedOut,
    /// No connection, or no TLS, or the server does not speak SMTP.
    #[error("the server cannot be reached")]
    Unreachable,
}

/// Settings that cannot work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SmtpSettingsError {
    /// The address of the sender is not one.
    #[error("the sender is not an address like `Example <accounts@example.org>`")]
    InvalidSender,
    /// The host's name is not one.
    #[error("the host's name is not one")]
    InvalidHost,
    /// A password would travel in the clear to another machine.
    #[error("a password needs TLS")]
    PasswordInTheClear,
}

impl From<lettre::transport::smtp::Error> for SmtpError {
    fn from(error: lettre::transport::smtp::Error) -> Self {
        match error.status() {
            Some(code) => Self::Refused { code: code.into() },
            None if error.is_timeout() => Self::TimedOut,
            None => Self::Unreachable,
        }
    }
}
