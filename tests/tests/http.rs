//! The HTTP interface, as a tree that mirrors its paths, on every backend.

#[path = "http/access_token.rs"]
mod access_token;
#[path = "http/account.rs"]
mod account;
#[path = "http/bad_input.rs"]
mod bad_input;
#[path = "http/cookie_cache.rs"]
mod cookie_cache;
#[path = "http/cookies.rs"]
mod cookies;
#[path = "http/delete_user.rs"]
mod delete_user;
#[path = "http/email.rs"]
mod email;
#[path = "http/extractor.rs"]
mod extractor;
#[path = "http/malformed.rs"]
mod malformed;
#[path = "http/older_state.rs"]
mod older_state;
#[path = "http/origin.rs"]
mod origin;
#[path = "http/password_reset.rs"]
mod password_reset;
#[path = "http/rate_limit.rs"]
mod rate_limit;
#[path = "http/recorded_flow.rs"]
mod recorded_flow;
#[path = "http/sessions.rs"]
mod sessions;
#[path = "http/sign_in.rs"]
mod sign_in;
#[path = "http/sign_up.rs"]
mod sign_up;
#[path = "http/social.rs"]
mod social;
#[path = "http/surface.rs"]
mod surface;

use auth_tests::runner::{Case, main as run};

fn main() {
    run(&cases(), |_| true);
}

/// Run once more with hashed tokens, and by other packages on adapters of theirs.
pub(crate) fn cases() -> Vec<Case> {
    [
        account::cases(),
        sign_up::cases(),
        sign_in::cases(),
        social::cases(),
        older_state::cases(),
        sessions::cases(),
        email::cases(),
        password_reset::cases(),
        delete_user::cases(),
        access_token::cases(),
        cookies::cases(),
        cookie_cache::cases(),
        origin::cases(),
        extractor::cases(),
        bad_input::cases(),
        malformed::cases(),
        rate_limit::cases(),
        recorded_flow::cases(),
        surface::cases(),
    ]
    .concat()
}
