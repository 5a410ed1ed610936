//! Providers that many people use. Each is a builder: every address and every choice of a preset can be replaced.

mod apple;
mod discord;
mod github;
mod google;
mod microsoft;

pub use apple::{AppleKey, apple, apple_with_key};
pub use discord::discord;
pub use github::github;
pub use google::google;
pub use microsoft::microsoft;
