//! Database hooks as applications write them, one file each:
//!
//! * [`split_name`]: fields that derive from others, before the write;
//! * [`count_logins`]: a counter on another row, in the same transaction;
//! * [`outbox`]: a message that is sent if and only if the transaction commits;
//! * [`active_sessions`]: a set in Redis, after the commit.
//!
//! ```
//! use std::sync::Arc;
//!
//! use auth_core::hooks::Hooks;
//! use auth_core::{Auth, MemoryAdapter};
//! use hooks_example::{count_logins, outbox, split_name};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let schema = auth_core::schema::Schema::builder();
//! let schema = outbox::declare(count_logins::declare(split_name::declare(schema))).build()?;
//! // An application on a database says SeaOrmAdapter::with_schema(db, schema).
//! let adapter = Arc::new(MemoryAdapter::with_schema(schema));
//! let hooks = Hooks::new()
//!     .user(split_name::SplitName)
//!     .user(outbox::Outbox)
//!     .session(count_logins::CountLogins);
//! let auth = Auth::builder(adapter, "a secret of thirty-two characters or more").hooks(hooks).build()?;
//! # drop(auth);
//! # Ok(())
//! # }
//! ```

pub mod active_sessions;
pub mod count_logins;
pub mod outbox;
pub mod split_name;
