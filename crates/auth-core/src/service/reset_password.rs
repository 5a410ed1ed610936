//! Reset a password that was forgotten.

use async_trait::async_trait;

use crate::adapter::AdapterError;
use crate::auth::{Auth, Services};
use crate::domain::{Email, NewAccount, NewVerification, RequestContext, Secret, User, UserId, random_text};
use crate::error::AuthError;
use crate::hooks::Act;
use crate::mail::{Mail, MailKind};
use crate::password::Password;
use crate::repository::{RepositoryError, Store, Work};
use crate::telemetry::Operation;

impl Services<'_> {
    /// Sends a link to set a new password to whoever has an address. The caller is not told whether anybody has it, neither
    /// by the answer nor by its duration: token and mail are made in the background. One statement, and one in the
    /// background. Source: Better Auth's `requestPasswordReset`.
    ///
    /// # Errors
    ///
    /// [`AuthError::ResetPasswordDisabled`] without a mailer.
    #[tracing::instrument(name = "auth.request_password_reset", skip_all)]
    pub async fn request_password_reset(
        &self,
        email: &Email,
        redirect_to: Option<&str>,
        context: &RequestContext,
    ) -> Result<(), AuthError> {
        self.observe(Operation::RequestPasswordReset, async {
            if !self.post().has_mailer() {
                return Err(AuthError::ResetPasswordDisabled);
            }
            let found = self.store_for(context).users().find_by_email(email).await?;
            let Some(user) = found.filter(|user| !self.is_out(user)) else {
                return Ok(());
            };
            let redirect_to = redirect_to.map(str::to_owned);
            // Inside an application's transaction, what is written belongs to it, and who waits is the application.
            let Some(auth) = self.on_pool() else {
                return self.mail_reset(user, redirect_to.as_deref(), context).await;
            };
            let context = context.clone();
            self.post().spawn(send_reset(auth, user, redirect_to, context));
            Ok(())
        })
        .await
    }

    async fn mail_reset(
        &self,
        user: User,
        redirect_to: Option<&str>,
        context: &RequestContext,
    ) -> Result<(), AuthError> {
        let store = self.store_for(context);
        let token = Secret::new(random_text(store.random(), 24));
        let expires_at = self.clock().now() + self.email_and_password_config().reset_token_expires_in;
        let user_id = Secret::new(user.id.as_str());
        store
            .verifications()
            .create(NewVerification::new(identifier(token.expose()), user_id, expires_at))
            .await?;
        let link = self.reset_link(&token, redirect_to);
        self.send_mail(store, Mail::new(MailKind::ResetPassword, user, link, token)).await;
        Ok(())
    }

    /// Whether the token of a link still holds; it is not used up. One statement. Source: `requestPasswordResetCallback`.
    #[tracing::instrument(name = "auth.is_reset_token", skip_all)]
    pub async fn is_reset_token(&self, token: &str) -> Result<bool, AuthError> {
        Ok(self.store().verifications().find(&identifier(token)).await?.is_some())
    }

    /// Sets a new password by the token of a link, exactly once: of concurrent callers one succeeds. A link that was asked for
    /// before the password or the address was last changed does not hold; for a user who has no password yet, who gets one, before the
    /// user was last changed at all. No password is hashed for a token that does not hold. Six statements: two `SELECT`s, `BEGIN`,
    /// `DELETE`, `UPDATE`, `COMMIT`; two more for a first password, one for the revocation of sessions. Source: `resetPassword`.
    ///
    /// # Errors
    ///
    /// [`AuthError::InvalidToken`]; [`AuthError::UserNotFound`]; the errors of a new password; [`AuthError::Busy`].
    #[tracing::instrument(name = "auth.reset_password", skip_all)]
    pub async fn reset_password(
        &self,
        token: &str,
        password: Password,
        context: &RequestContext,
    ) -> Result<(), AuthError> {
        self.observe(Operation::ResetPassword, async {
            self.check_new_password(&password)?;
            let identifier = identifier(token);
            let store = self.store_for(context);
            let found = store.verifications().find(&identifier).await?.ok_or(AuthError::InvalidToken)?;
            let user_id = UserId::new(found.value.expose());
            let user = store.users().find(&user_id).await?.filter(|user| !self.is_out(user));
            user.ok_or(AuthError::UserNotFound)?;
            let hash = Secret::new(self.hasher().hash(password).await?.into_string());
            let revoke = self.email_and_password_config().revoke_sessions_on_reset;
            store.transaction(&Reset { identifier, hash, revoke }).await
        })
        .await
    }
}

async fn send_reset(auth: Auth, user: User, redirect_to: Option<String>, context: RequestContext) {
    if let Err(error) = auth.mail_reset(user, redirect_to.as_deref(), &context).await {
        tracing::error!(name: "auth.reset_not_sent", %error, "a link to reset a password could not be made");
    }
}

struct Reset {
    identifier: String,
    hash: Secret,
    revoke: bool,
}

#[async_trait]
impl Work for Reset {
    type Output = ();
    type Error = AuthError;

    async fn run(&self, store: Store<'_>) -> Result<(), AuthError> {
        let taken = store.verifications().consume(&self.identifier).await?.ok_or(AuthError::InvalidToken)?;
        let user_id = UserId::new(taken.value.expose());
        let accounts = store.acting(Act::ResetPassword).accounts();
        if !accounts.update_password_asked_at(&user_id, &self.hash, taken.created_at).await? {
            // Without a password nothing but the user tells that the address is another one now.
            let user = store.users().lock(&user_id).await?.ok_or(AuthError::UserNotFound)?;
            if user.updated_at > taken.created_at {
                return Err(AuthError::InvalidToken);
            }
            let account = NewAccount::with_password(user_id.clone(), self.hash.clone());
            accounts.create(account).await.map_err(|error| match error {
                RepositoryError::Adapter(AdapterError::ForeignKey { .. }) => AuthError::UserNotFound,
                // There is one, and it was changed since the link was asked for.
                RepositoryError::Adapter(AdapterError::Conflict { .. }) => AuthError::InvalidToken,
                other => other.into(),
            })?;
        }
        if self.revoke {
            store.acting(Act::RevokeAll).sessions().delete_all_of_user(&user_id).await?;
        }
        Ok(())
    }
}

fn identifier(token: &str) -> String {
    format!("reset-password:{token}")
}
