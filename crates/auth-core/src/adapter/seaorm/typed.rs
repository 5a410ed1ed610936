//! Gives the application its own typed models back.

use std::any::TypeId;

use auth_schema::{account, session, user, verification};

use super::adapter::SqlAdapter;
use super::entity::{AuthEntity, model_of};
use super::error::classify;
use crate::adapter::{Adapter, AdapterError, ModelId, Record, Value};
use crate::domain::{Account, Additional, Secret, Session, User, Verification};

/// A value of this library as a model of the application's entity, additional fields included.
pub trait ToModel {
    /// Makes the model. Asks the database nothing.
    ///
    /// A value that a service gave has no field that is marked as not returned; read it from the
    /// [`store`](crate::Services::store) when such a field is required.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Unsupported`] when the entity is not the one that was registered;
    /// [`AdapterError::Database`] names a required field that is absent.
    fn to_model<E: AuthEntity>(&self, adapter: &SqlAdapter<'_>) -> Result<E::Model, AdapterError>;
}

impl ToModel for User {
    fn to_model<E: AuthEntity>(&self, adapter: &SqlAdapter<'_>) -> Result<E::Model, AdapterError> {
        let record = Record::with_capacity(7)
            .with(user::ID, self.id.as_str())
            .with(user::NAME, self.name.as_str())
            .with(user::EMAIL, self.email.as_str())
            .with(user::EMAIL_VERIFIED, self.email_verified)
            .with(user::IMAGE, self.image.clone())
            .with(user::CREATED_AT, self.created_at)
            .with(user::UPDATED_AT, self.updated_at);
        adapter.model::<E>(user::MODEL, record, &self.additional)
    }
}

impl ToModel for Session {
    fn to_model<E: AuthEntity>(&self, adapter: &SqlAdapter<'_>) -> Result<E::Model, AdapterError> {
        let record = Record::with_capacity(8)
            .with(session::ID, self.id.as_str())
            .with(session::EXPIRES_AT, self.expires_at)
            .with(session::TOKEN, self.token.at_rest().expose())
            .with(session::CREATED_AT, self.created_at)
            .with(session::UPDATED_AT, self.updated_at)
            .with(session::IP_ADDRESS, self.ip_address.clone())
            .with(session::USER_AGENT, self.user_agent.clone())
            .with(session::USER_ID, self.user_id.as_str());
        adapter.model::<E>(session::MODEL, record, &self.additional)
    }
}

impl ToModel for Account {
    fn to_model<E: AuthEntity>(&self, adapter: &SqlAdapter<'_>) -> Result<E::Model, AdapterError> {
        let text = |secret: &Option<Secret>| Value::from(secret.as_ref().map(Secret::expose));
        let record = Record::with_capacity(13)
            .with(account::ID, self.id.as_str())
            .with(account::ACCOUNT_ID, self.account_id.as_str())
            .with(account::PROVIDER_ID, self.provider_id.as_str())
            .with(account::USER_ID, self.user_id.as_str())
            .with(account::ACCESS_TOKEN, text(&self.access_token))
            .with(account::REFRESH_TOKEN, text(&self.refresh_token))
            .with(account::ID_TOKEN, text(&self.id_token))
            .with(account::ACCESS_TOKEN_EXPIRES_AT, self.access_token_expires_at)
            .with(account::REFRESH_TOKEN_EXPIRES_AT, self.refresh_token_expires_at)
            .with(account::SCOPE, self.scope.clone())
            .with(account::PASSWORD, text(&self.password))
            .with(account::CREATED_AT, self.created_at)
            .with(account::UPDATED_AT, self.updated_at);
        adapter.model::<E>(account::MODEL, record, &self.additional)
    }
}

impl ToModel for Verification {
    fn to_model<E: AuthEntity>(&self, adapter: &SqlAdapter<'_>) -> Result<E::Model, AdapterError> {
        let record = Record::with_capacity(6)
            .with(verification::ID, self.id.as_str())
            .with(verification::IDENTIFIER, self.identifier.as_str())
            .with(verification::VALUE, self.value.expose())
            .with(verification::EXPIRES_AT, self.expires_at)
            .with(verification::CREATED_AT, self.created_at)
            .with(verification::UPDATED_AT, self.updated_at);
        adapter.model::<E>(verification::MODEL, record, &self.additional)
    }
}

impl SqlAdapter<'_> {
    fn model<E: AuthEntity>(
        &self,
        model: ModelId,
        mut record: Record,
        additional: &Additional,
    ) -> Result<E::Model, AdapterError> {
        let table = self.table(model)?;
        let registered = table.entity.as_ref().filter(|entity| entity.is(TypeId::of::<E>()));
        let registered = registered.ok_or(AdapterError::Unsupported {
            what: "make this model",
            advice: "register its entity for the model with SeaOrmAdapter::builder",
        })?;
        let fields = self.schema().model(model)?;
        for (name, value) in additional.iter() {
            record.set(fields.find(name)?, value.clone());
        }
        let row = registered.row(table, record)?;
        model_of::<E>(row).map_err(|error| classify(error, "make a model", Some(table)))
    }
}
