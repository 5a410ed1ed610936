//! What the tests across the crates share: backends, a database for each test, a runner of named cases.

#![expect(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]
#![expect(clippy::missing_panics_doc, reason = "everything here panics when a test cannot go on")]

pub mod backend;
pub mod fixture;
pub mod http_client;
pub mod runner;
pub mod statements;
