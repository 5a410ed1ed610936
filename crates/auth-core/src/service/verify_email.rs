//! Verify an e-mail address, or change it, by the token of a mail.

use crate::auth::Services;
use crate::domain::{RequestContext, Session, User, UserChange, UserId};
use crate::error::AuthError;
use crate::mail::{Mail, MailKind};
use crate::telemetry::Operation;
use crate::token::email::{EmailToken, InvalidJwt, Step, stamp};

use super::new_address::NewAddress;

/// What the token of a mail has brought about.
#[derive(Debug, Clone)]
pub enum VerifiedEmail {
    /// The address is proven; `session` is there when the configuration signs the person in.
    Verified {
        /// Whose address it is.
        user: User,
        /// A new session.
        session: Option<Session>,
    },
    /// The change of the address is confirmed: the next mail has gone to the new address.
    Confirmed,
    /// The address is changed.
    Changed {
        /// The user as it is now.
        user: User,
    },
}

impl Services<'_> {
    /// Does what the token of a mail stands for. `acting` is the person who is signed in where the link is followed; a change
    /// of another person's address is refused. A token that was answered already changes nothing more. Two statements
    /// where the engine returns updated rows, else six; three more when it changes the address, one when it signs the
    /// person in. Source: Better Auth's `verifyEmail`.
    ///
    /// # Errors
    ///
    /// [`AuthError::TokenExpired`]; [`AuthError::InvalidToken`]; [`AuthError::UserNotFound`]; [`AuthError::InvalidUser`];
    /// [`AuthError::EmailTaken`] when the new address was taken meanwhile.
    #[tracing::instrument(name = "auth.verify_email", skip_all)]
    pub async fn verify_email(
        &self,
        token: &str,
        callback_url: Option<&str>,
        acting: Option<&User>,
        context: &RequestContext,
    ) -> Result<VerifiedEmail, AuthError> {
        self.observe(Operation::VerifyEmail, async {
            let token =
                EmailToken::verify(self.secrets(), token, self.clock().now()).map_err(
                    |error| match error {
                        InvalidJwt::Expired => AuthError::TokenExpired,
                        InvalidJwt::Invalid => AuthError::InvalidToken,
                    },
                )?;
            if token.change.is_some() {
                return self.continue_change(token, callback_url, acting.map(|user| &user.id), context).await;
            }
            let users = self.store_for(context).users();
            let user = users.find_by_email(&token.email).await?.filter(|user| !self.is_out(user));
            let user = user.ok_or(AuthError::UserNotFound)?;
            if token.user_id.is_some_and(|user_id| user_id != user.id) {
                return Err(AuthError::InvalidToken);
            }
            if user.email_verified {
                return Ok(VerifiedEmail::Verified { user, session: None });
            }
            let change = UserChange { email_verified: Some(true), ..UserChange::default() };
            // Another address that is stored meanwhile is not proven by this mail.
            let mut user = users.update_with_email(&user, change).await?.ok_or(AuthError::InvalidToken)?;
            self.hide_in_user(&mut user);
            let signed_in = acting.is_some_and(|acting| acting.id == user.id);
            let session = if self.email_verification().auto_sign_in && !signed_in {
                let mut session =
                    self.session_start(true, context).run(self.store_for(context), &user.id).await?;
                self.end_surplus(&session, context).await;
                self.hide_in_session(&mut session);
                Some(session)
            } else {
                None
            };
            Ok(VerifiedEmail::Verified { user, session })
        })
        .await
    }

    async fn continue_change(
        &self,
        token: EmailToken,
        callback_url: Option<&str>,
        acting: Option<&UserId>,
        context: &RequestContext,
    ) -> Result<VerifiedEmail, AuthError> {
        let (Some(user_id), Some((new, step))) = (&token.user_id, &token.change) else {
            return Err(AuthError::InvalidToken);
        };
        let store = self.store_for(context);
        let found = store.users().find_by_id_with_credential(user_id).await?;
        let (user, account) = found.filter(|(user, _)| !self.is_out(user)).ok_or(AuthError::UserNotFound)?;
        let now = stamp(&user, account.and_then(|account| account.password).as_ref());
        if token.bound_to.as_ref().is_some_and(|then| *then != now) {
            return Err(AuthError::InvalidToken);
        }
        if user.email.as_str().to_lowercase() != token.email.as_str() {
            return Err(AuthError::InvalidToken);
        }
        if acting.is_some_and(|acting| acting != user_id) {
            return Err(AuthError::InvalidUser);
        }
        if *step == Step::Confirmation {
            self.mail_new_address(store, user, now, new, callback_url).await;
            return Ok(VerifiedEmail::Confirmed);
        }
        let verified = *step == Step::Verification && user.email_verified;
        let change =
            UserChange { email: Some(new.clone()), email_verified: Some(verified), ..UserChange::default() };
        let changed = store.transaction(&NewAddress { user: &user, change }).await?;
        let mut user = changed.ok_or(AuthError::InvalidToken)?;
        if *step == Step::Legacy {
            self.mail_verification(store, user.clone(), callback_url).await;
        }
        self.hide_in_user(&mut user);
        Ok(VerifiedEmail::Changed { user })
    }

    /// Sends the mail that proves the address that is to replace the present one.
    pub(super) async fn mail_new_address(
        &self,
        store: crate::repository::Store<'_>,
        user: User,
        stamp: String,
        new: &crate::domain::Email,
        callback_url: Option<&str>,
    ) {
        let token = EmailToken {
            email: user.email.clone(),
            user_id: Some(user.id.clone()),
            change: Some((new.clone(), Step::Verification)),
            bound_to: Some(stamp),
        };
        let token = token.sign(self.secrets(), self.clock().now(), self.email_verification().expires_in);
        let link = self.verification_link(&token, callback_url);
        let mail =
            Mail { to: new.as_str().to_owned(), ..Mail::new(MailKind::VerifyEmail, user, link, token) };
        self.send_mail(store, mail).await;
    }
}
