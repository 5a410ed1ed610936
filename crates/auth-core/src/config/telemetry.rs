//! What is told of operations.

use std::time::Duration;

/// What is told of operations.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TelemetryConfig {
    /// An operation that takes so long or longer is a warning in the log, `auth.slow`, with its name, its statements and their time.
    /// Default 100 ms; `None`: never. Too short: every sign-in under load is told, for it hashes a password; too long: what
    /// people wait for is not.
    pub slow_operation: Option<Duration>,
}

impl Default for TelemetryConfig {
    fn default() -> Self {
        Self { slow_operation: Some(Duration::from_millis(100)) }
    }
}
