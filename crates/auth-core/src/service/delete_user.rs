//! Delete a user at the person's own wish.

use std::fmt;

use async_trait::async_trait;

use super::soft_delete::Mark;
use crate::auth::Services;
use crate::domain::{
    LOWERCASE, NewVerification, RequestContext, Secret, Session, User, UserId, random_text_of,
};
use crate::error::AuthError;
use crate::mail::{Mail, MailKind};
use crate::password::Password;
use crate::repository::{Store, Work};
use crate::telemetry::Operation;

/// Whether a user is gone, or a mail has to be answered first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// The user is gone, with sessions and accounts; or softly deleted, where the configuration says so.
    Done,
    /// A mail with a link was sent.
    MailSent,
}

/// How a person shows that it is they who want to be deleted. Without any of these, the session must be fresh.
#[derive(Default)]
pub struct DeleteUser {
    /// The password.
    pub password: Option<Password>,
    /// The token of a mail that was sent before.
    pub token: Option<String>,
    /// Where the link of a mail leads to, if one is sent.
    pub callback_url: Option<String>,
}

/// Without the token.
impl fmt::Debug for DeleteUser {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("DeleteUser").field("callback_url", &self.callback_url).finish_non_exhaustive()
    }
}

impl Services<'_> {
    /// Whether people may delete their users.
    ///
    /// # Errors
    ///
    /// [`AuthError::DeleteUserDisabled`].
    pub fn require_deletion(&self) -> Result<(), AuthError> {
        if self.user_config().delete.enabled { Ok(()) } else { Err(AuthError::DeleteUserDisabled) }
    }

    /// Deletes the user of a session, or sends the mail that must be answered first. One statement; with a token those of
    /// [`Services::confirm_deletion`], softly those of [`Services::soft_delete_user`]; one more for a password.
    /// Source: Better Auth's `deleteUser`.
    ///
    /// # Errors
    ///
    /// [`AuthError::DeleteUserDisabled`]; those of [`Services::confirm_password`]; [`AuthError::InvalidToken`];
    /// [`AuthError::SessionNotFresh`] without a proof; what a hook says.
    #[tracing::instrument(name = "auth.delete_user", skip_all, fields(user_id = %user.id))]
    pub async fn delete_user(
        &self,
        user: &User,
        session: &Session,
        request: DeleteUser,
        context: &RequestContext,
    ) -> Result<Deletion, AuthError> {
        self.observe(Operation::DeleteUser, async {
            self.require_deletion()?;
            let proven = request.password.is_some();
            if let Some(password) = request.password {
                self.confirm_password(&user.id, password, context).await?;
            }
            if let Some(token) = &request.token {
                return self.confirm_deletion(&user.id, token, context).await.map(|()| Deletion::Done);
            }
            if self.deletes_by_mail() {
                self.mail_deletion(user, request.callback_url.as_deref(), context).await?;
                return Ok(Deletion::MailSent);
            }
            if !proven && !self.is_fresh(session) {
                return Err(AuthError::SessionNotFresh);
            }
            let store = self.store_for(context);
            match self.mark(&user.id) {
                Some(mark) => store.transaction(&mark).await.map(|_| Deletion::Done),
                None => Ok(store.users().delete(&user.id).await.map(|_| Deletion::Done)?),
            }
        })
        .await
    }

    async fn mail_deletion(
        &self,
        user: &User,
        callback_url: Option<&str>,
        context: &RequestContext,
    ) -> Result<(), AuthError> {
        let store = self.store_for(context);
        let token = Secret::new(random_text_of(store.random(), LOWERCASE, 32));
        let expires_at = self.clock().now() + self.user_config().delete.token_expires_in;
        let user_id = Secret::new(user.id.as_str());
        let verification = NewVerification::new(identifier(token.expose()), user_id, expires_at);
        store.verifications().create(verification).await?;
        let link = self.deletion_link(&token, callback_url);
        self.send_mail(store, Mail::new(MailKind::DeleteAccount, user.clone(), link, token)).await;
        Ok(())
    }

    /// How a user is deleted who is to be deleted softly.
    fn mark<'a>(&self, user_id: &'a UserId) -> Option<Mark<'a>> {
        self.user_config().delete.soft.then(|| Mark { user_id, deleted_at: Some(self.now()) })
    }

    /// Whether a mail must be answered before a user is deleted.
    fn deletes_by_mail(&self) -> bool {
        self.user_config().delete.confirm_by_mail && self.post().has_mailer()
    }

    /// Deletes a user by the token of a mail, exactly once. The token of another user is refused and used up. Four
    /// statements: `BEGIN`, `DELETE`, `DELETE`, `COMMIT`. Source: `deleteUserCallback`.
    ///
    /// # Errors
    ///
    /// [`AuthError::DeleteUserDisabled`]; [`AuthError::InvalidToken`].
    #[tracing::instrument(name = "auth.confirm_deletion", skip_all, fields(user_id = %user_id))]
    pub async fn confirm_deletion(
        &self,
        user_id: &UserId,
        token: &str,
        context: &RequestContext,
    ) -> Result<(), AuthError> {
        self.observe(Operation::ConfirmDeletion, async {
            self.require_deletion()?;
            let confirm = Confirm { user_id, identifier: identifier(token), mark: self.mark(user_id) };
            if self.store_for(context).transaction(&confirm).await? {
                Ok(())
            } else {
                Err(AuthError::InvalidToken)
            }
        })
        .await
    }
}

struct Confirm<'a> {
    user_id: &'a UserId,
    identifier: String,
    /// The user is deleted softly.
    mark: Option<Mark<'a>>,
}

#[async_trait]
impl Work for Confirm<'_> {
    type Output = bool;
    type Error = AuthError;

    async fn run(&self, store: Store<'_>) -> Result<bool, AuthError> {
        let taken = store.verifications().consume(&self.identifier).await?;
        if taken.is_none_or(|token| token.value.expose() != self.user_id.as_str()) {
            return Ok(false);
        }
        match &self.mark {
            Some(mark) => mark.run(store).await,
            None => Ok(store.users().delete(self.user_id).await?),
        }
    }
}

fn identifier(token: &str) -> String {
    format!("delete-account-{token}")
}
