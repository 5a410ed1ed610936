//! Failures as Better Auth's clients expect them: a status and `{"message", "code"}`.

use std::borrow::Cow;

use auth_core::adapter::AdapterError;
use auth_core::hooks::{HookError, Operation};
use auth_core::schema::{session, user};
use auth_core::{AuthError, ErrorCode};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A failure on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpError {
    status: StatusCode,
    code: Cow<'static, str>,
    message: String,
}

impl HttpError {
    /// A code with its own message.
    pub fn new(status: StatusCode, code: ErrorCode) -> Self {
        Self::with_message(status, code, code.message())
    }

    /// A code with another message.
    fn with_message(status: StatusCode, code: ErrorCode, message: impl Into<String>) -> Self {
        Self { status, code: Cow::Borrowed(code.as_str()), message: message.into() }
    }

    /// A 400 with the code `VALIDATION_ERROR` that names the field (`body.email`) and the problem.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::with_message(StatusCode::BAD_REQUEST, ErrorCode::ValidationError, message)
    }

    /// A few of Better Auth's answers have a message alone.
    fn without_code(status: StatusCode, message: &str) -> Self {
        Self { status, code: Cow::Borrowed(""), message: message.to_owned() }
    }

    pub(crate) fn bad_request(message: &str) -> Self {
        Self::with_message(StatusCode::BAD_REQUEST, ErrorCode::BadRequest, message)
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, ErrorCode::Unauthorized)
    }
}

impl From<AuthError> for HttpError {
    fn from(error: AuthError) -> Self {
        use StatusCode as S;
        match &error {
            AuthError::EmailPasswordDisabled => Self::new(S::BAD_REQUEST, ErrorCode::EmailPasswordDisabled),
            AuthError::SignUpDisabled => Self::new(S::BAD_REQUEST, ErrorCode::EmailPasswordSignUpDisabled),
            AuthError::InvalidEmail(_) => Self::new(S::BAD_REQUEST, ErrorCode::InvalidEmail),
            AuthError::PasswordTooShort => Self::new(S::BAD_REQUEST, ErrorCode::PasswordTooShort),
            AuthError::PasswordTooLong => Self::new(S::BAD_REQUEST, ErrorCode::PasswordTooLong),
            AuthError::InvalidInput { field, problem } => {
                Self::validation(format!("[body.{field}] Invalid input: {problem}"))
            }
            AuthError::FieldNotAllowed { .. } => {
                Self::with_message(S::BAD_REQUEST, ErrorCode::FieldNotAllowed, error.to_string())
            }
            AuthError::MissingField { .. } => {
                Self::with_message(S::BAD_REQUEST, ErrorCode::MissingField, error.to_string())
            }
            AuthError::Vetoed { model: user::MODEL, operation: Operation::Create, .. } => {
                Self::new(S::BAD_REQUEST, ErrorCode::FailedToCreateUser)
            }
            AuthError::Vetoed { model: session::MODEL, operation: Operation::Create, .. } => {
                Self::new(S::UNAUTHORIZED, ErrorCode::FailedToCreateSession)
            }
            AuthError::Vetoed { .. } => Self::new(S::FORBIDDEN, ErrorCode::Forbidden),
            AuthError::Hook(HookError::Refused { code, message, status }) => Self {
                status: S::from_u16(*status)
                    .ok()
                    .filter(|status| is_error(*status))
                    .unwrap_or(S::BAD_REQUEST),
                code: code.clone(),
                message: message.clone().into_owned(),
            },
            AuthError::InvalidPassword => Self::new(S::BAD_REQUEST, ErrorCode::InvalidPassword),
            AuthError::CredentialAccountNotFound => {
                Self::new(S::BAD_REQUEST, ErrorCode::CredentialAccountNotFound)
            }
            AuthError::PasswordAlreadySet => Self::new(S::BAD_REQUEST, ErrorCode::PasswordAlreadySet),
            AuthError::NothingToUpdate => Self::without_code(S::BAD_REQUEST, "No fields to update"),
            AuthError::AccountNotFound => Self::new(S::BAD_REQUEST, ErrorCode::AccountNotFound),
            AuthError::LastAccount => Self::new(S::BAD_REQUEST, ErrorCode::FailedToUnlinkLastAccount),
            AuthError::EmailTaken => {
                Self::new(S::UNPROCESSABLE_ENTITY, ErrorCode::UserAlreadyExistsUseAnotherEmail)
            }
            AuthError::InvalidEmailOrPassword => {
                Self::new(S::UNAUTHORIZED, ErrorCode::InvalidEmailOrPassword)
            }
            AuthError::Adapter(AdapterError::Conflict { model: user::MODEL, fields, .. })
                if !fields.is_empty() =>
            {
                let message = format!("{} is taken already", fields.join(" and "));
                Self::with_message(S::UNPROCESSABLE_ENTITY, ErrorCode::ValidationError, message)
            }
            // What clients write themselves; anything else is the server's own doing.
            AuthError::Adapter(AdapterError::InvalidValue { model, problem, .. })
                if matches!(model.as_str(), "user" | "session") =>
            {
                Self::validation(format!("Invalid input: {problem}"))
            }
            AuthError::Adapter(AdapterError::Refused { model_name, .. }) if model_name == "user" => {
                Self::validation("Invalid input: a value is too long or out of range")
            }
            AuthError::Busy
            | AuthError::Adapter(
                AdapterError::Unavailable(_) | AdapterError::ConnectionLost(_) | AdapterError::Retryable(_),
            ) => {
                log(&error);
                Self::new(S::SERVICE_UNAVAILABLE, ErrorCode::ServiceUnavailable)
            }
            _ => {
                log(&error);
                Self::new(S::INTERNAL_SERVER_ERROR, ErrorCode::InternalServerError)
            }
        }
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let mut body = json!({ "message": self.message });
        if !self.code.is_empty() {
            body["code"] = json!(self.code);
        }
        let mut response = (self.status, Json(body)).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

fn is_error(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

/// Logs once, at the boundary that answers, with every source.
fn log(error: &AuthError) {
    let mut sources = String::new();
    let mut source = std::error::Error::source(error);
    while let Some(next) = source {
        sources.push_str(": ");
        sources.push_str(&next.to_string());
        source = next.source();
    }
    tracing::error!(name: "http.error", "{error}{sources}");
}
