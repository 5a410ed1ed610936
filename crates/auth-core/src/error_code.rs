//! Better Auth's error codes, as clients see them.

/// A code with its message. `as_str` gives the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// Access token not found.
    AccessTokenNotFound,
    /// Account not found.
    AccountNotFound,
    /// Bad request.
    BadRequest,
    /// Body must be an object.
    BodyMustBeAnObject,
    /// Change email is disabled.
    ChangeEmailDisabled,
    /// Credential account not found.
    CredentialAccountNotFound,
    /// Cross-site navigation login blocked. This request appears to be a CSRF attack.
    CrossSiteNavigationLoginBlocked,
    /// Email is already verified.
    EmailAlreadyVerified,
    /// Email can not be updated.
    EmailCanNotBeUpdated,
    /// Email mismatch.
    EmailMismatch,
    /// Email not verified.
    EmailNotVerified,
    /// Email and password is not enabled.
    EmailPasswordDisabled,
    /// Email and password sign up is not enabled.
    EmailPasswordSignUpDisabled,
    /// Failed to create session.
    FailedToCreateSession,
    /// Failed to create user.
    FailedToCreateUser,
    /// Failed to get a valid access token.
    FailedToGetAccessToken,
    /// Failed to get session.
    FailedToGetSession,
    /// Failed to get user info.
    FailedToGetUserInfo,
    /// Failed to refresh access token.
    FailedToRefreshAccessToken,
    /// You can't unlink your last account.
    FailedToUnlinkLastAccount,
    /// Field not allowed to be set.
    FieldNotAllowed,
    /// Forbidden.
    Forbidden,
    /// `id_token` not supported.
    IdTokenNotSupported,
    /// Internal server error.
    InternalServerError,
    /// Invalid callbackURL.
    InvalidCallbackUrl,
    /// Invalid email.
    InvalidEmail,
    /// Invalid email or password.
    InvalidEmailOrPassword,
    /// Invalid errorCallbackURL.
    InvalidErrorCallbackUrl,
    /// Invalid newUserCallbackURL.
    InvalidNewUserCallbackUrl,
    /// Invalid origin.
    InvalidOrigin,
    /// Invalid password.
    InvalidPassword,
    /// Invalid redirectURL.
    InvalidRedirectUrl,
    /// Invalid token.
    InvalidToken,
    /// Invalid user.
    InvalidUser,
    /// Account not linked - different emails not allowed.
    LinkingDifferentEmailsNotAllowed,
    /// Account not linked - unable to create account.
    LinkingFailed,
    /// Account not linked - linking not allowed.
    LinkingNotAllowed,
    /// Field is required.
    MissingField,
    /// Missing or null Origin.
    MissingOrNullOrigin,
    /// Not found.
    NotFound,
    /// Account not linked.
    OauthLinkError,
    /// User already has a password set.
    PasswordAlreadySet,
    /// Password too long.
    PasswordTooLong,
    /// Password too short.
    PasswordTooShort,
    /// Request body is too large.
    PayloadTooLarge,
    /// Account is not associated with a configured social provider.
    ProviderNotConfigured,
    /// Provider not found.
    ProviderNotFound,
    /// Provider is not supported.
    ProviderNotSupported,
    /// Refresh token not found.
    RefreshTokenNotFound,
    /// Reset password isn't enabled.
    ResetPasswordDisabled,
    /// The service is busy. Please try again in a moment.
    ServiceUnavailable,
    /// Session expired. Re-authenticate to perform this action.
    SessionExpired,
    /// Session is not fresh.
    SessionNotFresh,
    /// Social account already linked.
    SocialAccountAlreadyLinked,
    /// Token expired.
    TokenExpired,
    /// Token refreshing is not supported.
    TokenRefreshNotSupported,
    /// Unauthorized.
    Unauthorized,
    /// Unsupported media type.
    UnsupportedMediaType,
    /// User already exists. Use another email.
    UserAlreadyExistsUseAnotherEmail,
    /// User email not found.
    UserEmailNotFound,
    /// User not found.
    UserNotFound,
    /// Validation Error.
    ValidationError,
    /// Verification email isn't enabled.
    VerificationEmailNotEnabled,
}

