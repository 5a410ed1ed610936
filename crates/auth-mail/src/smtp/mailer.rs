//! Sends mail.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use auth_core::mail::{Mail, MailError, Mailer};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::error::SmtpError;
use crate::letter::{Letter, LetterWriter};

/// Sends mail over SMTP, one connection for each. Made by [`SmtpMailer::builder`].
pub struct SmtpMailer {
    pub(super) transport: AsyncSmtpTransport<Tokio1Executor>,
    pub(super) from: Mailbox,
    pub(super) letters: Arc<dyn LetterWriter>,
}

impl SmtpMailer {
    fn message(&self, mail: &Mail) -> Result<Message, SmtpError> {
        let to: Address = mail.to.parse().map_err(|_| SmtpError::InvalidAddress)?;
        let Letter { subject, text, html } = self.letters.letter(mail);
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(one_line(&subject))
            .multipart(MultiPart::alternative_plain_html(text, html))
            .map_err(|_| SmtpError::InvalidLetter)
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        let message = self.message(&mail).map_err(|error| MailError(error.into()))?;
        let sent = self.transport.send(message).await;
        sent.map(drop).map_err(|error| MailError(SmtpError::from(error).into()))
    }
}

impl fmt::Debug for SmtpMailer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SmtpMailer").finish_non_exhaustive()
    }
}

/// The end of a line would begin another header.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
