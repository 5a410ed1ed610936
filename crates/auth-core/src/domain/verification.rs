//! A value to be presented once.

use time::OffsetDateTime;

use super::{Additional, Secret, VerificationId};

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
    /// Additional fields.
    pub additional: Additional,
}

/// A verification to be created.
#[derive(Debug, Clone)]
pub struct NewVerification {
    /// Id; made as the model says when it is absent.
    pub id: Option<VerificationId>,
    /// What the value is for.
    pub identifier: String,
    /// The value.
    pub value: Secret,
    /// When it expires.
    pub expires_at: OffsetDateTime,
    /// Additional fields; those that are absent take their defaults.
    pub additional: Additional,
}

/// What shall change in a verification; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct VerificationChange {
    /// New value.
    pub value: Option<Secret>,
    /// New end.
    pub expires_at: Option<OffsetDateTime>,
    /// Additional fields.
    pub additional: Additional,
}

impl NewVerification {
    /// A value for an identifier.
    pub fn new(identifier: impl Into<String>, value: Secret, expires_at: OffsetDateTime) -> Self {
        Self { id: None, identifier: identifier.into(), value, expires_at, additional: Additional::new() }
    }
}
