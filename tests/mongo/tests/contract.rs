//! The published contract of adapters.

use std::sync::Arc;

use auth_core::adapter::testing::contract;
use auth_tests::runner::Case;

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
    auth_mongo_tests::run(&cases);
}
