//! `auth console` lets one browser in, from this machine, and does only what its own forms ask.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

#[path = "console/browser.rs"]
mod browser;
#[path = "console/command.rs"]
mod command;
#[path = "console/guards.rs"]
mod guards;
#[path = "console/pages.rs"]
mod pages;
mod support;
