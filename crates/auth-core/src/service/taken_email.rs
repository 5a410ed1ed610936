//! Which conflict says that an address is taken.

use auth_schema::user;

use crate::adapter::AdapterError;
use crate::error::AuthError;
use crate::repository::RepositoryError;

/// Whether it is the address that is taken, and no other unique field. Where the engine does not tell the field, it is the
/// only unique one of the core model.
pub(super) fn taken(error: RepositoryError) -> AuthError {
    match error {
        RepositoryError::Adapter(AdapterError::Conflict { model: user::MODEL, ref fields, .. })
            if fields.is_empty() || fields.iter().any(|field| field == "email") =>
        {
            AuthError::EmailTaken
        }
        other => other.into(),
    }
}
