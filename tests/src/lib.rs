//! What the tests across the crates share: backends, a database for each test, a runner of named cases.

pub mod arrivals;
pub mod backend;
pub mod child;
pub mod crowd;
pub mod documented;
pub mod fixture;
pub mod flavour;
pub mod http_client;
pub mod measure;
pub mod pgbouncer;
pub mod private_server;
pub mod provider;
pub mod redis_server;
pub mod report;
pub mod runner;
pub mod search;
pub mod statements;
pub mod storage;
pub mod traces;

/// The code in the documentation compiles and does what it says.
#[cfg(doctest)]
mod documentation {
    #[doc = include_str!("../../docs/models.md")]
    struct Models;
    #[doc = include_str!("../../docs/transactions.md")]
    struct Transactions;
}
