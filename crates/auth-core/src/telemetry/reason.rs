//! Why something was refused or failed, as one of a bounded number of words.

use crate::adapter::AdapterError;
use crate::error::AuthError;
use crate::hooks::HookError;
use crate::service::{FailedOAuth, LinkRefusal, ProviderRefusal};

/// Whose doing it was, and why, in a word of ours: nothing that a client, a provider or a hook says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// What was asked may not be.
    Refused(&'static str),
    /// What was asked could not be done.
    Failed(&'static str),
}

/// An error that can be told in a word.
pub(crate) trait Classified {
    fn told(&self) -> Told;
}

impl Classified for AuthError {
    fn told(&self) -> Told {
        match self {
            Self::Busy => Told::Failed("busy"),
            Self::Password(_) => Told::Failed("password_hash"),
            Self::StoredToken(_) => Told::Failed("stored_token"),
            Self::Provider(_) => Told::Failed("provider"),
            Self::Hook(HookError::Failed(_)) => Told::Failed("hook"),
            Self::Hook(HookError::Adapter(error)) | Self::Adapter(error) => adapter(error),
            refused => Told::Refused(refusal(refused)),
        }
    }
}

impl Classified for FailedOAuth {
    fn told(&self) -> Told {
        if self.code == INTERNAL {
            return Told::Failed("internal");
        }
        let known = OAUTH.iter().find(|known| **known == self.code);
        Told::Refused(known.copied().unwrap_or("other"))
    }
}

fn adapter(error: &AdapterError) -> Told {
    match error {
        AdapterError::Conflict { .. } => Told::Refused("conflict"),
        AdapterError::ForeignKey { .. } => Told::Refused("foreign_key"),
        AdapterError::InvalidValue { .. } | AdapterError::Refused { .. } => Told::Refused("invalid_value"),
        AdapterError::Unavailable(_) | AdapterError::Unreachable { .. } => {
            Told::Failed("database_unavailable")
        }
        AdapterError::Closed => Told::Failed("closed"),
        AdapterError::ConnectionLost(_) => Told::Failed("connection_lost"),
        AdapterError::Retryable(_) => Told::Failed("gave_way"),
        AdapterError::UnknownOutcome(_) => Told::Failed("unknown_outcome"),
        AdapterError::SecondaryStorage(_) => Told::Failed("secondary_storage"),
        _ => Told::Failed("database"),
    }
}

fn refusal(error: &AuthError) -> &'static str {
    match error {
        AuthError::EmailPasswordDisabled
        | AuthError::SignUpDisabled
        | AuthError::ResetPasswordDisabled
        | AuthError::VerificationMailDisabled
        | AuthError::ChangeEmailDisabled
        | AuthError::DeleteUserDisabled => "disabled",
        AuthError::PasswordTooShort | AuthError::PasswordTooLong => "password_length",
        AuthError::InvalidEmail(_)
        | AuthError::InvalidInput { .. }
        | AuthError::FieldNotAllowed { .. }
        | AuthError::MissingField { .. }
        | AuthError::NothingToUpdate => "invalid_input",
        AuthError::EmailNotVerified | AuthError::ProviderSignIn(ProviderRefusal::EmailNotVerified) => {
            "email_not_verified"
        }
        AuthError::InvalidToken => "invalid_token",
        AuthError::TokenExpired => "token_expired",
        AuthError::UserNotFound => "user_not_found",
        AuthError::InvalidUser | AuthError::EmailMismatch => "another_user",
        AuthError::EmailAlreadyVerified => "already_verified",
        AuthError::SameEmail => "same_email",
        AuthError::SessionNotFresh => "session_not_fresh",
        AuthError::InvalidPassword | AuthError::InvalidEmailOrPassword => "invalid_credentials",
        AuthError::CredentialAccountNotFound => "no_password",
        AuthError::PasswordAlreadySet => "password_set",
        AuthError::AccountNotFound | AuthError::RefreshTokenNotFound | AuthError::AccessTokenNotFound => {
            "account_not_found"
        }
        AuthError::LastAccount => "last_account",
        AuthError::ProviderNotFound
        | AuthError::IdTokenNotSupported
        | AuthError::ProviderNotSupported { .. }
        | AuthError::RefreshNotSupported { .. } => "provider_not_supported",
        AuthError::ProviderWithoutEmail => "provider_without_email",
        AuthError::ProviderSignIn(ProviderRefusal::SignUpDisabled) => "signup_disabled",
        AuthError::ProviderSignIn(_) => "account_not_linked",
        AuthError::Link(LinkRefusal::LinkedToAnotherUser) => "account_of_another_user",
        AuthError::Link(_) => "linking_not_allowed",
        AuthError::Vetoed { .. } | AuthError::Hook(_) => "hook",
        AuthError::EmailTaken => "email_taken",
        _ => "other",
    }
}

const INTERNAL: &str = "internal_server_error";
/// The codes of redirects that are ours. A provider's own words stand in the same place, and clients can choose those.
const OAUTH: &[&str] = &[
    "account_already_linked_to_different_user",
    "account_not_linked",
    "email_does_not_match",
    "email_not_found",
    "email_not_verified",
    "invalid_code",
    "issuer_mismatch",
    "issuer_missing",
    "no_code",
    "nonce_binding_missing",
    "oauth_provider_not_found",
    "signup_disabled",
    "state_invalid",
    "state_mismatch",
    "state_not_found",
    "unable_to_create_session",
    "unable_to_create_user",
    "unable_to_get_user_info",
    "unable_to_link_account",
    "unable_to_update_account",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(code: &'static str) -> Told {
        FailedOAuth { code: code.into(), description: None, error_url: None }.told()
    }

    #[test]
    fn what_a_client_can_choose_is_no_label() {
        assert_eq!(failed("state_mismatch"), Told::Refused("state_mismatch"));
        assert_eq!(failed("made-up-by-a-client"), Told::Refused("other"));
        assert_eq!(failed(INTERNAL), Told::Failed("internal"));
        let hook = AuthError::Hook(HookError::refused("MADE_UP_BY_A_HOOK", "no"));
        assert_eq!(hook.told(), Told::Refused("hook"));
    }

    #[test]
    fn who_may_not_is_told_apart_from_what_could_not() {
        assert_eq!(AuthError::InvalidEmailOrPassword.told(), Told::Refused("invalid_credentials"));
        assert_eq!(AuthError::Adapter(AdapterError::Closed).told(), Told::Failed("closed"));
        assert_eq!(AuthError::Busy.told(), Told::Failed("busy"));
    }
}
