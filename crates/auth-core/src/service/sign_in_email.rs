//! Sign in with e-mail and password.

use crate::adapter::AdapterError;
use crate::auth::Services;
use crate::domain::{Email, NewSession, RequestContext, Secret, Session, User};
use crate::error::AuthError;
use crate::password::{Password, PasswordHash, Verdict};
use crate::repository::RepositoryError;

/// What a person gives to sign in.
#[derive(Debug)]
pub struct SignInEmail {
    /// E-mail address.
    pub email: Email,
    /// Password.
    pub password: Password,
    /// Whether the session outlives the browser.
    pub remember_me: bool,
}

/// A person who has signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who it is.
    pub user: User,
    /// The new session.
    pub session: Session,
}

impl Services<'_> {
    /// Checks the password and starts a session. Exactly one hash is computed on every path, also for an
    /// unknown address and for a user without a password, so that neither answer nor duration tells them
    /// apart. Two statements. Source: Better Auth's `signInEmail`.
    ///
    /// # Errors
    ///
    /// [`AuthError::InvalidEmailOrPassword`]; [`AuthError::PasswordTooLong`]; [`AuthError::Busy`].
    #[tracing::instrument(name = "auth.sign_in_email", skip_all)]
    pub async fn sign_in_email(
        &self,
        request: SignInEmail,
        context: &RequestContext,
    ) -> Result<SignedIn, AuthError> {
        if !self.email_and_password_config().enabled {
            return Err(AuthError::EmailPasswordDisabled);
        }
        if request.password.utf16_len() > self.password_config().max_length {
            return Err(AuthError::PasswordTooLong);
        }
        let found = self.store_for(context).users().find_with_credential(&request.email).await?;
        let (user, account) = found.map_or((None, None), |(user, account)| (Some(user), account));
        let stored = account.and_then(|account| account.password);
        let hash = stored.as_ref().map(|hash| PasswordHash::from(hash.expose().to_owned()));
        let rehash = self.password_config().rehash_on_sign_in.then(|| request.password.clone());
        let verdict = self.hasher().verify(request.password, hash).await?;
        let (Some(user), Verdict::Match { needs_rehash }) = (user, verdict) else {
            return Err(AuthError::InvalidEmailOrPassword);
        };
        if let (true, Some(password), Some(stored)) = (needs_rehash, rehash, stored) {
            // The person is signed in all the same; the next sign-in tries again.
            if let Err(error) = self.rehash(&user, &stored, password, context).await {
                tracing::warn!(name: "auth.rehash", user_id = %user.id, %error, "the password keeps its old hash");
            }
        }
        let new = NewSession {
            ip_address: context.ip_address.clone(),
            user_agent: context.user_agent.clone(),
            ..NewSession::new(user.id.clone(), self.session_window(request.remember_me))
        };
        let session = self.store_for(context).sessions().create(new).await.map_err(|error| match error {
            // The user was deleted since the password was read.
            RepositoryError::Adapter(AdapterError::ForeignKey { .. }) => AuthError::InvalidEmailOrPassword,
            other => other.into(),
        })?;
        let mut signed_in = SignedIn { user, session };
        self.hide_in_user(&mut signed_in.user);
        self.hide_in_session(&mut signed_in.session);
        Ok(signed_in)
    }

    async fn rehash(
        &self,
        user: &User,
        stored: &Secret,
        password: Password,
        context: &RequestContext,
    ) -> Result<(), AuthError> {
        let hash = Secret::new(self.hasher().hash(password).await?.into_string());
        self.store_for(context).accounts().replace_password(&user.id, stored, &hash).await?;
        Ok(())
    }
}
