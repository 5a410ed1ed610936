//! Change an e-mail address.

use super::new_address::NewAddress;
use crate::auth::Services;
use crate::domain::{Email, RequestContext, User, UserChange};
use crate::error::AuthError;
use crate::mail::{Mail, MailKind};
use crate::telemetry::Operation;
use crate::token::email::{EmailToken, Step, stamp};

impl Services<'_> {
    /// Begins to change a user's address: at once, or by mails, as the configuration says. An address that somebody else has
    /// gets the same answer, and no mail. The links hold as long as the address is neither proven nor the password changed
    /// meanwhile. Two statements; five when the address is changed at once: `SELECT`, `BEGIN`, two `UPDATE`s,
    /// `COMMIT`. Source: Better Auth's `changeEmail`.
    ///
    /// # Errors
    ///
    /// [`AuthError::ChangeEmailDisabled`]; [`AuthError::SameEmail`]; [`AuthError::VerificationMailDisabled`].
    #[tracing::instrument(name = "auth.change_email", skip_all, fields(user_id = %user.id))]
    pub async fn change_email(
        &self,
        user: &User,
        new: &Email,
        callback_url: Option<&str>,
        context: &RequestContext,
    ) -> Result<(), AuthError> {
        self.observe(Operation::ChangeEmail, async {
            let config = &self.user_config().change_email;
            if !config.enabled {
                return Err(AuthError::ChangeEmailDisabled);
            }
            if new.as_str() == user.email.as_str().to_lowercase() {
                return Err(AuthError::SameEmail);
            }
            let at_once = config.without_verification && !user.email_verified;
            if !at_once {
                self.require_mailer()?;
            }
            let store = self.store_for(context);
            if store.users().find_by_email(new).await?.is_some() {
                return Ok(());
            }
            if at_once {
                // Said on purpose: the former address may be proven since the user was read, this one is not.
                let (email, email_verified) = (Some(new.clone()), Some(false));
                let change = UserChange { email, email_verified, ..UserChange::default() };
                return match store.transaction(&NewAddress { user, change }).await {
                    Ok(Some(changed)) => {
                        self.mail_verification(store, changed, callback_url).await;
                        Ok(())
                    }
                    // Somebody was faster: the answer is that of a taken address.
                    Ok(None) | Err(AuthError::EmailTaken) => Ok(()),
                    Err(error) => Err(error),
                };
            }
            let account = store.accounts().find_credential(&user.id).await?;
            let stamp = stamp(user, account.and_then(|account| account.password).as_ref());
            if config.confirm_at_old && user.email_verified {
                let token = EmailToken {
                    email: user.email.clone(),
                    user_id: Some(user.id.clone()),
                    change: Some((new.clone(), Step::Confirmation)),
                    bound_to: Some(stamp),
                };
                let token =
                    token.sign(self.secrets(), self.clock().now(), self.email_verification().expires_in);
                let link = self.verification_link(&token, callback_url);
                let mail = Mail::new(MailKind::ChangeEmail, user.clone(), link, token);
                self.send_mail(store, Mail { new_email: Some(new.as_str().to_owned()), ..mail }).await;
            } else {
                self.mail_new_address(store, user.clone(), stamp, new, callback_url).await;
            }
            Ok(())
        })
        .await
    }
}
