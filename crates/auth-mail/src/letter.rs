//! What a mail says.

use auth_core::mail::{Mail, MailKind};
use html_escape::encode_double_quoted_attribute;

/// The words of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subject; control characters become spaces.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same in HTML. What comes from people must be escaped.
    pub html: String,
}

/// Writes letters. Functions of a mail are writers too.
pub trait LetterWriter: Send + Sync {
    /// The words for a mail.
    fn letter(&self, mail: &Mail) -> Letter;
}

impl<F: Fn(&Mail) -> Letter + Send + Sync> LetterWriter for F {
    fn letter(&self, mail: &Mail) -> Letter {
        self(mail)
    }
}

/// Writes short letters in English.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainLetters;

/// The sentences of one kind of mail.
struct Words {
    subject: &'static str,
    reason: String,
    action: &'static str,
    otherwise: &'static str,
}

impl LetterWriter for PlainLetters {
    fn letter(&self, mail: &Mail) -> Letter {
        let Words { subject, reason, action, otherwise } = words(mail);
        let url = mail.url.expose();
        let (safe_reason, safe_url) =
            (encode_double_quoted_attribute(&reason), encode_double_quoted_attribute(url));
        Letter {
            subject: subject.to_owned(),
            text: format!("{reason}\n\n{action}:\n{url}\n\n{otherwise}\n"),
            html: format!(
                "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{subject}</title></head><body>\n\
                 <p>{safe_reason}</p>\n<p><a href=\"{safe_url}\">{action}</a></p>\n<p>{otherwise}</p>\n\
                 <p>If the link does not open, copy this address: {safe_url}</p>\n</body></html>\n"
            ),
        }
    }
}

/// The person's name stands in no letter: whoever signs up with somebody else's address chooses it, and could write to them.
fn words(mail: &Mail) -> Words {
    match mail.kind {
        MailKind::ResetPassword => Words {
            subject: "Reset your password",
            reason: "Somebody, hopefully you, asked to set a new password for your account.".to_owned(),
            action: "Set a new password",
            otherwise: "If it was not you, ignore this mail: your password stays as it is.",
        },
        MailKind::VerifyEmail => Words {
            subject: "Verify your e-mail address",
            reason: "Please confirm that this e-mail address is yours.".to_owned(),
            action: "Verify the address",
            otherwise: "If you did not ask for this, ignore this mail.",
        },
        MailKind::ChangeEmail => Words {
            subject: "Approve the change of your e-mail address",
            reason: match &mail.new_email {
                Some(new) => {
                    format!("Somebody, hopefully you, asked to change your account's address to {new}.")
                }
                None => "Somebody, hopefully you, asked to change your account's address.".to_owned(),
            },
            action: "Approve the change",
            otherwise: "If it was not you, do not follow the link, and set a new password: \
                        somebody may be signed in as you.",
        },
        MailKind::DeleteAccount => Words {
            subject: "Delete your account",
            reason: "Somebody, hopefully you, asked to delete your account. This cannot be undone."
                .to_owned(),
            action: "Delete the account",
            otherwise: "If it was not you, do not follow the link, and set a new password: \
                        somebody may be signed in as you.",
        },
        _ => Words {
            subject: "Confirm your request",
            reason: "Please confirm what was asked for your account.".to_owned(),
            action: "Confirm",
            otherwise: "If you did not ask for this, ignore this mail.",
        },
    }
}
