//! Verify a password.

use crate::auth::Services;
use crate::domain::{RequestContext, Secret, UserId};
use crate::error::AuthError;
use crate::password::{Password, PasswordHash, Verdict};
use crate::telemetry::Operation;

impl Services<'_> {
    /// Tells whether a password is the user's, before something that should not be done by a finder of an unlocked
    /// screen. One statement, one hash. Source: Better Auth's `verifyPassword`.
    ///
    /// # Errors
    ///
    /// [`AuthError::InvalidPassword`], also for a user without a password; [`AuthError::PasswordTooLong`];
    /// [`AuthError::Busy`].
    #[tracing::instrument(name = "auth.verify_password", skip_all, fields(user_id = %user_id))]
    pub async fn verify_password(
        &self,
        user_id: &UserId,
        password: Password,
        context: &RequestContext,
    ) -> Result<(), AuthError> {
        self.observe(Operation::VerifyPassword, async {
            match self.stored_password(user_id, password, context).await {
                Err(AuthError::CredentialAccountNotFound) => Err(AuthError::InvalidPassword),
                outcome => outcome.map(|_| ()),
            }
        })
        .await
    }

    /// The same, and tells who has no password: before something that such a person does in another way.
    ///
    /// # Errors
    ///
    /// As [`Services::verify_password`]; [`AuthError::CredentialAccountNotFound`].
    #[tracing::instrument(name = "auth.confirm_password", skip_all, fields(user_id = %user_id))]
    pub async fn confirm_password(
        &self,
        user_id: &UserId,
        password: Password,
        context: &RequestContext,
    ) -> Result<(), AuthError> {
        self.observe(Operation::ConfirmPassword, async {
            self.stored_password(user_id, password, context).await.map(|_| ())
        })
        .await
    }

    /// The stored hash of the user's password, if that is the one that is given.
    pub(super) async fn stored_password(
        &self,
        user_id: &UserId,
        password: Password,
        context: &RequestContext,
    ) -> Result<Secret, AuthError> {
        if password.utf16_len() > self.password_config().max_length {
            return Err(AuthError::PasswordTooLong);
        }
        let account = self.store_for(context).accounts().find_credential(user_id).await?;
        let Some(stored) = account.and_then(|account| account.password) else {
            return Err(AuthError::CredentialAccountNotFound);
        };
        let hash = PasswordHash::from(stored.expose().to_owned());
        match self.hasher().verify(password, Some(hash)).await? {
            Verdict::Match { .. } => Ok(stored),
            Verdict::Mismatch => Err(AuthError::InvalidPassword),
        }
    }
}
