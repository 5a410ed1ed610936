//! Sign up with e-mail and password.

use async_trait::async_trait;
use auth_schema::{account, user};
use serde_json::{Map, Value as Json};

use crate::adapter::AdapterError;
use crate::auth::Services;
use crate::domain::{Email, NewAccount, NewSession, NewUser, RequestContext, Secret, Session, User};
use crate::error::AuthError;
use crate::hooks::Operation;
use crate::password::Password;
use crate::repository::{RepositoryError, Store, Work};

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
    /// Additional fields of the user as the client sends them. They are checked by what the schema says of them;
    /// unknown ones are left out.
    pub additional: Map<String, Json>,
}

impl SignUpEmail {
    /// A person who wants to be remembered, without a picture or additional fields.
    pub fn new(name: impl Into<String>, email: Email, password: Password) -> Self {
        Self { name: name.into(), email, password, image: None, remember_me: true, additional: Map::new() }
    }
}

/// A person who has signed up.
#[derive(Debug, Clone)]
pub struct SignedUp {
    /// The new user.
    pub user: User,
    /// The session, unless signing in at once is switched off.
    pub session: Option<Session>,
}

impl Services<'_> {
    /// Creates a user, the account that holds the password, and a session, all or nothing. The unique index on
    /// the address decides races; nothing asks beforehand whether it is taken. The password is hashed first
    /// on every path, so that a taken address takes as long as a free one. Five statements: `BEGIN`, three
    /// `INSERT`s, `COMMIT`. Source: Better Auth's `signUpEmail`.
    ///
    /// # Errors
    ///
    /// [`AuthError::EmailTaken`]; the errors of password and fields; [`AuthError::Busy`]; [`AuthError::Vetoed`] when a
    /// hook vetoes the user or the session. A vetoed account leaves a user without a password, as in Better Auth.
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
        let additional = self.read_input::<User>(request.additional)?;
        let hash = self.hasher().hash(request.password).await?;
        let mut new_user = NewUser::new(request.name, request.email);
        (new_user.image, new_user.additional) = (request.image, additional);
        let work = SignUp {
            user: new_user,
            hash: Secret::new(hash.as_str()),
            session: config.auto_sign_in.then(|| self.session_window(request.remember_me)),
            context,
        };
        let mut signed_up = self.store_for(context).transaction(&work).await?;
        self.hide_in_user(&mut signed_up.user);
        signed_up.session.iter_mut().for_each(|session| self.hide_in_session(session));
        Ok(signed_up)
    }

    /// Whether a password may be set.
    pub(super) fn check_new_password(&self, password: &Password) -> Result<(), AuthError> {
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
    user: NewUser,
    hash: Secret,
    session: Option<time::OffsetDateTime>,
    context: &'a RequestContext,
}

#[async_trait]
impl Work for SignUp<'_> {
    type Output = SignedUp;
    type Error = AuthError;

    async fn run(&self, store: Store<'_>) -> Result<SignedUp, AuthError> {
        let user = store.users().create(self.user.clone()).await.map_err(taken)?;
        let account = NewAccount::with_password(user.id.clone(), self.hash.clone());
        match store.accounts().create(account).await {
            Err(RepositoryError::Vetoed { model: account::MODEL, operation: Operation::Create, .. }) => {}
            outcome => outcome.map(|_| ())?,
        }
        let session = match self.session {
            None => None,
            Some(expires_at) => {
                let new = NewSession {
                    ip_address: self.context.ip_address.clone(),
                    user_agent: self.context.user_agent.clone(),
                    ..NewSession::new(user.id.clone(), expires_at)
                };
                Some(store.sessions().create(new).await?)
            }
        };
        Ok(SignedUp { user, session })
    }

    async fn is_done(&self, signed_up: &SignedUp, store: Store<'_>) -> Result<Option<bool>, AdapterError> {
        let found = store.users().find(&signed_up.user.id).await?;
        let same = |user: &User| {
            (&user.email, user.created_at) == (&signed_up.user.email, signed_up.user.created_at)
        };
        Ok(Some(found.as_ref().is_some_and(same)))
    }
}

fn taken(error: RepositoryError) -> AuthError {
    match error {
        RepositoryError::Adapter(error) if is_taken_email(&error) => AuthError::EmailTaken,
        other => other.into(),
    }
}

/// Whether it is the address that is taken, and no other unique field. Where the engine does not tell the field, it is the
/// only unique one of the core model.
fn is_taken_email(error: &AdapterError) -> bool {
    match error {
        AdapterError::Conflict { model: user::MODEL, fields, .. } => {
            fields.is_empty() || fields.iter().any(|field| field == "email")
        }
        _ => false,
    }
}

/// Whether a text can be stored.
pub(super) fn check_text(field: &'static str, text: &str, longest: usize) -> Result<(), AuthError> {
    if text.contains('\0') {
        return Err(AuthError::InvalidInput {
            field: field.to_owned(),
            problem: "must not contain a NUL character".to_owned(),
        });
    }
    if text.chars().count() > longest {
        return Err(AuthError::InvalidInput { field: field.to_owned(), problem: "is too long".to_owned() });
    }
    Ok(())
}
