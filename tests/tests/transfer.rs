//! `auth export` and `auth import`: every row moves to every engine, and nothing is written that was not looked at.

#[path = "transfer/damaged.rs"]
mod damaged;
#[path = "transfer/loco.rs"]
mod loco;
#[path = "transfer/moving.rs"]
mod moving;
#[path = "transfer/people.rs"]
mod people;
#[path = "transfer/side.rs"]
mod side;
#[path = "transfer/values.rs"]
mod values;

use auth_tests::backend::Backend;
use auth_tests::runner::{self, Case};

fn main() {
    let cases = [
        Case::new("every_value_moves_to_every_engine", moving::every_value_moves),
        Case::new("numbers_and_uuids_of_ids_are_kept_and_counted_on", moving::ids_are_kept),
        Case::new("rows_that_point_to_each_other_in_a_circle_move", moving::circles_move),
        Case::new("a_second_import_changes_nothing", moving::a_second_import),
        Case::new("an_import_goes_on_where_one_was_cut", moving::an_import_goes_on),
        Case::new("rows_of_others_are_left_alone", moving::others_are_left_alone),
        Case::new("a_snapshot_is_of_one_moment", moving::a_snapshot_is_of_one_moment),
        Case::new("a_row_that_differs_is_refused_and_nothing_written", damaged::a_row_that_differs),
        Case::new("a_bad_line_is_told_by_its_number_and_nothing_written", damaged::a_bad_line),
        Case::new("what_the_database_refuses_is_told_without_the_value", damaged::what_is_refused),
        Case::new("a_file_that_does_not_fit_the_schema_is_refused", damaged::a_misfit),
        Case::new("redaction_leaves_no_secret", damaged::redaction),
        Case::new("redaction_leaves_no_secret_of_any_type", damaged::redaction_of_other_types),
        Case::new("people_sign_in_and_sessions_hold_after_the_move", people::sign_in_after_the_move),
        Case::new("a_database_of_better_auth_moves_to_ours", people::from_better_auth),
        Case::new("a_loco_table_moves_with_passwords", loco::a_table_moves),
    ];
    runner::main(&cases, Backend::is_an_engine);
}
