//! Mail over SMTP.

mod builder;
mod error;
mod mailer;

pub use builder::{SmtpBuilder, SmtpTls};
pub use error::{SmtpError, SmtpSettingsError};
pub use mailer::SmtpMailer;
