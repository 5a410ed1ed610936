//! What an application or a plugin does when users, sessions, accounts and verifications are written.
//!
//! | phase | when | may |
//! |---|---|---|
//! | before | before the statement | change the data, veto, fail |
//! | in | after the statement, in the same transaction | write more, fail: everything is undone |
//! | after | after the commit | fail without undoing anything: it is logged |
//!
//! The hooks of plugins run before those of the application, each in the order of registration. A later hook sees
//! what an earlier one changed. Operations on several rows run the hooks of every row.
//!
//! **Run again.** When the engine gives way to a concurrent transaction, the whole transaction is run again, and with
//! it the before and in phases. They must not do what cannot be undone (send mail, charge money): that belongs into the
//! after phase, which runs once, or into an outbox row that the in phase writes.
//!
//! **Cost.** A hook says which events it wants ([`DatabaseHooks::events`]); without one, no operation costs a statement
//! more:
//!
//! | operation | none | before or after | in |
//! |---|---|---|---|
//! | create | 1 | 1 | 3: `BEGIN`, `INSERT`, `COMMIT` |
//! | update of n rows | 1 | 3 + n (without `RETURNING` 3 + 5 n) | the same |
//! | delete of n rows | 1 | 4: `BEGIN`, `SELECT … FOR UPDATE`, `DELETE`, `COMMIT` | the same |
//!
//! Inside a transaction, such as that of a sign-up, `BEGIN` and `COMMIT` are those of the transaction, or a savepoint's.

mod after_commit;
mod batch;
mod chain;
mod error;
mod event;
mod registry;
mod run;
mod trail;

pub use after_commit::AfterCommit;
pub(crate) use after_commit::{Task, run as run_after};
pub(crate) use batch::{Bounds, delete_batch};
pub(crate) use chain::Chain;
pub use error::HookError;
pub use event::{Decision, Event, Operation, Phase};
pub(crate) use registry::Hooked;
pub use registry::{DatabaseHooks, HookedModel, Hooks};
pub(crate) use run::{Updated, create, create_as, delete, update};
pub(crate) use trail::{Act, Subject};
