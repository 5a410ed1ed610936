//! Send the mail that proves an address.

use crate::auth::Services;
use crate::domain::{Email, RequestContext, User};
use crate::error::AuthError;
use crate::mail::{Mail, MailKind};
use crate::repository::Store;
use crate::telemetry::Operation;
use crate::token::email::EmailToken;

impl Services<'_> {
    /// Sends a person who is signed in the mail that proves their address. Nothing is written: the token proves itself.
    /// Source: Better Auth's `sendVerificationEmail`.
    ///
    /// # Errors
    ///
    /// [`AuthError::VerificationMailDisabled`]; [`AuthError::EmailMismatch`]; [`AuthError::EmailAlreadyVerified`].
    #[tracing::instrument(name = "auth.send_verification_email", skip_all, fields(user_id = %user.id))]
    pub async fn send_own_verification_email(
        &self,
        user: &User,
        email: &Email,
        callback_url: Option<&str>,
        context: &RequestContext,
    ) -> Result<(), AuthError> {
        self.observe(Operation::SendVerificationEmail, async {
            self.require_mailer()?;
            if user.email.as_str().to_lowercase() != email.as_str() {
                return Err(AuthError::EmailMismatch);
            }
            if user.email_verified {
                return Err(AuthError::EmailAlreadyVerified);
            }
            self.mail_verification(self.store_for(context), user.clone(), callback_url).await;
            Ok(())
        })
        .await
    }

    /// Sends the mail that proves an address to whoever has it, if it is not proven yet. The caller is not told whether
    /// anybody has it, neither by the answer nor by its duration: the mail is made and sent in the background. One
    /// statement.
    ///
    /// # Errors
    ///
    /// [`AuthError::VerificationMailDisabled`].
    #[tracing::instrument(name = "auth.send_verification_email", skip_all)]
    pub async fn send_verification_email(
        &self,
        email: &Email,
        callback_url: Option<&str>,
        context: &RequestContext,
    ) -> Result<(), AuthError> {
        self.observe(Operation::SendVerificationEmail, async {
            self.require_mailer()?;
            let store = self.store_for(context);
            let user = store
                .users()
                .find_by_email(email)
                .await?
                .filter(|user| !user.email_verified && !self.is_out(user));
            let Some(user) = user else {
                return Ok(());
            };
            match self.on_pool() {
                None => self.mail_verification(store, user, callback_url).await,
                Some(auth) => {
                    let callback_url = callback_url.map(str::to_owned);
                    self.post().spawn(async move {
                        auth.mail_verification(auth.store(), user, callback_url.as_deref()).await;
                    });
                }
            }
            Ok(())
        })
        .await
    }

    /// Sends the mail that proves a user's address.
    pub(super) async fn mail_verification(&self, store: Store<'_>, user: User, callback_url: Option<&str>) {
        let token = EmailToken {
            email: user.email.clone(),
            user_id: Some(user.id.clone()),
            change: None,
            bound_to: None,
        };
        let token = token.sign(self.secrets(), self.clock().now(), self.email_verification().expires_in);
        let link = self.verification_link(&token, callback_url);
        self.send_mail(store, Mail::new(MailKind::VerifyEmail, user, link, token)).await;
    }

    /// Sends a mail in the background once what is being written is committed.
    pub(super) async fn send_mail(&self, store: Store<'_>, mail: Mail) {
        let post = self.post();
        store.after_commit(Box::pin(async move { post.send(mail) })).await;
    }

    pub(super) fn require_mailer(&self) -> Result<(), AuthError> {
        if self.post().has_mailer() { Ok(()) } else { Err(AuthError::VerificationMailDisabled) }
    }
}
