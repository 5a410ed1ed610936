//! What stands where.

use std::time::Duration;

use crate::config::{SessionConfig, VerificationConfig};

/// What stands in the database besides the store.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mode {
    /// Sessions.
    pub(super) in_database: bool,
    /// Sessions that are over, as a record. The store alone tells which hold, while it answers.
    pub(super) preserve: bool,
    /// Verifications.
    pub(super) verifications_in_database: bool,
    /// Nothing in the store lives longer.
    pub(super) longest: Duration,
}

impl Mode {
    pub(super) fn new(session: &SessionConfig, verification: &VerificationConfig) -> Self {
        let longest = session.expires_in.max(session.expires_in_without_remember).max(time::Duration::DAY);
        Self {
            in_database: session.store_in_database,
            preserve: session.store_in_database && session.preserve_in_database,
            verifications_in_database: verification.store_in_database,
            longest: Duration::from_secs(longest.whole_seconds().unsigned_abs()),
        }
    }

    /// Whether what the store does not have is looked for in the database.
    pub(super) fn falls_back(self) -> bool {
        self.in_database && !self.preserve
    }
}
