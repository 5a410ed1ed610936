//! The published contract of adapters, on every backend.

use std::sync::Arc;

use auth_core::adapter::testing::contract;
use auth_tests::runner::{Case, main as run};

fn main() {
    let cases: Vec<Case> = contract()
        .into_iter()
        .map(|case| {
            Case::new(case.name, move |database| async move {
                let adapter = database.adapter().await;
                (case.run)(Arc::clone(&adapter)).await;
            })
        })
        .collect();
    run(&cases, |_| true);
}
