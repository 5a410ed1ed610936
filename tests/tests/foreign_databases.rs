//! Databases that others have made: recognised, judged, mended.

#[path = "foreign_databases/damage.rs"]
mod damage;
#[path = "foreign_databases/kept.rs"]
mod kept;
#[path = "foreign_databases/recognised.rs"]
mod recognised;

use auth_tests::backend::Backend;
use auth_tests::runner::main as run;

fn main() {
    let cases = [recognised::cases(), damage::cases(), kept::cases()].concat();
    run(&cases, Backend::is_an_engine);
}
