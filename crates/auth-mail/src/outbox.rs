//! A file to which mail is written.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use auth_core::mail::{Mail, MailError, Mailer};
use serde::Serialize;

/// Appends one line of JSON for each mail to a file: `{"kind","to","url","token"}`, and `"newEmail"` where there is one.
///
/// Whoever can read the file can take over accounts: it is created for its owner alone, and it is for development.
#[derive(Debug, Clone)]
pub struct OutboxMailer {
    path: PathBuf,
    /// Held while a line is written.
    turn: Arc<Mutex<()>>,
}

#[derive(Serialize)]
struct Line<'a> {
    kind: &'static str,
    to: &'a str,
    url: &'a str,
    token: &'a str,
    #[serde(rename = "newEmail", skip_serializing_if = "Option::is_none")]
    new_email: Option<&'a str>,
}

impl OutboxMailer {
    /// Creates the file if it is not there. It is opened again for each mail, so it may be removed meanwhile.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened for writing.
    pub fn open(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        open(&path)?;
        Ok(Self { path, turn: Arc::default() })
    }

    fn append(&self, line: &[u8]) -> io::Result<()> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut file = open(&self.path)?;
        file.write_all(line)?;
        file.flush()
    }
}

#[async_trait]
impl Mailer for OutboxMailer {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        let mailer = self.clone();
        let line = line(&mail).map_err(|error| MailError(error.into()))?;
        tokio::task::spawn_blocking(move || mailer.append(&line))
            .await
            .map_err(|error| MailError(error.into()))?
            .map_err(|error| MailError(error.into()))
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The line with its end, so that it is one write.
fn line(mail: &Mail) -> serde_json::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(&Line {
        kind: mail.kind.as_str(),
        to: &mail.to,
        url: mail.url.expose(),
        token: mail.token.expose(),
        new_email: mail.new_email.as_deref(),
    })?;
    line.push(b'\n');
    Ok(line)
}
