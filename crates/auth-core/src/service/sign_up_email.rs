//! Sign up with e-mail and password.

use async_trait::async_trait;
use auth_schema::user;

use crate::adapter::{self, Adapter, AdapterError, UnitOfWork};
use crate::auth::Auth;
use crate::domain::{Email, NewAccount, NewSession, NewUser, RequestContext, Secret, Session, User};
use crate::error::AuthError;
use crate::password::Password;
use crate::repository::Store;

/// What a person gives to sign up.
#[derive(Debug)]
pub struct SignUpEmail {
    /// Name, at most 255 characters.
    pub name: String,
    /// E-mail address.
    pub email: Email,
    /// Password.
    pub password: Password,
    /// Address of a picture, at most 2,048 characters.
    pub image: Option<String>,
    /// Whether the session outlives the browser.
    pub remember_me: bool,
}

/// A person who has signed up.
#[derive(Debug, Clone)]
pub struct SignedUp {
    /// The new user.
    pub user: User,
    /// The session, unless signing in at once is switched off.
    pub session: Option<Session>,
}

impl Auth {
    /// Creates a user, the account that holds the password, and a session, all or nothing. The unique index on
    /// the address decides races; nothing asks beforehand whether it is taken. The password is hashed first
    /// on every path, so that a taken address takes as long as a free one. Five statements: `BEGIN`, three
    /// `INSERT`s, `COMMIT`. Source: Better Auth's `signUpEmail`.
    ///
    /// # Errors
    ///
    /// [`AuthError::EmailTaken`]; the errors of password and fields; [`AuthError::Busy`].
    #[tracing::instrument(name = "auth.sign_up_email", skip_all)]
    pub async fn sign_up_email(
        &self,
        request: SignUpEmail,
        context: &RequestContext,
    ) -> Result<SignedUp, AuthError> {
        let config = self.email_and_password_config();
        if !config.enabled || config.disable_sign_up {
            return Err(AuthError::SignUpDisabled);
        }
        check_text("name", &request.name, 255)?;
        check_text("image", request.image.as_deref().unwrap_or_default(), 2048)?;
        self.check_new_password(&request.password)?;
        let hash = self.hasher().hash(request.password).await?;
        let work = SignUp {
            store: self.store(),
            user: NewUser {
                name: request.name,
                email: request.email,
                email_verified: false,
                image: request.image,
            },
            hash: Secret::new(hash.as_str()),
            session: config.auto_sign_in.then(|| self.session_window(request.remember_me)),
            context,
        };
        adapter::run(self.store().adapter(), self.store().random(), &work).await
    }

    fn check_new_password(&self, password: &Password) -> Result<(), AuthError> {
        let config = self.password_config();
        match password.utf16_len() {
            length if length < config.min_length => Err(AuthError::PasswordTooShort),
            length if length > config.max_length => Err(AuthError::PasswordTooLong),
            _ => Ok(()),
        }
    }

    /// When a session that starts now ends.
    pub(super) fn session_window(&self, remember_me: bool) -> time::OffsetDateTime {
        let config = self.session_config();
        let lifetime = if remember_me { config.expires_in } else { config.expires_in_without_remember };
        self.clock().now() + lifetime
    }
}

struct SignUp<'a> {
    store: Store<'a>,
    user: NewUser,
    hash: Secret,
    session: Option<time::OffsetDateTime>,
    context: &'a RequestContext,
}

#[async_trait]
impl UnitOfWork for SignUp<'_> {
    type Output = SignedUp;
    type Error = AuthError;

    async fn run(&self, transaction: &dyn Adapter) -> Result<SignedUp, AuthError> {
        let store = self.store.on(transaction);
        let user = store.users().create(self.user.clone()).await.map_err(taken)?;
        store.accounts().create(NewAccount::with_password(user.id.clone(), self.hash.clone())).await?;
        let session = match self.session {
            None => None,
            Some(expires_at) => {
                let new = NewSession {
                    user_id: user.id.clone(),
                    expires_at,
                    ip_address: self.context.ip_address.clone(),
                    user_agent: self.context.user_agent.clone(),
                };
                Some(store.sessions().create(new).await?)
            }
        };
        Ok(SignedUp { user, session })
    }
}

fn taken(error: AdapterError) -> AuthError {
    if error.is_conflict_of(user::MODEL) { AuthError::EmailTaken } else { error.into() }
}

fn check_text(field: &'static str, text: &str, longest: usize) -> Result<(), AuthError> {
    if text.contains('\0') {
        return Err(AuthError::InvalidInput { field, problem: "must not contain a NUL character" });
    }
    if text.chars().count() > longest {
        return Err(AuthError::InvalidInput { field, problem: "is too long" });
    }
    Ok(())
}
