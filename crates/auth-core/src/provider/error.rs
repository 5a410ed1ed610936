//! What can go wrong at a provider.

/// A failure of a provider, or of asking it. Never holds a token, a code or a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderError {
    /// It could not be reached, or did not answer in time.
    #[error("{provider} cannot be reached: {reason}")]
    Unreachable {
        /// The provider's id.
        provider: String,
        /// What failed, without the address's query.
        reason: String,
    },
    /// It refused what was asked: a code that was used, a refresh token that was revoked.
    #[error("{provider} refused: {reason}")]
    Refused {
        /// The provider's id.
        provider: String,
        /// Its error code.
        reason: String,
    },
    /// Its answer is not what the protocol says.
    #[error("{provider} gave an answer that cannot be used: {reason}")]
    InvalidAnswer {
        /// The provider's id.
        provider: String,
        /// What is wrong.
        reason: String,
    },
    /// An id token does not hold: signature, issuer, audience, expiry or nonce.
    #[error("the id token of {provider} does not hold: {reason}")]
    InvalidIdToken {
        /// The provider's id.
        provider: String,
        /// Which check failed.
        reason: String,
    },
    /// It has no such thing.
    #[error("{provider} has no {what}")]
    Unsupported {
        /// The provider's id.
        provider: String,
        /// What was asked for.
        what: &'static str,
    },
    /// Its settings are wrong.
    #[error("the settings of {provider} are wrong: {reason}")]
    Settings {
        /// The provider's id.
        provider: String,
        /// What to change.
        reason: String,
    },
}
