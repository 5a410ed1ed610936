//! Delete a user at the person's own wish.

use async_trait::async_trait;

use crate::auth::Services;
use crate::domain::{LOWERCASE, NewVerification, RequestContext, Secret, User, UserId, random_text_of};
use crate::error::AuthError;
use crate::mail::{Mail, MailKind};
use crate::repository::{Store, Work};

/// Whether a user is gone, or a mail has to be answered first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// The user is gone, with sessions and accounts.
    Done,
    /// A mail with a link was sent.
    MailSent,
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

    /// Deletes a user, or sends the mail that must be answered first. The caller has made sure that it is the person: by the
    /// password ([`Services::verify_password`]) or by a fresh session. One statement. Source: Better Auth's `deleteUser`.
    ///
    /// # Errors
    ///
    /// [`AuthError::DeleteUserDisabled`]; what a hook says.
    #[tracing::instrument(name = "auth.delete_user", skip_all, fields(user_id = %user.id))]
    pub async fn delete_user(
        &self,
        user: &User,
        callback_url: Option<&str>,
        context: &RequestContext,
    ) -> Result<Deletion, AuthError> {
        self.require_deletion()?;
        let store = self.store_for(context);
        if !self.deletes_by_mail() {
            store.users().delete(&user.id).await?;
            return Ok(Deletion::Done);
        }
        let token = Secret::new(random_text_of(store.random(), LOWERCASE, 32));
        let expires_at = self.clock().now() + self.user_config().delete.token_expires_in;
        let user_id = Secret::new(user.id.as_str());
        store
            .verifications()
            .create(NewVerification::new(identifier(token.expose()), user_id, expires_at))
            .await?;
        let link = self.deletion_link(&token, callback_url);
        self.send_mail(store, Mail::new(MailKind::DeleteAccount, user.clone(), link, token)).await;
        Ok(Deletion::MailSent)
    }

    /// Whether a mail must be answered before a user is deleted.
    pub fn deletes_by_mail(&self) -> bool {
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
        self.require_deletion()?;
        let confirm = Confirm { user_id, identifier: identifier(token) };
        if self.store_for(context).transaction(&confirm).await? {
            Ok(())
        } else {
            Err(AuthError::InvalidToken)
        }
    }
}

struct Confirm<'a> {
    user_id: &'a UserId,
    identifier: String,
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
        Ok(store.users().delete(self.user_id).await?)
    }
}

fn identifier(token: &str) -> String {
    format!("delete-account-{token}")
}
