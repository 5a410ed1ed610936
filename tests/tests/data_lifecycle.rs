//! The life of data: export, erasure without a trace, anonymous users, soft deletion, what is kept for how long.

#[path = "data_lifecycle/anonymous.rs"]
mod anonymous;
#[path = "data_lifecycle/erased.rs"]
mod erased;
#[path = "data_lifecycle/person.rs"]
mod person;
#[path = "data_lifecycle/races.rs"]
mod races;
#[path = "data_lifecycle/retained.rs"]
mod retained;
#[path = "data_lifecycle/softly.rs"]
mod softly;
#[path = "data_lifecycle/stores.rs"]
mod stores;

use auth_tests::runner::main as run;

fn main() {
    let all = [
        erased::cases(),
        races::cases(),
        stores::cases(),
        anonymous::cases(),
        softly::cases(),
        retained::cases(),
    ];
    run(&all.concat(), |_| true);
}
