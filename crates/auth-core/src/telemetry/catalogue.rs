//! Every metric, once: its name, its kind, its labels, what it says. `docs/monitoring.md` is held against this list.

/// A metric.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Metric {
    /// Its name, by the conventions of Prometheus: base units, `_total` for a counter.
    pub name: &'static str,
    /// What it is.
    pub kind: MetricKind,
    /// Its labels. Their values are words of ours and never come from a client.
    pub labels: &'static [&'static str],
    /// What it says.
    pub help: &'static str,
}

/// What a metric is.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum MetricKind {
    /// Only goes up.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Values by size, with the buckets that suit them.
    Histogram(&'static [f64]),
}

impl Metric {
    /// Tells the recorder what it says.
    pub(super) fn describe(&self) {
        match self.kind {
            MetricKind::Counter => metrics::describe_counter!(self.name, self.help),
            MetricKind::Gauge => metrics::describe_gauge!(self.name, self.help),
            MetricKind::Histogram(_) => metrics::describe_histogram!(self.name, self.help),
        }
    }
}

const fn counter(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Metric {
    Metric { name, kind: MetricKind::Counter, labels, help }
}

const fn gauge(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Metric {
    Metric { name, kind: MetricKind::Gauge, labels, help }
}

const fn histogram(
    name: &'static str,
    labels: &'static [&'static str],
    buckets: &'static [f64],
    help: &'static str,
) -> Metric {
    Metric { name, kind: MetricKind::Histogram(buckets), labels, help }
}

/// Seconds of what takes well below a second: statements, validations, waiting.
const SHORT: &[f64] =
    &[0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];
/// Seconds of what hashes a password or asks a provider.
const LONG: &[f64] = &[0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// Numbers of statements.
const STATEMENTS: &[f64] = &[0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 21.0, 34.0];

pub(crate) const BUILD_INFO: Metric =
    gauge("auth_build_info", &["version"], "1; the label says which version of the library runs.");
pub(crate) const VALIDATIONS: Metric = counter(
    "auth_session_validations_total",
    &["source", "outcome"],
    "Validations of sessions, by what answered and what came of it.",
);
pub(crate) const VALIDATION_SECONDS: Metric = histogram(
    "auth_session_validation_duration_seconds",
    &["source"],
    SHORT,
    "How long a validation took, but for those that a cookie answered.",
);
pub(crate) const OPERATIONS: Metric = counter(
    "auth_operations_total",
    &["operation", "outcome"],
    "Operations that ended, by what came of them: done, refused, failed.",
);
pub(crate) const OPERATION_SECONDS: Metric =
    histogram("auth_operation_duration_seconds", &["operation"], LONG, "How long an operation took.");
pub(crate) const REFUSALS: Metric = counter(
    "auth_refusals_total",
    &["operation", "reason"],
    "Operations that were refused: what was asked may not be.",
);
pub(crate) const FAILURES: Metric = counter(
    "auth_failures_total",
    &["operation", "reason"],
    "Operations that failed: what was asked could not be done.",
);
pub(crate) const SLOW: Metric = counter(
    "auth_slow_operations_total",
    &[],
    "Operations that took longer than the threshold; each is a line in the log.",
);
pub(crate) const RATE_LIMITED: Metric = counter(
    "auth_rate_limited_total",
    &["kind", "reason"],
    "Requests and sign-ins that a limit did not let through.",
);
pub(crate) const REQUEST_STATEMENTS: Metric =
    histogram("auth_request_statements", &[], STATEMENTS, "Statements of a request to the HTTP interface.");
pub(crate) const REQUEST_DATABASE_SECONDS: Metric = histogram(
    "auth_request_database_duration_seconds",
    &[],
    SHORT,
    "How long a request to the HTTP interface was in statements, waiting for connections included.",
);
pub(crate) const HASH_WAIT_SECONDS: Metric = histogram(
    "auth_password_hash_wait_duration_seconds",
    &[],
    LONG,
    "How long a password waited for a hashing thread.",
);
pub(crate) const HASH_SECONDS: Metric =
    histogram("auth_password_hash_duration_seconds", &[], LONG, "How long the hash of a password took.");
pub(crate) const HASH_REFUSED: Metric = counter(
    "auth_password_hash_refused_total",
    &[],
    "Passwords that were not hashed because the queue was full: their callers are told to try again.",
);
pub(crate) const HASH_QUEUE: Metric =
    gauge("auth_password_hash_queue_depth", &[], "Passwords that wait for a hashing thread.");
pub(crate) const HASH_RUNNING: Metric =
    gauge("auth_password_hash_running", &[], "Passwords that are being hashed.");
pub(crate) const POOL_CONNECTIONS: Metric =
    gauge("auth_db_pool_connections", &["state"], "Open connections of the pool: idle, in_use.");
pub(crate) const POOL_WAITING: Metric =
    gauge("auth_db_pool_waiting", &[], "Callers who wait for a connection of the pool.");
pub(crate) const POOL_ACQUIRE_SECONDS: Metric = histogram(
    "auth_db_pool_acquire_duration_seconds",
    &[],
    SHORT,
    "How long a caller waited for a connection; for a transaction, BEGIN included.",
);
pub(crate) const POOL_TIMEOUTS: Metric =
    counter("auth_db_pool_timeouts_total", &[], "Callers who got no connection in time.");
pub(crate) const STATEMENT_SECONDS: Metric = histogram(
    "auth_db_statement_duration_seconds",
    &["operation"],
    SHORT,
    "How long a statement took, from its connection to its last row.",
);
pub(crate) const TRANSACTION_RETRIES: Metric = counter(
    "auth_db_retries_total",
    &[],
    "Statements and transactions that gave way to a concurrent one and were tried again.",
);
pub(crate) const STORAGE_STATE: Metric = gauge(
    "auth_secondary_storage_state",
    &["state"],
    "1 for the state that the store beside the database is in: starting, trusted, catching_up, lost.",
);
pub(crate) const STORAGE_FAILURES: Metric = counter(
    "auth_secondary_storage_failures_total",
    &[],
    "Questions that the store beside the database did not answer.",
);
pub(crate) const SWEEPS: Metric =
    counter("auth_sweeps_total", &["outcome"], "Runs of the sweep that deletes what has expired.");
pub(crate) const SWEEP_SUCCESS: Metric = gauge(
    "auth_sweep_last_success_timestamp_seconds",
    &[],
    "When the sweep last ended well, else when it was switched on, in seconds since 1970.",
);
pub(crate) const SWEEP_SECONDS: Metric =
    gauge("auth_sweep_last_duration_seconds", &[], "How long the last run of the sweep took.");
pub(crate) const SWEEP_INTERVAL: Metric = gauge(
    "auth_sweep_interval_seconds",
    &[],
    "How long the sweep rests between two runs at most, as the settings say.",
);
pub(crate) const ROWS_DELETED: Metric =
    counter("auth_expired_rows_deleted_total", &["model"], "Expired rows that were deleted.");
pub(crate) const ROWS_KEPT: Metric = gauge(
    "auth_expired_rows_kept",
    &[],
    "Expired rows that hooks did not let go in the last run of the deletion.",
);

/// Every metric, in the order of the documentation.
pub const METRICS: &[Metric] = &[
    BUILD_INFO,
    VALIDATIONS,
    VALIDATION_SECONDS,
    OPERATIONS,
    OPERATION_SECONDS,
    REFUSALS,
    FAILURES,
    SLOW,
    RATE_LIMITED,
    REQUEST_STATEMENTS,
    REQUEST_DATABASE_SECONDS,
    HASH_WAIT_SECONDS,
    HASH_SECONDS,
    HASH_REFUSED,
    HASH_QUEUE,
    HASH_RUNNING,
    POOL_CONNECTIONS,
    POOL_WAITING,
    POOL_ACQUIRE_SECONDS,
    POOL_TIMEOUTS,
    STATEMENT_SECONDS,
    TRANSACTION_RETRIES,
    STORAGE_STATE,
    STORAGE_FAILURES,
    SWEEPS,
    SWEEP_SUCCESS,
    SWEEP_SECONDS,
    SWEEP_INTERVAL,
    ROWS_DELETED,
    ROWS_KEPT,
];
