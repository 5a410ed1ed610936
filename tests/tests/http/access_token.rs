//! `/get-access-token`, `/refresh-token` and `/account-info`, and how the tokens are stored.

use std::sync::Arc;

use auth_core::AuthBuilder;
use auth_core::config::AccountConfig;
use auth_core::crypto::Secrets;
use auth_core::domain::RequestContext;
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::Fixture;
use auth_tests::http_client::Browser;
use auth_tests::provider::{Gate, StubProvider};
use auth_tests::runner::Case;
use axum::http::StatusCode;
use serde_json::{Value, json};
use time::Duration;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("an_access_token_that_ends_is_replaced", replaced),
        Case::new("of_concurrent_refreshes_all_get_a_token_that_holds", race),
        Case::new("a_refresh_beside_a_re_encryption_loses_no_token", beside_encryption),
        Case::new("tokens_of_others_and_of_nobody_are_refused", refused),
        Case::new("stored_tokens_are_encrypted_and_encrypted_anew_after_a_rotation", encrypted),
    ]
}

fn encrypting(provider: &StubProvider) -> impl FnOnce(AuthBuilder) -> AuthBuilder {
    let provider = provider.clone();
    |builder| {
        let mut config = AccountConfig::default();
        config.encrypt_tokens = true;
        config.encrypt_id_tokens = true;
        builder.provider(provider).account(config)
    }
}

async fn signed_in(fixture: &Fixture) -> (Browser, String) {
    let mut browser = Browser::new(&fixture.auth);
    let body = json!({"provider": "stub", "idToken": {"token": "good", "accessToken": "first", "refreshToken": "again",
        "expiresAt": (fixture.auth.now().unix_timestamp() + 3600) * 1000}});
    assert_eq!(browser.post("/sign-in/social", &body).await.status, StatusCode::OK);
    let accounts = browser.get("/list-accounts").await.body;
    (browser, accounts[0]["id"].as_str().unwrap().to_owned())
}

async fn replaced(database: Arc<TestDatabase>) {
    let provider = StubProvider::new("stub");
    let fixture = Fixture::with(&database, |builder| builder.provider(provider.clone())).await;
    let (mut browser, id) = signed_in(&fixture).await;
    let body = json!({"accountId": id});
    let held = browser.post("/get-access-token", &body).await;
    assert_eq!((held.status, &held.body["accessToken"]), (StatusCode::OK, &json!("first")));
    assert_eq!(held.body["idToken"], "good");
    assert!(provider.asked().is_empty());
    fixture.clock.advance(Duration::seconds(3596));
    let fresh = browser.post("/get-access-token", &body).await;
    assert_eq!(fresh.body["accessToken"], "access-1");
    assert_eq!(provider.asked(), ["again"]);
    assert_eq!(browser.post("/get-access-token", &body).await.body["accessToken"], "access-1");
    let forced = browser.post("/refresh-token", &body).await;
    assert_eq!(forced.status, StatusCode::OK);
    assert_eq!(forced.body["accessToken"], "access-2");
    assert_eq!(forced.body["refreshToken"], "refresh-2");
    assert_eq!((&forced.body["providerId"], &forced.body["accountId"]), (&json!("stub"), &json!(id)));
    provider.vouch("2", Some("eve@example.com"), true);
    let foreign = browser.get(&format!("/account-info?accountId={id}")).await;
    assert_eq!(foreign.code(), "ACCESS_TOKEN_NOT_FOUND", "the token is another person's");
    provider.vouch("1", Some("ada@example.com"), true);
    let info = browser.get(&format!("/account-info?accountId={id}")).await;
    assert_eq!(info.body["user"]["email"], "ada@example.com");
    assert_eq!(info.body["account"], json!({"id": id, "providerId": "stub", "accountId": "1"}));
    assert_eq!(info.body["data"], json!({"id": "1"}));
}

async fn race(database: Arc<TestDatabase>) {
    let provider = StubProvider::new("stub");
    let fixture = Fixture::with(&database, |builder| builder.provider(provider.clone())).await;
    let (browser, id) = signed_in(&fixture).await;
    fixture.clock.advance(Duration::hours(1));
    let mut tasks = Vec::new();
    for _ in 0..6 {
        let (mut browser, body) = (browser.clone(), json!({"accountId": id}));
        tasks.push(tokio::spawn(async move { browser.post("/get-access-token", &body).await }));
    }
    let mut tokens = Vec::new();
    for task in tasks {
        let answer = task.await.unwrap();
        // One that asked before the new tokens were stored may be told to try again, never given an old token.
        if answer.status == StatusCode::OK {
            tokens.push(answer.body["accessToken"].clone());
        } else {
            assert_eq!(answer.code(), "FAILED_TO_GET_ACCESS_TOKEN");
        }
    }
    assert!(!tokens.is_empty() && tokens.iter().all(|token| token == "access-1"), "{tokens:?}");
}

