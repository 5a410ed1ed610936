//! What the services answer when something is not as it should be.

use auth_schema::ModelId;

use crate::adapter::{AdapterError, AsAdapterError};
use crate::crypto::symmetric::DecryptError;
use crate::domain::InvalidEmail;
use crate::hooks::{HookError, Operation};
use crate::password::PasswordError;
use crate::provider::ProviderError;
use crate::repository::RepositoryError;
use crate::service::{LinkRefusal, ProviderRefusal};

/// A failure of a service.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// Sign-in with e-mail and password is switched off.
    #[error("sign-in with e-mail and password is not enabled: see EmailAndPasswordConfig::enabled")]
    EmailPasswordDisabled,
    /// New users are refused.
    #[error("sign-up with e-mail and password is not enabled: see EmailAndPasswordConfig")]
    SignUpDisabled,
    /// The text is no e-mail address.
    #[error(transparent)]
    InvalidEmail(#[from] InvalidEmail),
    /// The password has fewer characters than the configuration asks for.
    #[error("the password is too short")]
    PasswordTooShort,
    /// The password has more characters than the configuration allows.
    #[error("the password is too long")]
    PasswordTooLong,
    /// A field holds what cannot be stored.
    #[error("{field} {problem}")]
    InvalidInput {
        /// The field.
        field: String,
        /// What is wrong with it, as the end of a sentence.
        problem: String,
    },
    /// A client sent a field that clients may not set.
    #[error("{field} is not allowed to be set")]
    FieldNotAllowed {
        /// The field.
        field: String,
    },
    /// A client left a required field out.
    #[error("{field} is required")]
    MissingField {
        /// The field.
        field: String,
    },
    /// The address must be proven before somebody signs in with it.
    #[error("the e-mail address is not verified")]
    EmailNotVerified,
    /// A token that was used, was never handed out, or belongs to somebody else.
    #[error("the token does not hold")]
    InvalidToken,
    /// A token that held once.
    #[error("the token has expired")]
    TokenExpired,
    /// The user is gone.
    #[error("the user is gone")]
    UserNotFound,
    /// A token of another person than the one who is signed in.
    #[error("the token belongs to another user than the one who is signed in")]
    InvalidUser,
    /// Passwords cannot be reset.
    #[error("password reset is not enabled: set a mailer with AuthBuilder::mailer")]
    ResetPasswordDisabled,
    /// Addresses cannot be verified.
    #[error("verification of e-mail addresses is not enabled: set a mailer with AuthBuilder::mailer")]
    VerificationMailDisabled,
    /// A person asks for mail to an address that is not theirs.
    #[error("the e-mail address is not that of the user")]
    EmailMismatch,
    /// There is nothing to prove.
    #[error("the e-mail address is verified already")]
    EmailAlreadyVerified,
    /// People may not change their addresses.
    #[error("change of the e-mail address is not enabled: see ChangeEmailConfig::enabled")]
    ChangeEmailDisabled,
    /// The new address is the present one.
    #[error("the new e-mail address is the present one")]
    SameEmail,
    /// People may not delete their users.
    #[error("deletion of users is not enabled: see DeleteUserConfig::enabled")]
    DeleteUserDisabled,
    /// Users cannot be deleted softly.
    #[error(
        "soft deletion is not enabled: give the schema the field with SchemaBuilder::soft_delete, or soft_delete in auth.toml"
    )]
    SoftDeleteDisabled,
    /// What is asked needs somebody who has signed in just now.
    #[error("the session is not fresh: sign in again, or show the password")]
    SessionNotFresh,
    /// The password that was given is not the user's.
    #[error("the password is wrong")]
    InvalidPassword,
    /// The user has no password.
    #[error("the user has no password")]
    CredentialAccountNotFound,
    /// The user has a password already: it is changed, not set.
    #[error("the user has a password already: change it instead")]
    PasswordAlreadySet,
    /// A change that changes nothing.
    #[error("there is nothing to change")]
    NothingToUpdate,
    /// The user has no such account.
    #[error("the user has no such account")]
    AccountNotFound,
    /// Without this account the user could not sign in any more.
    #[error("the last account of a user cannot be unlinked")]
    LastAccount,
    /// There is no such provider.
    #[error("there is no such provider: add it with AuthBuilder::provider")]
    ProviderNotFound,
    /// A provider failed, or refused.
    #[error("the provider could not do it")]
    Provider(#[source] ProviderError),
    /// Somebody for whom a provider vouches is not signed in.
    #[error(transparent)]
    ProviderSignIn(#[from] ProviderRefusal),
    /// An account at a provider is not linked.
    #[error(transparent)]
    Link(#[from] LinkRefusal),
    /// The provider takes no id tokens.
    #[error("the provider takes no id tokens")]
    IdTokenNotSupported,
    /// A provider tells no address.
    #[error("the provider tells no e-mail address: ask it for the scope that has it")]
    ProviderWithoutEmail,
    /// An account of a provider that is not configured.
    #[error("{provider} is not supported: add it with AuthBuilder::provider")]
    ProviderNotSupported {
        /// The provider's id.
        provider: String,
    },
    /// A provider that has no refresh tokens.
    #[error("{provider} does not support token refreshing")]
    RefreshNotSupported {
        /// The provider's id.
        provider: String,
    },
    /// The account has no refresh token.
    #[error("the account has no refresh token")]
    RefreshTokenNotFound,
    /// The account has no access token.
    #[error("the account has no access token")]
    AccessTokenNotFound,
    /// A stored token cannot be decrypted.
    #[error("a stored token cannot be read")]
    StoredToken(#[source] DecryptError),
    /// A hook vetoed; nothing was written.
    #[error("a hook vetoed the {} of {model_name}", operation.as_str())]
    Vetoed {
        /// The model.
        model: ModelId,
        /// Its name.
        model_name: String,
        /// What was vetoed.
        operation: Operation,
    },
    /// A hook refused or failed; nothing was written.
    #[error(transparent)]
    Hook(#[from] HookError),
    /// Another user has this e-mail address.
    #[error("a user with this e-mail address exists already")]
    EmailTaken,
    /// Nobody has this e-mail address and this password. It is not told which of the two is wrong.
    #[error("invalid e-mail address or password")]
    InvalidEmailOrPassword,
    /// So many passwords are being checked that one more would have to wait too long.
    #[error("too many passwords are being checked at once: try again in a moment")]
    Busy,
    /// A password could not be hashed.
    #[error("the password could not be hashed")]
    Password(#[source] PasswordError),
    /// The database failed.
    #[error("the database could not do it")]
    Adapter(#[from] AdapterError),
}

impl AuthError {
    /// The failure with all of its sources in one line, for a log: by their `Display`, which repeats no values of rows.
    pub fn with_sources(&self) -> String {
        let mut told = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(next) = source {
            told = format!("{told}: {next}");
            source = next.source();
        }
        told
    }
}

impl From<PasswordError> for AuthError {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => Self::Busy,
            other => Self::Password(other),
        }
    }
}

impl From<RepositoryError> for AuthError {
    fn from(error: RepositoryError) -> Self {
        match error {
            RepositoryError::Adapter(error) | RepositoryError::Hook(HookError::Adapter(error)) => {
                Self::Adapter(error)
            }
            RepositoryError::Hook(error) => Self::Hook(error),
            RepositoryError::Vetoed { model, model_name, operation } => {
                Self::Vetoed { model, model_name, operation }
            }
        }
    }
}

impl AsAdapterError for AuthError {
    fn as_adapter_error(&self) -> Option<&AdapterError> {
        match self {
            Self::Adapter(error) => Some(error),
            Self::Hook(error) => error.as_adapter_error(),
            _ => None,
        }
    }
}

/// An [`crate::Auth`] that cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// There is no secret to sign cookies with.
    #[error("a secret of at least 32 characters is needed: set one that stays the same across restarts")]
    Secret,
    /// A cookie would be malformed, or say more than it should.
    #[error("{setting} {value:?} cannot stand in a cookie: {problem}")]
    Cookie {
        /// `CookieConfig::prefix`, `CookieConfig::cross_subdomain` or `CookieCacheConfig::max_age`.
        setting: &'static str,
        /// What was given.
        value: String,
        /// What it must be made of.
        problem: &'static str,
    },
    /// Two providers have one id.
    #[error("there are two providers with the id {id:?}: give one of them another")]
    ProviderTwice {
        /// The id.
        id: String,
    },
    /// An origin that is none.
    #[error("{origin:?} is no origin like https://app.example.com, *.example.com or myapp:// : {problem}")]
    TrustedOrigin {
        /// What was given.
        origin: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The address of the server is not an http or https URL.
    #[error("the base URL {url:?} is not of the form https://host or http://host:port")]
    BaseUrl {
        /// What was given.
        url: String,
    },
    /// Work in the background was asked for, where nothing could run it.
    #[error(
        "MaintenanceConfig::sweep needs a Tokio runtime: build the Auth inside one, or switch the sweep off and call \
         Auth::delete_expired"
    )]
    NoRuntime,
    /// Users are to be deleted softly, and nothing could tell that they are.
    #[error(
        "DeleteUserConfig::soft needs the field deleted_at of the user: SchemaBuilder::soft_delete or `soft_delete = true` in \
         auth.toml adds it, `auth migrate` makes its column"
    )]
    NoDeletedAt,
    /// Requests are to be counted in a store that is not there.
    #[error(
        "RateLimitConfig::storage is SecondaryStorage, but there is none: give one with AuthBuilder::secondary_storage"
    )]
    NoSecondaryStorage,
    /// Requests are to be counted in a table that is not there.
    #[error(
        "RateLimitConfig::storage is Database, but there is no table of counters that fits the model rate_limit: \
         `cargo run -p migration` or `auth migrate` makes it, `auth validate` tells what does not fit"
    )]
    NoRateLimitTable,
    /// The password settings are wrong.
    #[error("password settings")]
    Password(#[from] PasswordError),
}
