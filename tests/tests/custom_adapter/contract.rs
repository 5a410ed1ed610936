//! The published contract, each case on a fresh file. `docs/custom-adapter.md` shows these lines.

// [contract]
use std::sync::Arc;

use auth_core::adapter::testing::{Case, contract};
use auth_core::schema::Schema;
use libtest_mimic::Trial;
use tokio::runtime::Runtime;

use super::adapter::FileAdapter;
use super::folder::Folder;

pub fn trials() -> Vec<Trial> {
    let trial = |case: Case| {
        Trial::test(case.name, move || {
            let folder = Folder::new();
            let adapter = FileAdapter::open(folder.file(), Schema::core())?;
            Runtime::new()?.block_on((case.run)(Arc::new(adapter)));
            Ok(())
        })
    };
    contract().into_iter().map(trial).collect()
}
// [/contract]
