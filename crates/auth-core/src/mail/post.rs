//! Sends mail beside the requests that ask for it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use super::{Mail, MailError, Mailer};

/// Sends mail beside the requests that ask for it: no request waits for a mail server or fails because of it.
#[derive(Debug)]
pub(crate) struct Post {
    mailer: Option<Arc<dyn Mailer>>,
    work: TaskTracker,
    /// How much work may wait: an attacker who asks for mail all the time must not fill the memory.
    room: Arc<Semaphore>,
}

impl Post {
    pub(crate) fn new(mailer: Option<Arc<dyn Mailer>>) -> Self {
        let work = TaskTracker::new();
        // Closed, it can be waited for; it takes more work all the same.
        work.close();
        Self { mailer, work, room: Arc::new(Semaphore::new(MOST_WAITING)) }
    }

    /// Whether mail can be sent at all.
    pub(crate) fn has_mailer(&self) -> bool {
        self.mailer.is_some()
    }

    /// Sends a mail in the background. What fails is logged, without address, link and token.
    pub(crate) fn send(&self, mail: Mail) {
        let Some(mailer) = self.mailer.clone() else {
            return;
        };
        let kind = mail.kind.as_str();
        self.spawn(async move {
            match tokio::time::timeout(LONGEST_SENDING, mailer.send(mail)).await {
                Ok(Ok(())) => tracing::debug!(name: "mail.sent", kind, "a mail was sent"),
                Ok(Err(MailError(source))) => tracing::error!(name: "mail.failed", kind, %source, "a mail was not sent"),
                Err(_) => tracing::error!(name: "mail.failed", kind, "a mail was not sent: the mailer takes too long"),
            }
        });
    }

    /// Does work in the background.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let Ok(place) = Arc::clone(&self.room).try_acquire_owned() else {
            tracing::error!(name: "mail.full", "too much mail waits to be sent: one mail is given up");
            return;
        };
        self.work.spawn(async move {
            work.await;
            drop(place);
        });
    }

    /// Waits until everything that was begun has ended.
    pub(crate) async fn settle(&self) {
        self.work.wait().await;
    }
}

const MOST_WAITING: usize = 10_000;
const LONGEST_SENDING: Duration = Duration::from_mins(1);
