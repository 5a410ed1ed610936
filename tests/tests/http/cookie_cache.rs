//! The session that a browser keeps in the cookie `session_data`.

#[path = "cookie_cache/believed.rs"]
mod believed;
#[path = "cookie_cache/parts.rs"]
mod parts;
#[path = "cookie_cache/renewed.rs"]
mod renewed;

use auth_core::config::{CookieCacheStrategy, SessionConfig};
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, PASSWORD, session_settings};
use auth_tests::http_client::{Answer, Browser};
use auth_tests::runner::Case;
use auth_tests::statements::record;
use serde_json::json;

pub(crate) fn cases() -> Vec<Case> {
    [believed::cases(), renewed::cases(), parts::cases()].concat()
}

const NAME: &str = "better-auth.session_data";

const STRATEGIES: [CookieCacheStrategy; 3] =
    [CookieCacheStrategy::Compact, CookieCacheStrategy::Jwt, CookieCacheStrategy::Jwe];

/// The cookie cache, with settings of the test's own.
fn caching(settings: impl FnOnce(&mut SessionConfig)) -> SessionConfig {
    let mut session = session_settings();
    session.cookie_cache.enabled = true;
    settings(&mut session);
    session
}

/// Ada has signed up on a server with the cookie cache.
async fn with_ada(database: &TestDatabase, settings: impl FnOnce(&mut SessionConfig)) -> Fixture {
    let fixture = Fixture::with(database, |builder| builder.session(caching(settings))).await;
    fixture.user("ada@example.com").await;
    fixture
}

async fn sign_in(fixture: &Fixture) -> Browser {
    let mut browser = Browser::new(&fixture.auth);
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    assert_eq!(browser.post("/sign-in/email", &body).await.body["redirect"], false);
    browser
}

/// Asks for the session, and counts the statements that this takes.
async fn ask(browser: &mut Browser, path: &str) -> (Answer, usize) {
    let (answer, statements) = record(browser.get(path)).await;
    (answer, statements.len())
}

/// The line that sets or expires the cookie.
fn line(answer: &Answer) -> Option<String> {
    let lines = answer.set_cookies().into_iter().filter(|line| line.starts_with(&format!("{NAME}=")));
    let lines: Vec<&str> = lines.collect();
    assert!(lines.len() < 2, "{lines:?}");
    lines.first().map(|line| (*line).to_owned())
}

fn is_expired(line: &str) -> bool {
    line.starts_with(&format!("{NAME}=; Max-Age=0;"))
}
