//! Create a user on behalf of somebody else.

use async_trait::async_trait;
use auth_schema::user;

use super::input::check_text;
use super::taken_email::taken;
use crate::adapter::{AdapterError, Value};
use crate::auth::Services;
use crate::domain::{NewAccount, NewUser, RequestContext, Secret, User};
use crate::error::AuthError;
use crate::hooks::{Act, Hooked};
use crate::password::Password;
use crate::repository::{Store, Work};
use crate::telemetry::Operation;

impl Services<'_> {
    /// Creates a user for whom an operator vouches, with the account that holds the password if there is one, all or nothing.
    /// Nobody is signed in and no mail is sent; whether people may sign up by themselves does not matter, and all fields may
    /// be set, also those that clients may not set. Three or four statements: `BEGIN`, the `INSERT`s, `COMMIT`. Source:
    /// `createUser` of Better Auth's admin plugin.
    ///
    /// # Errors
    ///
    /// [`AuthError::EmailTaken`]; the errors of a new password; [`AuthError::MissingField`], [`AuthError::InvalidInput`];
    /// [`AuthError::Busy`]; [`AuthError::Vetoed`] when a hook vetoes the user or the account.
    #[tracing::instrument(name = "auth.create_user", skip_all)]
    pub async fn create_user(
        &self,
        mut new: NewUser,
        password: Option<Password>,
        context: &RequestContext,
    ) -> Result<User, AuthError> {
        self.observe(Operation::CreateUser, async {
            check_text("name", &new.name, 255)?;
            check_text("image", new.image.as_deref().unwrap_or_default(), 2048)?;
            self.check_fields(&mut new)?;
            let hash = match password {
                None => None,
                Some(password) => {
                    self.check_new_password(&password)?;
                    Some(Secret::new(self.hasher().hash(password).await?.into_string()))
                }
            };
            self.store_for(context).transaction(&Create { user: new, hash }).await
        })
        .await
    }

    /// Whether every additional field has a value that it may have.
    fn check_fields(&self, new: &mut NewUser) -> Result<(), AuthError> {
        let store = self.store();
        let model = store.adapter().schema().model(user::MODEL).map_err(AdapterError::from)?;
        for field in model.fields().iter().skip(User::LAST_CORE.position() + 1) {
            let given = new.additional.get(&field.name).filter(|value| !value.is_null()).cloned();
            let value: Value = match given {
                Some(value) => value,
                None if field.required && field.default.is_none() => {
                    return Err(AuthError::MissingField { field: field.name.clone() });
                }
                None => continue,
            };
            if let Some(validator) = &field.validator {
                let invalid = |problem| AuthError::InvalidInput { field: field.name.clone(), problem };
                new.additional.set(field.name.clone(), validator.check(value).map_err(invalid)?);
            }
        }
        Ok(())
    }
}

struct Create {
    user: NewUser,
    hash: Option<Secret>,
}

#[async_trait]
impl Work for Create {
    type Output = User;
    type Error = AuthError;

    async fn run(&self, store: Store<'_>) -> Result<User, AuthError> {
        let user = store.users().create(self.user.clone()).await.map_err(taken)?;
        if let Some(hash) = &self.hash {
            let account = NewAccount::with_password(user.id.clone(), hash.clone());
            store.acting(Act::Part).accounts().create(account).await?;
        }
        Ok(user)
    }

    async fn is_done(&self, user: &User, store: Store<'_>) -> Result<Option<bool>, AdapterError> {
        let found = store.users().find(&user.id).await?;
        Ok(Some(
            found.is_some_and(|found| (&found.email, found.created_at) == (&user.email, user.created_at)),
        ))
    }
}
