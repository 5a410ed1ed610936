//! The contract that every adapter keeps, as a list of named cases. An adapter's author runs each of
//! [`contract`]'s cases on an empty database with the core models; a case panics when the contract is broken.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a broken contract is told by a panic, as in any test"
)]
#![expect(clippy::missing_panics_doc, reason = "every case panics when the contract is broken")]

mod errors;
mod filters;
mod fixture;
mod joins;
mod races;
mod reads;
mod transactions;
mod writes;

use std::pin::Pin;
use std::sync::Arc;

use super::Adapter;

/// One promise of the contract.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// The promise as a sentence.
    pub name: &'static str,
    /// Tries it on an empty database.
    pub run: fn(Arc<dyn Adapter>) -> Pin<Box<dyn Future<Output = ()> + Send>>,
}

/// All promises.
pub fn contract() -> Vec<Case> {
    [
        reads::CASES,
        filters::CASES,
        joins::CASES,
        writes::CASES,
        races::CASES,
        transactions::CASES,
        errors::CASES,
    ]
    .concat()
}
