//! The secret of a client.

use std::fmt;
use std::sync::Arc;

use auth_core::domain::Secret;
use auth_core::provider::ProviderError;
use time::OffsetDateTime;

/// What proves that a client is the client.
#[derive(Clone)]
pub(crate) enum ClientSecret {
    /// A public client: PKCE alone protects it.
    None,
    /// A secret from the provider's console.
    Fixed(Secret),
    /// A secret that is made for each request, as Apple wants it.
    Made(Arc<MakeSecret>),
}

pub(crate) type MakeSecret = dyn Fn(OffsetDateTime) -> Result<Secret, ProviderError> + Send + Sync;

impl ClientSecret {
    pub(crate) fn at(&self, now: OffsetDateTime) -> Result<Option<Secret>, ProviderError> {
        match self {
            Self::None => Ok(None),
            Self::Fixed(secret) => Ok(Some(secret.clone())),
            Self::Made(make) => make(now).map(Some),
        }
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ClientSecret(…)")
    }
}
