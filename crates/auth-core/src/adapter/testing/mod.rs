//! The contract that every adapter keeps, as a list of named cases. An adapter's author runs each of
//! [`contract`]'s cases on an empty database with the core models; a case panics when the contract is broken.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a broken contract is told by a panic, as in any test"
)]

mod batches;
mod errors;
mod filters;
mod fixture;
mod hits;
mod joins;
mod races;
mod reads;
mod transactions;
mod writes;

use std::pin::Pin;
use std::sync::Arc;

use super::Adapter;

/// A promise being tried.
pub type Trial = Pin<Box<dyn Future<Output = ()> + Send>>;

/// One promise of the contract.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// The promise as a sentence.
    pub name: &'static str,
    /// Tries it on an empty database.
    pub run: fn(Arc<dyn Adapter>) -> Trial,
}

/// All promises.
pub fn contract() -> Vec<Case> {
    [
        reads::CASES,
        filters::CASES,
        joins::CASES,
        writes::CASES,
        batches::CASES,
        races::CASES,
        hits::CASES,
        transactions::CASES,
        errors::CASES,
    ]
    .concat()
}
