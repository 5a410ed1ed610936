//! Sends mail.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use auth_core::domain::{SystemRandom, random_text};
use auth_core::mail::{Mail, MailError, Mailer};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::error::SmtpError;
use crate::letter::{Letter, LetterWriter};

/// Sends mail over SMTP, one connection for each. Made by [`SmtpMailer::builder`].
pub struct SmtpMailer {
    pub(super) transport: AsyncSmtpTransport<Tokio1Executor>,
    /// Of the whole: the transport's own bounds the connecting alone.
    pub(super) timeout: Duration,
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
            .message_id(Some(self.message_id()))
            .multipart(MultiPart::alternative_plain_html(text, html))
            .map_err(|_| SmtpError::InvalidLetter)
    }

    /// In the sender's domain: the name of this machine is nobody's business.
    fn message_id(&self) -> String {
        format!("<{}@{}>", random_text(&SystemRandom, MESSAGE_ID_LENGTH), self.from.email.domain())
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        let message = self.message(&mail).map_err(|error| MailError(error.into()))?;
        match tokio::time::timeout(self.timeout, self.transport.send(message)).await {
            Ok(sent) => sent.map(drop).map_err(|error| MailError(SmtpError::from(error).into())),
            Err(_) => Err(MailError(SmtpError::TimedOut.into())),
        }
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

const MESSAGE_ID_LENGTH: usize = 32;
