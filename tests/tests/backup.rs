//! `auth backup`: a backup is one when it was restored, and a damaged one is found.

#[path = "backup/making.rs"]
mod making;

use auth_tests::backend::Backend;
use auth_tests::runner::{self, Case};

fn main() {
    let cases = [
        Case::new("a_backup_is_restored_and_compared", making::a_backup_is_restored_and_compared),
        Case::new("a_damaged_backup_is_found", making::a_damaged_backup_is_found),
        Case::new("a_backup_that_is_there_is_not_written_over", making::a_backup_stays),
        Case::new("a_missing_right_is_told_with_what_to_do", making::a_missing_right)
            .on(|backend| backend != Backend::Sqlite),
    ];
    runner::main(&cases, Backend::is_an_engine);
}
