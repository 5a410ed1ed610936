//! Takes an existing Better Auth database over: finds what stands in the way of unique indexes, and applies what an operator has
//! decided about it. `docs/adopt.md` is the walk-through.
//!
//! A [`Case`] is a value that should stand once and stands in several rows. Cases are gathered a page at a time ([`Cases`]), written
//! to a file ([`CaseFile`]), decided row by row there or by a [`Rule`], and applied one transaction each ([`Database::apply`]).
//! Nothing here merges two users, and no session or account ever gets another user.

mod apply;
mod backup;
mod case;
mod database;
mod decision;
mod delete;
mod error;
mod file;
mod gather;
mod index;
mod inspect;
mod left_over;
mod plan;
mod progress;
mod reach;
mod rows;
mod rule;
mod run;
mod target;
mod work;

pub use apply::Outcome;
pub use backup::TABLE as BACKUP_TABLE;
pub use case::{AccountValues, Case, CaseRow, Kind, LinkedAccount};
pub use database::Database;
pub use decision::{Choice, Decision, Undecided};
pub use error::AdoptError;
pub use file::{CaseFile, CaseLines};
pub use gather::Cases;
pub use plan::{Count, LeftOver, Plan};
pub use progress::{Progress, Shown};
pub use rule::Rule;
pub use run::{Open, Orders, Report};
