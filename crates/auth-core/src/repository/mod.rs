//! Better Auth's operations on one noun each: typed above, generic below, no SQL.
//!
//! A repository borrows a [`Store`], and a store is an adapter (the pool, or an open transaction) with a
//! clock and randomness. Ids and times are made here, so that nothing is read back after a write.

mod accounts;
mod sessions;
mod users;
mod verifications;

use crate::adapter::Adapter;
use crate::domain::{Clock, Random};

pub use accounts::Accounts;
pub use sessions::Sessions;
pub use users::Users;
pub use verifications::Verifications;

/// Where repositories read and write.
#[derive(Debug, Clone, Copy)]
pub struct Store<'a> {
    adapter: &'a dyn Adapter,
    clock: &'a dyn Clock,
    random: &'a dyn Random,
}

impl<'a> Store<'a> {
    /// Puts a store together; the adapter may be a transaction's.
    pub fn new(adapter: &'a dyn Adapter, clock: &'a dyn Clock, random: &'a dyn Random) -> Self {
        Self { adapter, clock, random }
    }

    /// The same store on another adapter, as inside a transaction.
    #[must_use]
    pub fn on(self, adapter: &'a dyn Adapter) -> Self {
        Self { adapter, ..self }
    }

    /// Users.
    pub fn users(self) -> Users<'a> {
        Users::new(self)
    }

    /// Sessions.
    pub fn sessions(self) -> Sessions<'a> {
        Sessions::new(self)
    }

    /// Accounts.
    pub fn accounts(self) -> Accounts<'a> {
        Accounts::new(self)
    }

    /// Verifications.
    pub fn verifications(self) -> Verifications<'a> {
        Verifications::new(self)
    }

    pub(crate) fn random(self) -> &'a dyn Random {
        self.random
    }

    pub(crate) fn adapter(self) -> &'a dyn Adapter {
        self.adapter
    }

    fn new_id(self) -> String {
        crate::domain::random_text(self.random, 32)
    }
}
