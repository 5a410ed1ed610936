//! The links in mails: the one place that knows their paths.

use percent_encoding::utf8_percent_encode;

use crate::auth::Services;
use crate::domain::Secret;
use crate::token::URI_COMPONENT;

impl Services<'_> {
    /// `<base>/reset-password/<token>?callbackURL=…`: leads on to the page of the application where the password is set.
    pub(super) fn reset_link(&self, token: &Secret, redirect_to: Option<&str>) -> Secret {
        let page = encoded(redirect_to.unwrap_or_default());
        self.mail_link(&format!("/reset-password/{}?callbackURL={page}", token.expose()))
    }

    /// `<base>/verify-email?token=…&callbackURL=…`.
    pub(super) fn verification_link(&self, token: &Secret, callback_url: Option<&str>) -> Secret {
        let page = encoded(callback_url.unwrap_or("/"));
        self.mail_link(&format!("/verify-email?token={}&callbackURL={page}", token.expose()))
    }

    /// `<base>/delete-user/callback?token=…&callbackURL=…`.
    pub(super) fn deletion_link(&self, token: &Secret, callback_url: Option<&str>) -> Secret {
        let page = encoded(callback_url.unwrap_or("/"));
        self.mail_link(&format!("/delete-user/callback?token={}&callbackURL={page}", token.expose()))
    }

    fn mail_link(&self, path: &str) -> Secret {
        Secret::new(format!("{}{path}", self.endpoint()))
    }
}

fn encoded(text: &str) -> impl std::fmt::Display {
    utf8_percent_encode(text, URI_COMPONENT)
}
