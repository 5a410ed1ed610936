//! The worked adapter of `docs/custom-adapter.md` keeps the published contract, and what only a file can break.

#[path = "custom_adapter/adapter.rs"]
mod adapter;
#[path = "custom_adapter/contract.rs"]
mod contract;
#[path = "custom_adapter/damage.rs"]
mod damage;
#[path = "custom_adapter/database_file.rs"]
mod database_file;
#[path = "custom_adapter/document.rs"]
mod document;
#[path = "custom_adapter/durability.rs"]
mod durability;
#[path = "custom_adapter/folder.rs"]
mod folder;
#[path = "custom_adapter/people.rs"]
mod people;

use libtest_mimic::{Arguments, Trial};

fn main() {
    let mut trials: Vec<Trial> = contract::trials();
    trials.extend(people::trials());
    trials.extend(durability::trials());
    trials.extend(damage::trials());
    trials.extend(document::trials());
    libtest_mimic::run(&Arguments::from_args(), trials).exit()
}
