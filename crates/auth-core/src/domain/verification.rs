//! A value to be presented once.

use std::fmt;

use time::OffsetDateTime;

use super::{Additional, Secret, VerificationId};

/// A value to be presented once before it expires: a reset token, a state of a redirect. `Debug` hides the identifier.
#[derive(Clone)]
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

/// A verification to be created. `Debug` hides the identifier.
#[derive(Clone)]
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

impl fmt::Debug for Verification {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Verification");
        shown.field("id", &self.id).field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl fmt::Debug for NewVerification {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("NewVerification")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
