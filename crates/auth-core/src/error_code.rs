//! Better Auth's error codes, as clients see them.

/// A code with its message. `as_str` gives the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// Account not found.
    AccountNotFound,
    /// Bad request.
    BadRequest,
    /// Credential account not found.
    CredentialAccountNotFound,
    /// Email can not be updated.
    EmailCanNotBeUpdated,
    /// Email and password is not enabled.
    EmailPasswordDisabled,
    /// Email and password sign up is not enabled.
    EmailPasswordSignUpDisabled,
    /// Failed to create session.
    FailedToCreateSession,
    /// Failed to create user.
    FailedToCreateUser,
    /// Failed to get session.
    FailedToGetSession,
    /// You can't unlink your last account.
    FailedToUnlinkLastAccount,
    /// Field not allowed to be set.
    FieldNotAllowed,
    /// Forbidden.
    Forbidden,
    /// Internal server error.
    InternalServerError,
    /// Invalid callbackURL.
    InvalidCallbackUrl,
    /// Invalid email.
    InvalidEmail,
    /// Invalid email or password.
    InvalidEmailOrPassword,
    /// Invalid origin.
    InvalidOrigin,
    /// Invalid password.
    InvalidPassword,
    /// Cross-site navigation login blocked. This request appears to be a CSRF attack.
    CrossSiteNavigationLoginBlocked,
    /// Field is required.
    MissingField,
    /// Missing or null Origin.
    MissingOrNullOrigin,
    /// User already has a password set.
    PasswordAlreadySet,
    /// Password too long.
    PasswordTooLong,
    /// Password too short.
    PasswordTooShort,
    /// Request body is too large.
    PayloadTooLarge,
    /// The service is busy. Please try again in a moment.
    ServiceUnavailable,
    /// Session is not fresh.
    SessionNotFresh,
    /// Unauthorized.
    Unauthorized,
    /// Unsupported media type.
    UnsupportedMediaType,
    /// User already exists. Use another email.
    UserAlreadyExistsUseAnotherEmail,
    /// Validation Error.
    ValidationError,
}

impl ErrorCode {
    /// The code on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AccountNotFound => "ACCOUNT_NOT_FOUND",
            Self::BadRequest => "BAD_REQUEST",
            Self::CredentialAccountNotFound => "CREDENTIAL_ACCOUNT_NOT_FOUND",
            Self::EmailCanNotBeUpdated => "EMAIL_CAN_NOT_BE_UPDATED",
            Self::EmailPasswordDisabled => "EMAIL_PASSWORD_DISABLED",
            Self::EmailPasswordSignUpDisabled => "EMAIL_PASSWORD_SIGN_UP_DISABLED",
            Self::FailedToCreateSession => "FAILED_TO_CREATE_SESSION",
            Self::FailedToCreateUser => "FAILED_TO_CREATE_USER",
            Self::FailedToGetSession => "FAILED_TO_GET_SESSION",
            Self::FailedToUnlinkLastAccount => "FAILED_TO_UNLINK_LAST_ACCOUNT",
            Self::FieldNotAllowed => "FIELD_NOT_ALLOWED",
            Self::Forbidden => "FORBIDDEN",
            Self::InternalServerError => "INTERNAL_SERVER_ERROR",
            Self::InvalidCallbackUrl => "INVALID_CALLBACK_URL",
            Self::InvalidEmail => "INVALID_EMAIL",
            Self::InvalidEmailOrPassword => "INVALID_EMAIL_OR_PASSWORD",
            Self::InvalidOrigin => "INVALID_ORIGIN",
            Self::InvalidPassword => "INVALID_PASSWORD",
            Self::CrossSiteNavigationLoginBlocked => "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED",
            Self::MissingField => "MISSING_FIELD",
            Self::MissingOrNullOrigin => "MISSING_OR_NULL_ORIGIN",
            Self::PasswordAlreadySet => "PASSWORD_ALREADY_SET",
            Self::PasswordTooLong => "PASSWORD_TOO_LONG",
            Self::PasswordTooShort => "PASSWORD_TOO_SHORT",
            Self::PayloadTooLarge => "PAYLOAD_TOO_LARGE",
            Self::ServiceUnavailable => "SERVICE_UNAVAILABLE",
            Self::SessionNotFresh => "SESSION_NOT_FRESH",
            Self::Unauthorized => "UNAUTHORIZED",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::UserAlreadyExistsUseAnotherEmail => "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL",
            Self::ValidationError => "VALIDATION_ERROR",
        }
    }

    /// The message that goes with it.
    pub fn message(self) -> &'static str {
        match self {
            Self::AccountNotFound => "Account not found",
            Self::BadRequest => "Bad request",
            Self::CredentialAccountNotFound => "Credential account not found",
            Self::EmailCanNotBeUpdated => "Email can not be updated",
            Self::EmailPasswordDisabled => "Email and password is not enabled",
            Self::EmailPasswordSignUpDisabled => "Email and password sign up is not enabled",
            Self::FailedToCreateSession => "Failed to create session",
            Self::FailedToCreateUser => "Failed to create user",
            Self::FailedToGetSession => "Failed to get session",
            Self::FailedToUnlinkLastAccount => "You can't unlink your last account",
            Self::FieldNotAllowed => "Field not allowed to be set",
            Self::Forbidden => "Forbidden",
            Self::InternalServerError => "Internal server error",
            Self::InvalidCallbackUrl => "Invalid callbackURL",
            Self::InvalidEmail => "Invalid email",
            Self::InvalidEmailOrPassword => "Invalid email or password",
            Self::InvalidOrigin => "Invalid origin",
            Self::InvalidPassword => "Invalid password",
            Self::CrossSiteNavigationLoginBlocked => {
                "Cross-site navigation login blocked. This request appears to be a CSRF attack."
            }
            Self::MissingField => "Field is required",
            Self::MissingOrNullOrigin => "Missing or null Origin",
            Self::PasswordAlreadySet => "User already has a password set",
            Self::PasswordTooLong => "Password too long",
            Self::PasswordTooShort => "Password too short",
            Self::PayloadTooLarge => "Request body is too large",
            Self::ServiceUnavailable => "The service is busy. Please try again in a moment.",
            Self::SessionNotFresh => "Session is not fresh",
            Self::Unauthorized => "Unauthorized",
            Self::UnsupportedMediaType => "Unsupported media type",
            Self::UserAlreadyExistsUseAnotherEmail => "User already exists. Use another email.",
            Self::ValidationError => "Validation Error",
        }
    }
}
