//! The MongoDB adapter: users, sessions, accounts and verifications as Better Auth's own MongoDB adapter stores them.
//!
//! [`MongoAdapter`] implements [`auth_core::adapter::Adapter`], so that everything above the waist works on it. Ids stand in `_id`;
//! ids and references in the form of an `ObjectId` are stored as one. `docs/mongodb.md` of the repository tells the rest.

mod adapter;
mod builder;
mod collection;
mod document;
mod error;
mod executor;
mod filter;
mod id;
mod index;
mod operation;
mod pattern;
mod query;
mod reference;
mod transaction;
mod turns;
mod undo;
mod unit;
mod value;

pub use adapter::MongoAdapter;
pub use builder::MongoBuilder;
pub use id::IdForm;
