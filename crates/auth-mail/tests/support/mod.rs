//! Mails for the tests.

use auth_core::domain::{Email, Secret, User, UserId};
use auth_core::mail::{Mail, MailKind};
use time::OffsetDateTime;

pub(crate) fn mail(kind: MailKind, to: &str, url: &str) -> Mail {
    let user = User::new(
        UserId::new("u1"),
        "Eve <script>\r\nBcc: eve@example.org",
        Email::stored(to.to_owned()),
        OffsetDateTime::UNIX_EPOCH,
    );
    Mail::new(kind, user, Secret::new(url), Secret::new("tok"))
}
