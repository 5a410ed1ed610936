//! Sign in with e-mail and password.

use crate::adapter::AdapterError;
use crate::auth::Services;
use crate::domain::{Email, RequestContext, Secret, Session, User, UserId};
use crate::error::AuthError;
use crate::hooks::Act;
use crate::password::{Password, PasswordHash, Verdict};
use crate::telemetry::Operation;

/// What a person gives to sign in.
#[derive(Debug)]
pub struct SignInEmail {
    /// E-mail address.
    pub email: Email,
    /// Password.
    pub password: Password,
    /// Whether the session outlives the browser.
    pub remember_me: bool,
    /// Where the link of a verification mail leads to, if one is sent.
    pub callback_url: Option<String>,
}

impl SignInEmail {
    /// A person who wants to be remembered.
    pub fn new(email: Email, password: Password) -> Self {
        Self { email, password, remember_me: true, callback_url: None }
    }
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
    /// [`AuthError::InvalidEmailOrPassword`]; [`AuthError::EmailNotVerified`], only to who knows the password;
    /// [`AuthError::PasswordTooLong`]; [`AuthError::Busy`].
    #[tracing::instrument(name = "auth.sign_in_email", skip_all)]
    pub async fn sign_in_email(
        &self,
        request: SignInEmail,
        context: &RequestContext,
    ) -> Result<SignedIn, AuthError> {
        self.observe(Operation::SignInEmail, async {
            let mut known = None;
            let entered = self.enter_by_password(request, context, &mut known).await;
            if let Err(error) = &entered {
                self.note_refusal(known.as_ref(), error, context).await;
            }
            entered.map_err(|error| match error {
                // A user who is softly deleted is told what everybody is told.
                AuthError::UserNotFound => AuthError::InvalidEmailOrPassword,
                other => other,
            })
        })
        .await
    }

    /// Signs in, and tells who was found also when it is refused.
    async fn enter_by_password(
        &self,
        request: SignInEmail,
        context: &RequestContext,
        known: &mut Option<UserId>,
    ) -> Result<SignedIn, AuthError> {
        if !self.email_and_password_config().enabled {
            return Err(AuthError::EmailPasswordDisabled);
        }
        if request.password.utf16_len() > self.password_config().max_length {
            return Err(AuthError::PasswordTooLong);
        }
        let found = self.store_for(context).users().find_with_credential(&request.email).await?;
        let (user, account) = found.map_or((None, None), |(user, account)| (Some(user), account));
        *known = user.as_ref().map(|user| user.id.clone());
        let stored = account.and_then(|account| account.password);
        let hash = stored.as_ref().map(|hash| PasswordHash::from(hash.expose().to_owned()));
        let rehash = self.password_config().rehash_on_sign_in.then(|| request.password.clone());
        let verdict = self.hasher().verify(request.password, hash).await?;
        let (Some(user), Verdict::Match { needs_rehash }) = (user, verdict) else {
            return Err(AuthError::InvalidEmailOrPassword);
        };
        if self.is_out(&user) {
            return Err(AuthError::UserNotFound);
        }
        if let (true, Some(password), Some(stored)) = (needs_rehash, rehash, stored) {
            // The person is signed in all the same; the next sign-in tries again.
            if let Err(error) = self.rehash(&user, &stored, password, context).await {
                tracing::warn!(name: "auth.rehash", user_id = %user.id, %error, "the password keeps its old hash");
            }
        }
        let store = self.store_for(context);
        if self.email_and_password_config().require_email_verification && !user.email_verified {
            if self.email_verification().send_on_sign_in {
                self.mail_verification(store, user, request.callback_url.as_deref()).await;
            }
            return Err(AuthError::EmailNotVerified);
        }
        let start = self.session_start(request.remember_me, context);
        let session = start.run(store, &user.id).await.map_err(|error| match error {
            // The user was deleted since the password was read.
            AuthError::Adapter(AdapterError::ForeignKey { .. }) => AuthError::InvalidEmailOrPassword,
            other => other,
        })?;
        self.end_surplus(&session, context).await;
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
        // The password is the same.
        let accounts = self.store_for(context).acting(Act::Part).accounts();
        accounts.replace_password(&user.id, stored, &hash).await?;
        Ok(())
    }
}
