//! Failures as Better Auth's clients expect them: a status and `{"message", "code"}`.

use std::borrow::Cow;

use auth_core::adapter::AdapterError;
use auth_core::hooks::{HookError, Operation};
use auth_core::schema::{session, user};
use auth_core::secondary_storage::StorageError;
use auth_core::service::{LinkRefusal, ProviderRefusal};
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

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Better Auth's code, or a hook's; `None` where there is none.
    pub fn code(&self) -> Option<&str> {
        Some(&*self.code).filter(|code| !code.is_empty())
    }

    /// What is told to people.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// A few of Better Auth's answers have a message alone.
    pub(crate) fn without_code(status: StatusCode, message: &str) -> Self {
        Self { status, code: Cow::Borrowed(""), message: message.to_owned() }
    }

    /// A few of Better Auth's answers have no body at all.
    fn is_bare(&self) -> bool {
        self.code.is_empty() && self.message.is_empty()
    }

    /// A status alone.
    pub(crate) fn bare(status: StatusCode) -> Self {
        Self::without_code(status, "")
    }

    pub(crate) fn bad_request(message: &str) -> Self {
        Self::with_message(StatusCode::BAD_REQUEST, ErrorCode::BadRequest, message)
    }

    pub(crate) fn unavailable() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::ServiceUnavailable)
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, ErrorCode::Unauthorized)
    }
}

impl From<AuthError> for HttpError {
    fn from(error: AuthError) -> Self {
        use StatusCode as S;
        if let Some((status, code)) = plain(&error) {
            return Self::new(status, code);
        }
        match &error {
            AuthError::NothingToUpdate => Self::without_code(S::BAD_REQUEST, "No fields to update"),
            AuthError::SameEmail => Self::without_code(S::BAD_REQUEST, "Email is the same"),
            AuthError::InvalidInput { field, problem } => {
                Self::validation(format!("[body.{field}] Invalid input: {problem}"))
            }
            AuthError::FieldNotAllowed { .. } => {
                Self::with_message(S::BAD_REQUEST, ErrorCode::FieldNotAllowed, error.to_string())
            }
            AuthError::MissingField { .. } => {
                Self::with_message(S::BAD_REQUEST, ErrorCode::MissingField, error.to_string())
            }
            AuthError::Hook(HookError::Refused { code, message, status }) => Self {
                status: S::from_u16(*status)
                    .ok()
                    .filter(|status| is_error(*status))
                    .unwrap_or(S::BAD_REQUEST),
                code: code.clone(),
                message: message.clone().into_owned(),
            },
            AuthError::ProviderSignIn(reason) => {
                Self::with_message(S::UNAUTHORIZED, ErrorCode::OauthLinkError, reason.to_string())
            }
            AuthError::ProviderNotSupported { provider } => {
                let message = format!("Provider {provider} is not supported.");
                Self::with_message(S::BAD_REQUEST, ErrorCode::ProviderNotSupported, message)
            }
            AuthError::RefreshNotSupported { provider } => {
                let message = format!("Provider {provider} does not support token refreshing.");
                Self::with_message(S::BAD_REQUEST, ErrorCode::TokenRefreshNotSupported, message)
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
                AdapterError::Unavailable(_)
                | AdapterError::Closed
                | AdapterError::ConnectionLost(_)
                | AdapterError::Retryable(_)
                | AdapterError::SecondaryStorage(StorageError::Unavailable(_)),
            ) => {
                log(&error);
                Self::unavailable()
            }
            AuthError::Provider(_) => {
                log(&error);
                Self::new(S::UNAUTHORIZED, ErrorCode::FailedToGetUserInfo)
            }
            _ => {
                log(&error);
                Self::new(S::INTERNAL_SERVER_ERROR, ErrorCode::InternalServerError)
            }
        }
    }
}

