//! Mail that is kept instead of sent.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use crate::mail::{Mail, MailError, Mailer};

/// Keeps mail instead of sending it. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct CapturedMail(Arc<Mutex<Vec<Mail>>>);

impl CapturedMail {
    /// All of it, oldest first. Mail is sent in the background: [`crate::Auth::settle`] waits for it.
    pub fn all(&self) -> Vec<Mail> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Mailer for CapturedMail {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(mail);
        Ok(())
    }
}
