//! Tokens that carry their own proof.

pub mod signed;
