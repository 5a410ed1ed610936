//! Users, accounts and sessions as commands show them: no token, no hash, nothing that the schema keeps inside.

use auth_core::domain::{Account, Additional, AuditEvent, Session, SessionId, User, UserId};
use auth_schema::{Model, Schema, SchemaError, Value, account, session, user};
use serde_json::{Map, Value as Json, json};

/// What is shown of one row, in order.
pub(super) type View = Map<String, Json>;

/// Shows rows by what the schema says of their additional fields.
pub(super) struct Views<'a> {
    user: &'a Model,
    session: &'a Model,
    account: &'a Model,
}

impl<'a> Views<'a> {
    pub(super) fn new(schema: &'a Schema) -> Result<Self, SchemaError> {
        Ok(Self {
            user: schema.model(user::MODEL)?,
            session: schema.model(session::MODEL)?,
            account: schema.model(account::MODEL)?,
        })
    }

    pub(super) fn user(&self, user: &User) -> View {
        let mut view = View::new();
        view.insert("id".into(), json!(user.id.as_str()));
        view.insert("name".into(), json!(user.name));
        view.insert("email".into(), json!(user.email.as_str()));
        view.insert("email_verified".into(), json!(user.email_verified));
        view.insert("image".into(), json!(user.image));
        view.insert("created_at".into(), Value::from(user.created_at).to_json());
        view.insert("updated_at".into(), Value::from(user.updated_at).to_json());
        if let Some(at) = user.deleted_at() {
            view.insert("deleted_at".into(), Value::from(at).to_json());
        }
        add(&mut view, self.user, &user.additional);
        view
    }

    pub(super) fn session(&self, session: &Session) -> View {
        let mut view = View::new();
        view.insert("id".into(), json!(session.id.as_str()));
        view.insert("user_id".into(), json!(session.user_id.as_str()));
        view.insert("created_at".into(), Value::from(session.created_at).to_json());
        view.insert("updated_at".into(), Value::from(session.updated_at).to_json());
        view.insert("expires_at".into(), Value::from(session.expires_at).to_json());
        view.insert("ip_address".into(), json!(session.ip_address));
        view.insert("user_agent".into(), json!(session.user_agent));
        add(&mut view, self.session, &session.additional);
        view
    }

    pub(super) fn account(&self, account: &Account) -> View {
        let mut view = View::new();
        view.insert("id".into(), json!(account.id.as_str()));
        view.insert("provider_id".into(), json!(account.provider_id));
        view.insert("account_id".into(), json!(account.account_id));
        view.insert("has_password".into(), json!(account.password.is_some()));
        view.insert("has_access_token".into(), json!(account.access_token.is_some()));
        view.insert("has_refresh_token".into(), json!(account.refresh_token.is_some()));
        view.insert("scope".into(), json!(account.scope));
        view.insert("created_at".into(), Value::from(account.created_at).to_json());
        view.insert("updated_at".into(), Value::from(account.updated_at).to_json());
        add(&mut view, self.account, &account.additional);
        view
    }
}

/// An event of the audit trail.
pub(super) fn event(event: &AuditEvent) -> View {
    let mut view = View::new();
    view.insert("id".into(), json!(event.id.as_str()));
    view.insert("created_at".into(), Value::from(event.created_at).to_json());
    view.insert("kind".into(), json!(event.kind.as_str()));
    view.insert("outcome".into(), json!(event.outcome.as_str()));
    view.insert("user_id".into(), json!(event.user_id.as_ref().map(UserId::as_str)));
    view.insert("actor".into(), json!(event.actor.as_str()));
    view.insert("actor_id".into(), json!(event.actor_id.as_ref().map(UserId::as_str)));
    view.insert("session_id".into(), json!(event.session_id.as_ref().map(SessionId::as_str)));
    view.insert("ip_address".into(), json!(event.ip_address));
    view.insert("user_agent".into(), json!(event.user_agent));
    view.insert("detail".into(), json!(event.detail));
    view
}

/// Adds the additional fields that leave the service layer.
fn add(view: &mut View, model: &Model, additional: &Additional) {
    for (name, value) in additional.iter() {
        if model.fields().iter().any(|field| field.name == name && field.returned) {
            view.insert(name.to_owned(), value.to_json());
        }
    }
}
