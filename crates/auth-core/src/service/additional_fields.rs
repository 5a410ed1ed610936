//! Additional fields at the door: what a client may set, and what leaves.

use auth_schema::{Field, ModelId, session, user};
use serde_json::{Map, Value as Json};

use crate::adapter::{AdapterError, Value};
use crate::auth::Services;
use crate::domain::{Additional, Session, User};
use crate::error::AuthError;
use crate::hooks::Hooked;

impl Services<'_> {
    /// Reads the additional fields of a new row as a client sends them. Unknown fields are left out; a field that
    /// clients may not set takes its default. Source: Better Auth's `parseInputData`.
    ///
    /// # Errors
    ///
    /// [`AuthError::FieldNotAllowed`], [`AuthError::MissingField`], [`AuthError::InvalidInput`].
    pub(super) fn read_input<T: Hooked>(&self, input: Map<String, Json>) -> Result<Additional, AuthError> {
        let schema = self.store().adapter().schema().model(T::MODEL).map_err(AdapterError::from)?;
        // `phoneNumber` is the field `phone_number`.
        let mut given: Vec<Option<Json>> = vec![None; schema.fields().len()];
        for (name, value) in input {
            if let Ok(field) = schema.find(&name) {
                given[field.position()] = Some(value);
            }
        }
        let mut additional = Additional::new();
        for (position, field) in schema.fields().iter().enumerate().skip(T::LAST_CORE.position() + 1) {
            if let Some(value) = read_field(field, given[position].take())? {
                additional.set(field.name.clone(), value);
            }
        }
        Ok(additional)
    }

    /// Reads the additional fields that a client changes: what is absent stays as it is.
    ///
    /// # Errors
    ///
    /// [`AuthError::FieldNotAllowed`], [`AuthError::MissingField`], [`AuthError::InvalidInput`].
    pub(super) fn read_changes<T: Hooked>(&self, input: Map<String, Json>) -> Result<Additional, AuthError> {
        let schema = self.store().adapter().schema().model(T::MODEL).map_err(AdapterError::from)?;
        let mut additional = Additional::new();
        for (name, json) in input {
            let Ok(field) = schema.find(&name) else {
                continue;
            };
            if field.position() <= T::LAST_CORE.position() {
                continue;
            }
            let field = &schema.fields()[field.position()];
            if !field.input && is_truthy(&json) {
                return Err(AuthError::FieldNotAllowed { field: field.name.clone() });
            }
            if let Some(value) = read_field(field, Some(json))? {
                additional.set(field.name.clone(), value);
            }
        }
        Ok(additional)
    }

    /// Reads the additional fields of a user that a provider tells of, for a new user or a change of one. Fields that clients
    /// may not set are left out: what a provider says is not the application's word. Source:
    /// `parseAdditionalUserInputFromProviderProfile`.
    ///
    /// # Errors
    ///
    /// As [`Services::read_input`].
    pub(super) fn read_profile(
        &self,
        mut fields: Map<String, Json>,
        is_new: bool,
    ) -> Result<Additional, AuthError> {
        let schema = self.store().adapter().schema().model(user::MODEL).map_err(AdapterError::from)?;
        let settable = |name: &str| schema.find(name).is_ok_and(|id| schema.fields()[id.position()].input);
        fields.retain(|name, _| settable(name));
        if is_new { self.read_input::<User>(fields) } else { self.read_changes::<User>(fields) }
    }

    /// Takes out what does not leave the service layer.
    pub(super) fn hide_in_user(&self, user: &mut User) {
        self.hide(user::MODEL, &mut user.additional);
    }

    /// Takes out what does not leave the service layer.
    pub(super) fn hide_in_session(&self, session: &mut Session) {
        self.hide(session::MODEL, &mut session.additional);
    }

    fn hide(&self, model: ModelId, additional: &mut Additional) {
        if additional.is_empty() {
            return;
        }
        if let Ok(model) = self.store().adapter().schema().model(model) {
            let returned =
                |name: &str| model.fields().iter().any(|field| field.name == name && field.returned);
            additional.retain(returned);
        }
    }
}

/// The value of one field, `None` when the client did not set it.
fn read_field(field: &Field, given: Option<Json>) -> Result<Option<Value>, AuthError> {
    let name = || field.name.clone();
    let Some(json) = given else {
        if field.required && field.input && field.default.is_none() {
            return Err(AuthError::MissingField { field: name() });
        }
        return Ok(None);
    };
    if !field.input {
        if field.default.is_none() && is_truthy(&json) {
            return Err(AuthError::FieldNotAllowed { field: name() });
        }
        return Ok(None);
    }
    let invalid = |problem: String| AuthError::InvalidInput { field: name(), problem };
    let value = field.field_type.read_json(&json).map_err(|problem| invalid(problem.to_owned()))?;
    if value.is_null() && field.required && field.default.is_none() {
        return Err(AuthError::MissingField { field: name() });
    }
    let value = match &field.validator {
        Some(validator) if !value.is_null() => validator.check(value).map_err(invalid)?,
        _ => value,
    };
    Ok(Some(value))
}

/// As JavaScript sees it.
fn is_truthy(json: &Json) -> bool {
    match json {
        Json::Null => false,
        Json::Bool(truth) => *truth,
        Json::Number(number) => number.as_f64() != Some(0.0),
        Json::String(text) => !text.is_empty(),
        _ => true,
    }
}
