//! The published contract of adapters, on every backend.

use std::sync::Arc;

use auth_core::adapter::testing::contract;
use auth_tests::runner::{Case, main as run};

fn main() {
    run(&cases(), |_| true);
}

/// Run once more by other packages, on adapters of theirs.
pub(crate) fn cases() -> Vec<Case> {
    let cases = contract().into_iter().map(|case| {
        Case::new(case.name, move |database| async move {
            let adapter = database.adapter().await;
            (case.run)(Arc::clone(&adapter)).await;
        })
    });
    cases.collect()
}