/// Failures whose status and code say all.
fn plain(error: &AuthError) -> Option<(StatusCode, ErrorCode)> {
    use StatusCode as S;
    Some(match error {
        AuthError::EmailPasswordDisabled => (S::BAD_REQUEST, ErrorCode::EmailPasswordDisabled),
        AuthError::SignUpDisabled => (S::BAD_REQUEST, ErrorCode::EmailPasswordSignUpDisabled),
        AuthError::InvalidEmail(_) => (S::BAD_REQUEST, ErrorCode::InvalidEmail),
        AuthError::PasswordTooShort => (S::BAD_REQUEST, ErrorCode::PasswordTooShort),
        AuthError::PasswordTooLong => (S::BAD_REQUEST, ErrorCode::PasswordTooLong),
        AuthError::Vetoed { model: user::MODEL, operation: Operation::Create, .. } => {
            (S::BAD_REQUEST, ErrorCode::FailedToCreateUser)
        }
        AuthError::Vetoed { model: session::MODEL, operation: Operation::Create, .. } => {
            (S::UNAUTHORIZED, ErrorCode::FailedToCreateSession)
        }
        AuthError::Vetoed { .. } => (S::FORBIDDEN, ErrorCode::Forbidden),
        AuthError::InvalidPassword => (S::BAD_REQUEST, ErrorCode::InvalidPassword),
        AuthError::CredentialAccountNotFound => (S::BAD_REQUEST, ErrorCode::CredentialAccountNotFound),
        AuthError::PasswordAlreadySet => (S::BAD_REQUEST, ErrorCode::PasswordAlreadySet),
        AuthError::AccountNotFound => (S::BAD_REQUEST, ErrorCode::AccountNotFound),
        AuthError::EmailNotVerified | AuthError::ProviderSignIn(ProviderRefusal::EmailNotVerified) => {
            (S::FORBIDDEN, ErrorCode::EmailNotVerified)
        }
        AuthError::InvalidToken => (S::BAD_REQUEST, ErrorCode::InvalidToken),
        AuthError::TokenExpired => (S::BAD_REQUEST, ErrorCode::TokenExpired),
        AuthError::UserNotFound => (S::BAD_REQUEST, ErrorCode::UserNotFound),
        AuthError::InvalidUser => (S::BAD_REQUEST, ErrorCode::InvalidUser),
        AuthError::ResetPasswordDisabled => (S::BAD_REQUEST, ErrorCode::ResetPasswordDisabled),
        AuthError::VerificationMailDisabled => (S::BAD_REQUEST, ErrorCode::VerificationEmailNotEnabled),
        AuthError::EmailMismatch => (S::BAD_REQUEST, ErrorCode::EmailMismatch),
        AuthError::EmailAlreadyVerified => (S::BAD_REQUEST, ErrorCode::EmailAlreadyVerified),
        AuthError::ChangeEmailDisabled => (S::BAD_REQUEST, ErrorCode::ChangeEmailDisabled),
        AuthError::SessionNotFresh => (S::BAD_REQUEST, ErrorCode::SessionExpired),
        AuthError::DeleteUserDisabled => (S::NOT_FOUND, ErrorCode::NotFound),
        AuthError::ProviderNotFound => (S::NOT_FOUND, ErrorCode::ProviderNotFound),
        AuthError::IdTokenNotSupported => (S::NOT_FOUND, ErrorCode::IdTokenNotSupported),
        AuthError::ProviderWithoutEmail => (S::UNAUTHORIZED, ErrorCode::UserEmailNotFound),
        AuthError::Link(LinkRefusal::LinkedToAnotherUser) => {
            (S::CONFLICT, ErrorCode::SocialAccountAlreadyLinked)
        }
        AuthError::Link(LinkRefusal::DifferentEmails) => {
            (S::UNAUTHORIZED, ErrorCode::LinkingDifferentEmailsNotAllowed)
        }
        AuthError::Link(LinkRefusal::UnableToCreate) => (S::EXPECTATION_FAILED, ErrorCode::LinkingFailed),
        AuthError::Link(_) => (S::UNAUTHORIZED, ErrorCode::LinkingNotAllowed),
        AuthError::RefreshTokenNotFound => (S::BAD_REQUEST, ErrorCode::RefreshTokenNotFound),
        AuthError::AccessTokenNotFound => (S::BAD_REQUEST, ErrorCode::AccessTokenNotFound),
        AuthError::LastAccount => (S::BAD_REQUEST, ErrorCode::FailedToUnlinkLastAccount),
        AuthError::EmailTaken => (S::UNPROCESSABLE_ENTITY, ErrorCode::UserAlreadyExistsUseAnotherEmail),
        AuthError::InvalidEmailOrPassword => (S::UNAUTHORIZED, ErrorCode::InvalidEmailOrPassword),
        _ => return None,
    })
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        if self.is_bare() {
            return self.status.into_response();
        }
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

/// Logs once, at the boundary that answers.
fn log(error: &AuthError) {
    tracing::error!(name: "http.error", "{}", error.with_sources());
}
