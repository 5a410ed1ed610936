//! Make a user anonymous: the row stays for what points to it, and says nothing of a person.

use async_trait::async_trait;
use auth_schema::{Field, Fill, user};

use crate::adapter::{AdapterError, Value};
use crate::auth::Services;
use crate::domain::{Additional, Email, LOWERCASE, RequestContext, User, UserChange, UserId, random_text_of};
use crate::error::AuthError;
use crate::hooks::{Act, Hooked};
use crate::repository::{Store, Work};
use crate::telemetry::Operation;

impl Services<'_> {
    /// Makes a user anonymous: name, address, picture and additional fields (`AnonymiseConfig`) are replaced; sessions, accounts and
    /// verifications go; the id stays, and with it what the application's own rows say of the user. Events of the audit trail stay
    /// without their origin. The address becomes one that no mail reaches, `…@anonymised.invalid`. Nobody signs in as the user any
    /// more, and it cannot be undone. Gives the user as it is then; `None` when there is none. All or nothing.
    ///
    /// Hooks hear of a change of the user and of the deletions. Without hooks: `BEGIN`, two `SELECT`s, an `UPDATE` of the user
    /// and one of sessions that are kept as a record, a `DELETE` for sessions and for accounts, one for verifications if there are any,
    /// three statements for the audit trail if there is one, `COMMIT`.
    /// Verifications are found by reading all of their table.
    ///
    /// # Errors
    ///
    /// [`AuthError::InvalidInput`] names an additional field that has no value to be replaced by; what a hook says.
    #[tracing::instrument(name = "auth.anonymise_user", skip_all, fields(user_id = %user_id))]
    pub async fn anonymise_user(
        &self,
        user_id: &UserId,
        context: &RequestContext,
    ) -> Result<Option<User>, AuthError> {
        self.observe(Operation::AnonymiseUser, async {
            let store = self.store_for(context);
            let local = random_text_of(store.random(), LOWERCASE, 32);
            let change = UserChange {
                name: Some(NAME.to_owned()),
                email: Some(Email::stored(format!("{local}{}", User::ANONYMISED_DOMAIN))),
                email_verified: Some(false),
                image: Some(None),
                additional: self.anonymous_fields()?,
            };
            let mut user = store.transaction(&Anonymise { user_id, change }).await?;
            if let Some(user) = &mut user {
                self.hide_in_user(user);
            }
            Ok(user)
        })
        .await
    }

    /// What becomes of the additional fields.
    fn anonymous_fields(&self) -> Result<Additional, AuthError> {
        let (store, config) = (self.store(), &self.user_config().anonymise);
        let model = store.adapter().schema().model(user::MODEL).map_err(AdapterError::from)?;
        let find = |name: &str| model.find(name).map_err(AdapterError::from);
        let kept: Vec<_> = config.keep.iter().map(|name| find(name)).collect::<Result<_, _>>()?;
        let mut replaced = Vec::with_capacity(2);
        for (name, _) in config.replace.iter() {
            replaced.push(find(name)?);
        }
        let mut fields = config.replace.clone();
        for (position, field) in model.fields().iter().enumerate().skip(User::LAST_CORE.position() + 1) {
            let id = auth_schema::FieldId::new(position);
            let is_own = Some(id) == store.adapter().schema().deleted_at();
            if !is_own && !kept.contains(&id) && !replaced.contains(&id) {
                fields.set(field.name.clone(), nothing(field, self.now())?);
            }
        }
        Ok(fields)
    }
}

struct Anonymise<'a> {
    user_id: &'a UserId,
    change: UserChange,
}

#[async_trait]
impl Work for Anonymise<'_> {
    type Output = Option<User>;
    type Error = AuthError;

    async fn run(&self, store: Store<'_>) -> Result<Option<User>, AuthError> {
        let Some(user) = store.users().lock(self.user_id).await? else {
            return Ok(None);
        };
        let parts = store.acting(Act::Part);
        parts.verifications().delete_about(&user).await?;
        parts.sessions().delete_all_of_user(self.user_id).await?;
        // Where ended sessions are kept as a record, they are still there.
        parts.sessions().forget_origin(self.user_id).await?;
        parts.accounts().delete_all_of_user(self.user_id).await?;
        let change = self.change.clone();
        let anonymous = store.acting(Act::Anonymise).users().update(self.user_id, change).await?;
        // Last: what was just written down was perhaps asked for by this very person.
        if let Some(events) = store.events() {
            events.forget_origin(self.user_id).await?;
        }
        Ok(anonymous)
    }
}

/// What a field holds that says nothing.
fn nothing(field: &Field, now: time::OffsetDateTime) -> Result<Value, AuthError> {
    match &field.default {
        _ if !field.required => Ok(Value::Null),
        Some(Fill::Value(value)) => Ok(value.clone()),
        Some(Fill::Function(generator)) => Ok(generator.make()),
        Some(_) => Ok(Value::Timestamp(now)),
        None => Err(AuthError::InvalidInput {
            field: field.name.clone(),
            problem: "must not be empty and has no default: name it in AnonymiseConfig::keep or ::replace"
                .to_owned(),
        }),
    }
}

const NAME: &str = "Anonymised";
