//! A value to be presented once.

use time::OffsetDateTime;

use super::{Secret, VerificationId};

/// A value to be presented once before it expires: a reset token, a state of a redirect.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Verification {
    /// Id of the row.
    pub id: VerificationId,
    /// What the value is for, and often the token itself.
    pub identifier: String,
    /// The value.
    pub value: Secret,
    /// From then on it is worth nothing, also while the row is still there.
    pub expires_at: OffsetDateTime,
    /// When it was created; the newest value of an identifier counts.
    pub created_at: OffsetDateTime,
    /// When it was last changed.
    pub updated_at: OffsetDateTime,
}

/// A verification to be created.
#[derive(Debug, Clone)]
pub struct NewVerification {
    /// What the value is for.
    pub identifier: String,
    /// The value.
    pub value: Secret,
    /// When it expires.
    pub expires_at: OffsetDateTime,
}
