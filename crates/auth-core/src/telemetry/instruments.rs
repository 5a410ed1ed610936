//! The handles of the services, made when an `Auth` is built.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata};

use super::catalogue::{self, Metric};
use super::{METRICS, Operation, Outcome, Source, Spent, Told};
use crate::service::RateLimited;

/// The handles of one `Auth`.
#[derive(Debug)]
pub(crate) struct Instruments {
    /// From when on an operation is slow; `None`: never.
    pub(super) slow: Option<Duration>,
    /// By source, then by outcome.
    pub(super) validations: [[Counter; 4]; 4],
    pub(super) validation_seconds: [Histogram; 4],
    /// By operation: done, refused, failed.
    pub(super) operations: Vec<[Counter; 3]>,
    /// Made when there is something to tell: there are many.
    pub(super) operation_seconds: Vec<OnceLock<Histogram>>,
    pub(super) slow_operations: Counter,
    /// Requests, then sign-ins: too many, not counted.
    limited: [[Counter; 2]; 2],
    pub(super) request_statements: Histogram,
    pub(super) request_database_seconds: Histogram,
}

impl Instruments {
    pub(crate) fn new(slow: Option<Duration>) -> Self {
        METRICS.iter().for_each(Metric::describe);
        gauge(&catalogue::BUILD_INFO, &[("version", env!("CARGO_PKG_VERSION"))]).set(1.0);
        // What seldom happens is looked up when it does; it stands at 0 until then, so that the first time is seen to be one.
        for rare in [&catalogue::TRANSACTION_RETRIES, &catalogue::STORAGE_FAILURES] {
            count(rare, &[], 0);
        }
        let validations = Source::ALL.map(|(_, source)| {
            Outcome::ALL.map(|(_, outcome)| {
                counter(&catalogue::VALIDATIONS, &[("source", source), ("outcome", outcome)])
            })
        });
        let seconds = |(_, source)| histogram(&catalogue::VALIDATION_SECONDS, &[("source", source)]);
        let operations = Operation::ALL.iter().map(|operation| {
            OUTCOMES.map(|outcome| {
                counter(&catalogue::OPERATIONS, &[("operation", operation.name()), ("outcome", outcome)])
            })
        });
        Self {
            slow,
            validations,
            validation_seconds: Source::ALL.map(seconds),
            operations: operations.collect(),
            operation_seconds: Operation::ALL.iter().map(|_| OnceLock::new()).collect(),
            slow_operations: counter(&catalogue::SLOW, &[]),
            limited: ["request", "sign_in"].map(|kind| {
                ["too_many", "unavailable"]
                    .map(|reason| counter(&catalogue::RATE_LIMITED, &[("kind", kind), ("reason", reason)]))
            }),
            request_statements: histogram(&catalogue::REQUEST_STATEMENTS, &[]),
            request_database_seconds: histogram(&catalogue::REQUEST_DATABASE_SECONDS, &[]),
        }
    }

    /// A validation that was answered by what a browser kept.
    pub(crate) fn validated_by_cookie(&self) {
        self.validations[Source::Cookie as usize][Outcome::Valid as usize].increment(1);
    }

    /// A request that was not let through, or an attempt to sign in.
    pub(crate) fn limited(&self, is_sign_in: bool, limited: RateLimited) {
        let uncounted = limited == RateLimited::Unavailable;
        self.limited[usize::from(is_sign_in)][usize::from(uncounted)].increment(1);
    }

    pub(super) fn validated(&self, source: Source, outcome: Outcome, took: Duration, spent: Spent) {
        self.validations[source as usize][outcome as usize].increment(1);
        self.validation_seconds[source as usize].record(took);
        if self.is_slow(took) {
            self.tell_slow("validate_session", took, spent);
        }
    }

    pub(super) fn ended(&self, operation: Operation, failure: Option<Told>, took: Duration, spent: Spent) {
        let outcome = match failure {
            None => 0,
            Some(Told::Refused(reason)) => {
                count(&catalogue::REFUSALS, &[("operation", operation.name()), ("reason", reason)], 1);
                1
            }
            Some(Told::Failed(reason)) => {
                count(&catalogue::FAILURES, &[("operation", operation.name()), ("reason", reason)], 1);
                2
            }
        };
        self.operations[operation as usize][outcome].increment(1);
        let seconds = || histogram(&catalogue::OPERATION_SECONDS, &[("operation", operation.name())]);
        self.operation_seconds[operation as usize].get_or_init(seconds).record(took);
        if self.is_slow(took) {
            self.tell_slow(operation.name(), took, spent);
        }
    }

    fn is_slow(&self, took: Duration) -> bool {
        self.slow.is_some_and(|slow| took >= slow)
    }

    #[cold]
    fn tell_slow(&self, operation: &str, took: Duration, spent: Spent) {
        self.slow_operations.increment(1);
        tracing::warn!(
            name: "auth.slow",
            operation,
            duration_ms = milliseconds(took),
            statements = spent.statements,
            database_ms = milliseconds(spent.database),
            waiting_ms = milliseconds(spent.waiting),
            "an operation was slow"
        );
    }
}

/// The handles of the threads that hash passwords.
#[derive(Debug, Clone)]
pub(crate) struct HashInstruments {
    wait_seconds: Histogram,
    seconds: Histogram,
    refused: Counter,
}

impl HashInstruments {
    pub(crate) fn new() -> Self {
        Self {
            wait_seconds: histogram(&catalogue::HASH_WAIT_SECONDS, &[]),
            seconds: histogram(&catalogue::HASH_SECONDS, &[]),
            refused: counter(&catalogue::HASH_REFUSED, &[]),
        }
    }

    /// Does the work on its thread and tells how long it waited for that, and how long it took.
    pub(crate) fn hash<T>(&self, queued: Instant, work: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        self.wait_seconds.record(begun.duration_since(queued));
        let output = work();
        self.seconds.record(begun.elapsed());
        output
    }

    pub(crate) fn refused(&self) {
        self.refused.increment(1);
    }
}

/// Counts what seldom happens: the recorder is asked for the counter each time.
pub(crate) fn count(metric: &Metric, labels: &[(&'static str, &'static str)], more: u64) {
    counter(metric, labels).increment(more);
}

/// Sets a gauge that seldom changes.
pub(crate) fn set(metric: &Metric, value: f64) {
    gauge(metric, &[]).set(value);
}

pub(super) fn counter(metric: &Metric, labels: &[(&'static str, &'static str)]) -> Counter {
    metrics::with_recorder(|recorder| recorder.register_counter(&key(metric, labels), &METADATA))
}

pub(super) fn gauge(metric: &Metric, labels: &[(&'static str, &'static str)]) -> Gauge {
    metrics::with_recorder(|recorder| recorder.register_gauge(&key(metric, labels), &METADATA))
}

pub(super) fn histogram(metric: &Metric, labels: &[(&'static str, &'static str)]) -> Histogram {
    metrics::with_recorder(|recorder| recorder.register_histogram(&key(metric, labels), &METADATA))
}

fn key(metric: &Metric, labels: &[(&'static str, &'static str)]) -> Key {
    let labels: Vec<Label> =
        labels.iter().map(|(name, value)| Label::from_static_parts(name, value)).collect();
    Key::from_parts(metric.name, labels)
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

const OUTCOMES: [&str; 3] = ["done", "refused", "failed"];
static METADATA: Metadata<'static> = Metadata::new("auth_core", Level::INFO, Some(module_path!()));
