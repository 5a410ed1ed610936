//! Errors that name the provider. What goes in is written by us, or cut down to the letters of an error code.

use std::sync::Arc;

use auth_core::provider::ProviderError;

/// Makes the errors of one provider.
#[derive(Debug, Clone)]
pub(crate) struct Failures(Arc<str>);

impl Failures {
    pub(crate) fn of(provider: &str) -> Self {
        Self(provider.into())
    }

    pub(crate) fn provider(&self) -> &str {
        &self.0
    }

    pub(crate) fn unreachable(&self, reason: &str) -> ProviderError {
        ProviderError::Unreachable { provider: self.0.to_string(), reason: reason.to_owned() }
    }

    /// The code comes from outside: anything that does not look like one is not repeated.
    pub(crate) fn refused(&self, code: &str) -> ProviderError {
        let reason = if is_code(code) { code } else { "it gave no error code" };
        ProviderError::Refused { provider: self.0.to_string(), reason: reason.to_owned() }
    }

    pub(crate) fn invalid_answer(&self, reason: impl Into<String>) -> ProviderError {
        ProviderError::InvalidAnswer { provider: self.0.to_string(), reason: reason.into() }
    }

    pub(crate) fn invalid_id_token(&self, reason: &str) -> ProviderError {
        ProviderError::InvalidIdToken { provider: self.0.to_string(), reason: reason.to_owned() }
    }

    pub(crate) fn settings(&self, reason: impl Into<String>) -> ProviderError {
        ProviderError::Settings { provider: self.0.to_string(), reason: reason.into() }
    }
}

fn is_code(text: &str) -> bool {
    (1..=LONGEST_CODE).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-. ".contains(&byte))
}

const LONGEST_CODE: usize = 48;
