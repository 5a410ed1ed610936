//! Configures a mailer that speaks SMTP.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use auth_core::domain::Secret;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, Tokio1Executor};

use super::error::SmtpSettingsError;
use super::mailer::SmtpMailer;
use crate::letter::{LetterWriter, PlainLetters};

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SmtpTls {
    /// Begins in the clear and changes to TLS before anything is said; fails where the server does not. Port 587.
    #[default]
    StartTls,
    /// TLS from the first byte. Port 465.
    Implicit,
    /// In the clear. Port 25. For a server on the machine itself, or a closed test network.
    None,
}

/// Configures a [`SmtpMailer`].
#[must_use]
pub struct SmtpBuilder {
    host: String,
    from: String,
    port: Option<u16>,
    tls: SmtpTls,
    credentials: Option<(String, Secret)>,
    timeout: Duration,
    letters: Arc<dyn LetterWriter>,
}

impl SmtpMailer {
    /// Begins to configure a mailer: the server's name, and the sender as `Example <accounts@example.org>`.
    pub fn builder(host: impl Into<String>, from: impl Into<String>) -> SmtpBuilder {
        SmtpBuilder {
            host: host.into(),
            from: from.into(),
            port: None,
            tls: SmtpTls::StartTls,
            credentials: None,
            timeout: TIMEOUT,
            letters: Arc::new(PlainLetters),
        }
    }
}

impl SmtpBuilder {
    /// The port. Default: the usual one of the protection.
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// How the connection is protected. Default [`SmtpTls::StartTls`].
    pub fn tls(mut self, tls: SmtpTls) -> Self {
        self.tls = tls;
        self
    }

    /// User and password at the server. None by default.
    pub fn credentials(mut self, user: impl Into<String>, password: Secret) -> Self {
        self.credentials = Some((user.into(), password));
        self
    }

    /// How long a mail may take as a whole. Default 30 seconds. Servers that check mail while they take it are slow:
    /// shorter loses mail; longer keeps a connection to a dead server.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Who writes the letters. Default [`PlainLetters`].
    pub fn letters(mut self, letters: impl LetterWriter + 'static) -> Self {
        self.letters = Arc::new(letters);
        self
    }

    /// Makes the mailer. Connects nowhere.
    pub fn build(self) -> Result<SmtpMailer, SmtpSettingsError> {
        let from: Mailbox = self.from.parse().map_err(|_| SmtpSettingsError::InvalidSender)?;
        if self.credentials.is_some() && self.tls == SmtpTls::None && !is_loopback(&self.host) {
            return Err(SmtpSettingsError::PasswordInTheClear);
        }
        // The name in the greeting is checked by some servers; the sender's domain is one that resolves.
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&self.host)
            .hello_name(ClientId::Domain(from.email.domain().to_owned()))
            .port(self.port.unwrap_or(self.tls.port()))
            .tls(self.tls.parameters(&self.host)?)
            .timeout(Some(self.timeout));
        if let Some((user, password)) = self.credentials {
            transport = transport.credentials(Credentials::new(user, password.expose().to_owned()));
        }
        Ok(SmtpMailer { transport: transport.build(), timeout: self.timeout, from, letters: self.letters })
    }
}

impl SmtpTls {
    fn port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Implicit => 465,
            Self::None => 25,
        }
    }

    fn parameters(self, host: &str) -> Result<Tls, SmtpSettingsError> {
        let parameters = || {
            TlsParameters::builder(host.to_owned())
                .certificate_store(CertificateStore::WebpkiRoots)
                .build_rustls()
                .map_err(|_| SmtpSettingsError::InvalidHost)
        };
        match self {
            Self::StartTls => parameters().map(Tls::Required),
            Self::Implicit => parameters().map(Tls::Wrapper),
            Self::None => Ok(Tls::None),
        }
    }
}

impl fmt::Debug for SmtpBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SmtpBuilder")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

const TIMEOUT: Duration = Duration::from_secs(30);
