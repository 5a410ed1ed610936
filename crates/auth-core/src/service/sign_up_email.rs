//! Sign up with e-mail and password.

use async_trait::async_trait;
use auth_schema::account;
use serde_json::{Map, Value as Json};

use super::input::check_text;
use super::start_session::SessionStart;
use super::taken_email::taken;
use crate::adapter::AdapterError;
use crate::auth::Services;
use crate::domain::{Email, NewAccount, NewUser, RequestContext, Secret, Session, User};
use crate::error::AuthError;
use crate::hooks::{Act, Operation};
use crate::password::Password;
use crate::repository::{RepositoryError, Store, Work};
use crate::telemetry;

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
    /// Where the link of a verification mail leads to, if one is sent.
    pub callback_url: Option<String>,
}

impl SignUpEmail {
    /// A person who wants to be remembered, without a picture or additional fields.
    pub fn new(name: impl Into<String>, email: Email, password: Password) -> Self {
        Self {
            name: name.into(),
            email,
            password,
            image: None,
            remember_me: true,
            additional: Map::new(),
            callback_url: None,
        }
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
    /// on every path, so that a taken address takes as long as a free one. A verification mail is sent after the commit when
    /// the configuration wants one. Five statements: `BEGIN`, three
    /// `INSERT`s, `COMMIT`. Source: Better Auth's `signUpEmail`.
    ///
    /// # Errors
    ///
    /// [`AuthError::EmailTaken`], unless nobody is signed in by it (verification is required, or `auto_sign_in` is off): then
    /// a taken address gets the answer of a free one, and nothing is written; the errors of password and fields; [`AuthError::Busy`]; [`AuthError::Vetoed`] when a
    /// hook vetoes the user or the session. A vetoed account leaves a user without a password, as in Better Auth.
    #[tracing::instrument(name = "auth.sign_up_email", skip_all)]
    pub async fn sign_up_email(
        &self,
        request: SignUpEmail,
        context: &RequestContext,
    ) -> Result<SignedUp, AuthError> {
        self.observe(telemetry::Operation::SignUpEmail, async {
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
            let at_once = config.auto_sign_in && !config.require_email_verification;
            let work = SignUp {
                user: new_user,
                hash: Secret::new(hash.as_str()),
                session: at_once.then(|| self.session_start(request.remember_me, context)),
            };
            let store = self.store_for(context);
            let mut signed_up = match store.transaction(&work).await {
                // Nobody is signed in, so nothing needs to tell that the address is taken.
                Err(AuthError::EmailTaken) if !at_once => {
                    SignedUp { user: store.users().imagine(work.user)?, session: None }
                }
                outcome => {
                    let signed_up = outcome?;
                    if self.email_verification().send_on_sign_up.unwrap_or(config.require_email_verification)
                    {
                        let user = signed_up.user.clone();
                        self.mail_verification(store, user, request.callback_url.as_deref()).await;
                    }
                    signed_up
                }
            };
            self.hide_in_user(&mut signed_up.user);
            signed_up.session.iter_mut().for_each(|session| self.hide_in_session(session));
            Ok(signed_up)
        })
        .await
    }
}

struct SignUp {
    user: NewUser,
    hash: Secret,
    session: Option<SessionStart>,
}

#[async_trait]
impl Work for SignUp {
    type Output = SignedUp;
    type Error = AuthError;

    async fn run(&self, store: Store<'_>) -> Result<SignedUp, AuthError> {
        let user = store.users().create(self.user.clone()).await.map_err(taken)?;
        let account = NewAccount::with_password(user.id.clone(), self.hash.clone());
        match store.acting(Act::Part).accounts().create(account).await {
            Err(RepositoryError::Vetoed { model: account::MODEL, operation: Operation::Create, .. }) => {}
            outcome => outcome.map(|_| ())?,
        }
        let session = match &self.session {
            None => None,
            Some(start) => Some(start.run(store, &user.id).await?),
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
