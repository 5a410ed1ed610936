//! How the process tells how it is: metrics, what an operation spent in the database, and the log of slow ones.
//!
//! Metrics go to the recorder of the crate `metrics`. **Install it before the adapter and the [`crate::Auth`] are built**: handles are
//! made then, once, so that no request looks one up; without a recorder they do nothing. [`METRICS`] lists all of them.

mod catalogue;
mod database;
mod gauges;
mod instruments;
mod observe;
mod operation;
mod reason;
mod spent;

pub use catalogue::{METRICS, Metric, MetricKind};
pub(crate) use catalogue::{
    ROWS_DELETED, ROWS_KEPT, STORAGE_FAILURES, SWEEP_INTERVAL, SWEEP_SECONDS, SWEEP_SUCCESS, SWEEPS,
    TRANSACTION_RETRIES,
};
pub(crate) use database::{DatabaseInstruments, Verb};
pub(crate) use gauges::Gauges;
pub(crate) use instruments::{HashInstruments, Instruments, count, set};
pub(crate) use operation::{Operation, Outcome, Source};
pub(crate) use reason::{Classified, Told};
pub use spent::{Spent, measure};
pub(crate) use spent::{answered_by, sent};

#[cfg(test)]
mod tests;
