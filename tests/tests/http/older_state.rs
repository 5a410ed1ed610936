//! A Better Auth from before 1.7.3 on the same rows names what it remembers of a browser by the state alone.

use std::sync::Arc;

use auth_core::domain::NewVerification;
use auth_tests::backend::TestDatabase;
use auth_tests::http_client::Browser;
use auth_tests::provider::StubProvider;
use auth_tests::runner::Case;
use serde_json::json;

use super::social::{come_back, fixture, start};

pub(crate) fn cases() -> Vec<Case> {
    vec![Case::new("a_state_that_an_older_better_auth_wrote_is_taken_once", taken_once)]
}

async fn taken_once(database: Arc<TestDatabase>) {
    let provider = StubProvider::new("stub");
    let fixture = fixture(&database, &provider, |builder| builder).await;
    let mut browser = Browser::new(&fixture.auth);
    let state = start(&mut browser, "/sign-in/social", json!({})).await;
    let verifications = fixture.auth.store().verifications();
    let ours = verifications.consume(&format!("auth-state:{state}")).await.unwrap().unwrap();
    verifications.create(NewVerification::new(&*state, ours.value, ours.expires_at)).await.unwrap();

    let cookie = browser.cookies["better-auth.state"].clone();
    assert_eq!(come_back(&mut browser, &state, "good").await.1, "/in");
    browser.cookies.insert("better-auth.state".to_owned(), cookie);
    let (_, location) = come_back(&mut browser, &state, "good").await;
    assert_eq!(location, "http://localhost:3000/api/auth/error?error=state_mismatch", "once");
}