async fn beside_encryption(database: Arc<TestDatabase>) {
    let gate = Arc::new(Gate::default());
    let provider = StubProvider::new("stub").gated(&gate);
    let plain = Fixture::with(&database, |builder| builder.provider(provider.clone())).await;
    let (browser, id) = signed_in(&plain).await;
    let encrypting_fixture = Fixture::with_same(&plain, encrypting(&provider));
    let mut refreshing = Browser::new(&encrypting_fixture.auth);
    refreshing.cookies = browser.cookies.clone();
    let body = json!({"accountId": id});
    let refresh = tokio::spawn(async move { refreshing.post("/refresh-token", &body).await });
    gate.arrived.notified().await;
    // The provider has the old refresh token; meanwhile the row is written in another way.
    let progress = encrypting_fixture.auth.encrypt_tokens(None, 10, &RequestContext::new()).await.unwrap();
    assert_eq!(progress.written, 1);
    gate.open.notify_one();
    let answer = refresh.await.unwrap();
    assert_eq!(answer.body["refreshToken"], "refresh-1", "{:?}", answer.body);
    let mut browser_after = Browser::new(&encrypting_fixture.auth);
    browser_after.cookies = browser.cookies.clone();
    let stored = browser_after.post("/get-access-token", &json!({"accountId": id})).await;
    assert_eq!(stored.body["accessToken"], "access-1", "the new tokens are stored");
}

async fn refused(database: Arc<TestDatabase>) {
    let provider = StubProvider::new("stub");
    let fixture = Fixture::with(&database, |builder| builder.provider(provider.clone())).await;
    let (mut ada, id) = signed_in(&fixture).await;
    provider.vouch("2", Some("eve@example.com"), true);
    let (mut eve, _) = signed_in(&fixture).await;
    for path in ["/get-access-token", "/refresh-token"] {
        let foreign = eve.post(path, &json!({"accountId": id})).await;
        assert_eq!((foreign.status, foreign.code()), (StatusCode::BAD_REQUEST, "ACCOUNT_NOT_FOUND"));
        let nobody = Browser::new(&fixture.auth).post(path, &json!({"accountId": id})).await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
        for body in [json!({}), json!({"accountId": 1}), json!({"accountId": id, "more": 1})] {
            assert_eq!(ada.post(path, &body).await.code(), "VALIDATION_ERROR", "{body}");
        }
        assert_eq!(ada.post(path, &json!({"useAccountCookie": true})).await.code(), "ACCOUNT_NOT_FOUND");
    }
    assert_eq!(eve.get(&format!("/account-info?accountId={id}")).await.code(), "ACCOUNT_NOT_FOUND");
    assert_eq!(ada.get("/account-info").await.code(), "VALIDATION_ERROR");
    let without = Fixture::with_same(&fixture, |builder| builder);
    let mut browser = Browser::new(&without.auth);
    browser.cookies = ada.cookies.clone();
    let body = json!({"accountId": id});
    assert_eq!(browser.post("/get-access-token", &body).await.code(), "PROVIDER_NOT_SUPPORTED");
    assert_eq!(browser.get(&format!("/account-info?accountId={id}")).await.code(), "PROVIDER_NOT_CONFIGURED");
}

async fn encrypted(database: Arc<TestDatabase>) {
    let provider = StubProvider::new("stub");
    let plain = Fixture::with(&database, |builder| builder.provider(provider.clone())).await;
    let (_, id) = signed_in(&plain).await;
    let accounts = async |fixture: &Fixture| {
        let account = fixture.auth.store().accounts().find_by_provider("stub", "1").await.unwrap().unwrap();
        [account.access_token, account.refresh_token, account.id_token]
            .map(|token| token.unwrap().expose().to_owned())
    };
    assert_eq!(accounts(&plain).await, ["first", "again", "good"]);
    let encrypting_fixture = Fixture::with_same(&plain, encrypting(&provider));
    let (mut browser, _) = signed_in(&encrypting_fixture).await;
    let stored = accounts(&plain).await;
    assert!(
        stored.iter().all(|token| token.len() > 80 && token.bytes().all(|byte| byte.is_ascii_hexdigit()))
    );
    let body = json!({"accountId": id});
    assert_eq!(browser.post("/get-access-token", &body).await.body["accessToken"], "first");

    // Rows of before are read as they are, and encrypted by the service, some at a time.
    for person in 2..=5 {
        provider.vouch(&person.to_string(), Some(&format!("p{person}@example.com")), true);
        signed_in(&plain).await;
    }
    provider.vouch("1", Some("ada@example.com"), true);
    let rotated = Fixture::with_same(&plain, |builder| {
        let secrets = Secrets::versioned([(2, "a new secret of thirty-two characters")]).unwrap();
        encrypting(&provider)(builder).secrets(secrets.before_versions(auth_tests::fixture::SECRET))
    });
    let mut browser_after = Browser::new(&rotated.auth);
    browser_after.cookies = browser.cookies.clone();
    assert_ne!(browser_after.get("/get-session").await.body, Value::Null, "nobody is signed out");
    let (mut next, mut written, mut steps) = (None, 0, 0);
    loop {
        let progress = rotated.auth.encrypt_tokens(next.as_ref(), 2, &RequestContext::new()).await.unwrap();
        assert!(progress.unreadable.is_empty());
        (written, steps) = (written + progress.written, steps + 1);
        next = progress.next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!((written, steps), (5, 3));
    let stored = accounts(&plain).await;
    assert!(stored.iter().all(|token| token.starts_with("$ba$2$")), "{stored:?}");
    let again = rotated.auth.encrypt_tokens(None, 100, &RequestContext::new()).await.unwrap();
    assert_eq!((again.seen, again.written), (5, 0));
    assert_eq!(browser_after.post("/get-access-token", &body).await.body["accessToken"], "first");
    // The old secret alone opens nothing any more, and says so without an answer that hides it.
    assert_eq!(browser.post("/get-access-token", &body).await.code(), "FAILED_TO_GET_ACCESS_TOKEN");
}
