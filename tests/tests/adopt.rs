//! `auth adopt`: what stands in the way of unique indexes is found, decided and applied, and nothing is lost.

#[path = "adopt/apply.rs"]
mod apply;
#[path = "adopt/flavours.rs"]
mod flavours;
#[path = "adopt/inspect.rs"]
mod inspect;
#[path = "adopt/stage.rs"]
mod stage;

use auth_tests::backend::Backend;
use auth_tests::runner::{self, Case};

fn main() {
    let cases = [
        Case::new("what_stands_twice_is_told_with_what_it_reaches", inspect::what_stands_twice_is_told),
        Case::new("an_inspection_changes_nothing", inspect::an_inspection_changes_nothing),
        Case::new("a_file_with_decisions_is_not_written_over", inspect::a_file_with_decisions_stays),
        Case::new("more_cases_than_a_page_are_all_found", inspect::more_cases_than_a_page),
        Case::new("a_rule_sets_aside_and_moves_nothing", apply::a_rule_sets_aside_and_moves_nothing),
        Case::new("every_decision_does_what_it_says_once", apply::every_decision_does_what_it_says_once),
        Case::new("a_row_that_changed_meanwhile_is_left_alone", apply::a_changed_row_is_left_alone),
        Case::new("what_is_not_decided_whole_is_not_applied", apply::what_is_not_decided_is_not_applied),
        Case::new("two_runs_at_once_apply_each_case_once", apply::two_runs_at_once),
        Case::new("a_run_that_is_stopped_is_gone_on_with", apply::a_stopped_run_is_gone_on_with),
        Case::new("a_row_that_cannot_be_backed_up_is_not_deleted", apply::nothing_goes_without_a_backup),
        Case::new("a_column_that_is_left_over_is_backed_up", apply::left_over_columns_are_backed_up),
        Case::new("accounts_that_differ_by_case_are_two", apply::accounts_that_differ_by_case_are_two),
        Case::new("addresses_that_an_index_tells_apart_are_one", apply::an_index_tells_them_apart)
            .on(|backend| backend != Backend::Mysql),
        Case::new("every_flavour_is_taken_over", flavours::every_flavour_is_taken_over),
    ];
    runner::main(&cases, Backend::is_an_engine);
}
