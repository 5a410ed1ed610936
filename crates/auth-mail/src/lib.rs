//! Mailers: [`OutboxMailer`] writes to a file, for development and tests; [`SmtpMailer`] sends.
//!
//! # Examples
//!
//! ```
//! use auth_core::domain::Secret;
//! use auth_mail::SmtpMailer;
//!
//! let mailer = SmtpMailer::builder("smtp.example.org", "Example <accounts@example.org>")
//!     .credentials("accounts@example.org", Secret::new("password"))
//!     .build()?;
//! # Ok::<(), auth_mail::SmtpSettingsError>(())
//! ```

mod letter;
mod outbox;
mod smtp;

pub use letter::{Letter, LetterWriter, PlainLetters};
pub use outbox::OutboxMailer;
pub use smtp::{SmtpBuilder, SmtpError, SmtpMailer, SmtpSettingsError, SmtpTls};