impl ErrorCode {
    /// The code on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AccessTokenNotFound => "ACCESS_TOKEN_NOT_FOUND",
            Self::AccountNotFound => "ACCOUNT_NOT_FOUND",
            Self::BadRequest => "BAD_REQUEST",
            Self::BodyMustBeAnObject => "BODY_MUST_BE_AN_OBJECT",
            Self::ChangeEmailDisabled => "CHANGE_EMAIL_DISABLED",
            Self::CredentialAccountNotFound => "CREDENTIAL_ACCOUNT_NOT_FOUND",
            Self::CrossSiteNavigationLoginBlocked => "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED",
            Self::EmailAlreadyVerified => "EMAIL_ALREADY_VERIFIED",
            Self::EmailCanNotBeUpdated => "EMAIL_CAN_NOT_BE_UPDATED",
            Self::EmailMismatch => "EMAIL_MISMATCH",
            Self::EmailNotVerified => "EMAIL_NOT_VERIFIED",
            Self::EmailPasswordDisabled => "EMAIL_PASSWORD_DISABLED",
            Self::EmailPasswordSignUpDisabled => "EMAIL_PASSWORD_SIGN_UP_DISABLED",
            Self::FailedToCreateSession => "FAILED_TO_CREATE_SESSION",
            Self::FailedToCreateUser => "FAILED_TO_CREATE_USER",
            Self::FailedToGetAccessToken => "FAILED_TO_GET_ACCESS_TOKEN",
            Self::FailedToGetSession => "FAILED_TO_GET_SESSION",
            Self::FailedToGetUserInfo => "FAILED_TO_GET_USER_INFO",
            Self::FailedToRefreshAccessToken => "FAILED_TO_REFRESH_ACCESS_TOKEN",
            Self::FailedToUnlinkLastAccount => "FAILED_TO_UNLINK_LAST_ACCOUNT",
            Self::FieldNotAllowed => "FIELD_NOT_ALLOWED",
            Self::Forbidden => "FORBIDDEN",
            Self::IdTokenNotSupported => "ID_TOKEN_NOT_SUPPORTED",
            Self::InternalServerError => "INTERNAL_SERVER_ERROR",
            Self::InvalidCallbackUrl => "INVALID_CALLBACK_URL",
            Self::InvalidEmail => "INVALID_EMAIL",
            Self::InvalidEmailOrPassword => "INVALID_EMAIL_OR_PASSWORD",
            Self::InvalidErrorCallbackUrl => "INVALID_ERROR_CALLBACK_URL",
            Self::InvalidNewUserCallbackUrl => "INVALID_NEW_USER_CALLBACK_URL",
            Self::InvalidOrigin => "INVALID_ORIGIN",
            Self::InvalidPassword => "INVALID_PASSWORD",
            Self::InvalidRedirectUrl => "INVALID_REDIRECT_URL",
            Self::InvalidToken => "INVALID_TOKEN",
            Self::InvalidUser => "INVALID_USER",
            Self::LinkingDifferentEmailsNotAllowed => "LINKING_DIFFERENT_EMAILS_NOT_ALLOWED",
            Self::LinkingFailed => "LINKING_FAILED",
            Self::LinkingNotAllowed => "LINKING_NOT_ALLOWED",
            Self::MissingField => "MISSING_FIELD",
            Self::MissingOrNullOrigin => "MISSING_OR_NULL_ORIGIN",
            Self::NotFound => "NOT_FOUND",
            Self::OauthLinkError => "OAUTH_LINK_ERROR",
            Self::PasswordAlreadySet => "PASSWORD_ALREADY_SET",
            Self::PasswordTooLong => "PASSWORD_TOO_LONG",
            Self::PasswordTooShort => "PASSWORD_TOO_SHORT",
            Self::PayloadTooLarge => "PAYLOAD_TOO_LARGE",
            Self::ProviderNotConfigured => "PROVIDER_NOT_CONFIGURED",
            Self::ProviderNotFound => "PROVIDER_NOT_FOUND",
            Self::ProviderNotSupported => "PROVIDER_NOT_SUPPORTED",
            Self::RefreshTokenNotFound => "REFRESH_TOKEN_NOT_FOUND",
            Self::ResetPasswordDisabled => "RESET_PASSWORD_DISABLED",
            Self::ServiceUnavailable => "SERVICE_UNAVAILABLE",
            Self::SessionExpired => "SESSION_EXPIRED",
            Self::SessionNotFresh => "SESSION_NOT_FRESH",
            Self::SocialAccountAlreadyLinked => "SOCIAL_ACCOUNT_ALREADY_LINKED",
            Self::TokenExpired => "TOKEN_EXPIRED",
            Self::TokenRefreshNotSupported => "TOKEN_REFRESH_NOT_SUPPORTED",
            Self::Unauthorized => "UNAUTHORIZED",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::UserAlreadyExistsUseAnotherEmail => "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL",
            Self::UserEmailNotFound => "USER_EMAIL_NOT_FOUND",
            Self::UserNotFound => "USER_NOT_FOUND",
            Self::ValidationError => "VALIDATION_ERROR",
            Self::VerificationEmailNotEnabled => "VERIFICATION_EMAIL_NOT_ENABLED",
        }
    }

    /// The message that goes with it.
    pub fn message(self) -> &'static str {
        match self {
            Self::AccessTokenNotFound => "Access token not found",
            Self::AccountNotFound => "Account not found",
            Self::BadRequest => "Bad request",
            Self::BodyMustBeAnObject => "Body must be an object",
            Self::ChangeEmailDisabled => "Change email is disabled",
            Self::CredentialAccountNotFound => "Credential account not found",
            Self::CrossSiteNavigationLoginBlocked => {
                "Cross-site navigation login blocked. This request appears to be a CSRF attack."
            }
            Self::EmailAlreadyVerified => "Email is already verified",
            Self::EmailCanNotBeUpdated => "Email can not be updated",
            Self::EmailMismatch => "Email mismatch",
            Self::EmailNotVerified => "Email not verified",
            Self::EmailPasswordDisabled => "Email and password is not enabled",
            Self::EmailPasswordSignUpDisabled => "Email and password sign up is not enabled",
            Self::FailedToCreateSession => "Failed to create session",
            Self::FailedToCreateUser => "Failed to create user",
            Self::FailedToGetAccessToken => "Failed to get a valid access token",
            Self::FailedToGetSession => "Failed to get session",
            Self::FailedToGetUserInfo => "Failed to get user info",
            Self::FailedToRefreshAccessToken => "Failed to refresh access token",
            Self::FailedToUnlinkLastAccount => "You can't unlink your last account",
            Self::FieldNotAllowed => "Field not allowed to be set",
            Self::Forbidden => "Forbidden",
            Self::IdTokenNotSupported => "id_token not supported",
            Self::InternalServerError => "Internal server error",
            Self::InvalidCallbackUrl => "Invalid callbackURL",
            Self::InvalidEmail => "Invalid email",
            Self::InvalidEmailOrPassword => "Invalid email or password",
            Self::InvalidErrorCallbackUrl => "Invalid errorCallbackURL",
            Self::InvalidNewUserCallbackUrl => "Invalid newUserCallbackURL",
            Self::InvalidOrigin => "Invalid origin",
            Self::InvalidPassword => "Invalid password",
            Self::InvalidRedirectUrl => "Invalid redirectURL",
            Self::InvalidToken => "Invalid token",
            Self::InvalidUser => "Invalid user",
            Self::LinkingDifferentEmailsNotAllowed => "Account not linked - different emails not allowed",
            Self::LinkingFailed => "Account not linked - unable to create account",
            Self::LinkingNotAllowed => "Account not linked - linking not allowed",
            Self::MissingField => "Field is required",
            Self::MissingOrNullOrigin => "Missing or null Origin",
            Self::NotFound => "Not found",
            Self::OauthLinkError => "Account not linked",
            Self::PasswordAlreadySet => "User already has a password set",
            Self::PasswordTooLong => "Password too long",
            Self::PasswordTooShort => "Password too short",
            Self::PayloadTooLarge => "Request body is too large",
            Self::ProviderNotConfigured => "Account is not associated with a configured social provider.",
            Self::ProviderNotFound => "Provider not found",
            Self::ProviderNotSupported => "Provider is not supported.",
            Self::RefreshTokenNotFound => "Refresh token not found",
            Self::ResetPasswordDisabled => "Reset password isn't enabled",
            Self::ServiceUnavailable => "The service is busy. Please try again in a moment.",
            Self::SessionExpired => "Session expired. Re-authenticate to perform this action.",
            Self::SessionNotFresh => "Session is not fresh",
            Self::SocialAccountAlreadyLinked => "Social account already linked",
            Self::TokenExpired => "Token expired",
            Self::TokenRefreshNotSupported => "Token refreshing is not supported.",
            Self::Unauthorized => "Unauthorized",
            Self::UnsupportedMediaType => "Unsupported media type",
            Self::UserAlreadyExistsUseAnotherEmail => "User already exists. Use another email.",
            Self::UserEmailNotFound => "User email not found",
            Self::UserNotFound => "User not found",
            Self::ValidationError => "Validation Error",
            Self::VerificationEmailNotEnabled => "Verification email isn't enabled",
        }
    }
}
