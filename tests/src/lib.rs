//! What the tests across the crates share: backends, a database for each test, a runner of named cases.

pub mod backend;
pub mod fixture;
pub mod http_client;
pub mod runner;
pub mod statements;
