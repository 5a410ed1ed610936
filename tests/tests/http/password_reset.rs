//! `/request-password-reset` and `/reset-password`.

use std::sync::Arc;

use auth_core::mail::MailKind;
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, PASSWORD};
use auth_tests::http_client::Browser;
use auth_tests::runner::Case;
use axum::http::{StatusCode, header};
use serde_json::{Value, json};
use time::Duration;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("a_forgotten_password_is_set_anew_by_the_mailed_link_once", whole_way),
        Case::new("a_reset_request_tells_nobody_whether_an_address_is_known", unknown_address),
        Case::new("of_concurrent_resets_with_one_token_one_succeeds", race),
        Case::new("links_from_before_the_last_change_of_password_or_address_do_not_hold", stale_links),
        Case::new("a_reset_gives_a_first_password_and_may_end_sessions", first_password),
        Case::new("hashed_identifiers_are_found_and_so_are_plain_ones_from_before", hashed),
    ]
}

async fn token(fixture: &Fixture, browser: &mut Browser) -> String {
    let request = json!({"email": "ada@example.com", "redirectTo": "/reset"});
    assert_eq!(browser.post("/request-password-reset", &request).await.status, StatusCode::OK);
    fixture.mail(MailKind::ResetPassword).await.unwrap().token.expose().to_owned()
}

async fn reset(browser: &mut Browser, token: &str, password: &str) -> (StatusCode, String) {
    let answer = browser.post("/reset-password", &json!({"token": token, "newPassword": password})).await;
    let code = answer.code().to_owned();
    (answer.status, code)
}

async fn whole_way(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let mut browser = Browser::new(&fixture.auth);
    let first = token(&fixture, &mut browser).await;
    let mail = fixture.mail(MailKind::ResetPassword).await.unwrap();
    assert_eq!(mail.to, "ada@example.com");
    let link = format!("http://localhost:3000/api/auth/reset-password/{first}?callbackURL=%2Freset");
    assert_eq!(mail.url.expose(), link);
    let opened = browser.get(link.split_once("/api/auth").unwrap().1).await;
    assert_eq!(opened.status, StatusCode::FOUND);
    assert_eq!(opened.headers[header::LOCATION], format!("http://localhost:3000/reset?token={first}"));

    let bad = StatusCode::BAD_REQUEST;
    assert_eq!(reset(&mut browser, &first, "short").await, (bad, "PASSWORD_TOO_SHORT".to_owned()));
    let hashes = fixture.auth.hashes_computed();
    assert_eq!(reset(&mut browser, "nope", "a new password").await, (bad, "INVALID_TOKEN".to_owned()));
    assert_eq!(fixture.auth.hashes_computed(), hashes, "a wrong token costs no hash");
    assert_eq!(reset(&mut browser, &first, "a new password").await, (StatusCode::OK, String::new()));
    assert_eq!(reset(&mut browser, &first, "another password").await, (bad, "INVALID_TOKEN".to_owned()));
    let opened = browser.get(link.split_once("/api/auth").unwrap().1).await;
    assert_eq!(opened.headers[header::LOCATION], "http://localhost:3000/reset?error=INVALID_TOKEN");
    assert!(fixture.sign_in("ada@example.com", PASSWORD).await.is_err());
    fixture.sign_in("ada@example.com", "a new password").await.unwrap();

    let late = token(&fixture, &mut browser).await;
    fixture.clock.advance(Duration::hours(1) + Duration::milliseconds(1));
    assert_eq!(reset(&mut browser, &late, "a late password").await, (bad, "INVALID_TOKEN".to_owned()));
    let foreign = json!({"email": "ada@example.com", "redirectTo": "https://evil.example"});
    assert_eq!(browser.post("/request-password-reset", &foreign).await.code(), "INVALID_REDIRECT_URL");
    let nothing = browser.post("/reset-password", &json!({"newPassword": "long enough"})).await;
    assert_eq!((nothing.status, nothing.code()), (bad, "INVALID_TOKEN"));
}

async fn unknown_address(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let mut browser = Browser::new(&fixture.auth);
    let mut answers = Vec::new();
    for email in ["ada@example.com", "nobody@example.com"] {
        let answer = browser.post("/request-password-reset", &json!({"email": email})).await;
        let mut headers: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        headers.sort();
        answers.push((answer.status, answer.body, headers));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].1["status"], Value::Bool(true));
    fixture.auth.settle().await;
    assert_eq!(fixture.captured.all().len(), 1);
}

async fn stale_links(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, |builder| {
        let mut user = auth_core::config::UserConfig::default();
        user.change_email.enabled = true;
        builder.user(user)
    })
    .await;
    fixture.user("ada@example.com").await;
    let mut browser = Browser::new(&fixture.auth);
    let sign_in = json!({"email": "ada@example.com", "password": PASSWORD});
    browser.post("/sign-in/email", &sign_in).await;
    let (first, second) = (token(&fixture, &mut browser).await, token(&fixture, &mut browser).await);
    fixture.clock.advance(Duration::seconds(1));
    assert_eq!(reset(&mut browser, &second, "a new password").await.0, StatusCode::OK);
    let bad = (StatusCode::BAD_REQUEST, "INVALID_TOKEN".to_owned());
    assert_eq!(reset(&mut browser, &first, "another password").await, bad);

    let third = token(&fixture, &mut browser).await;
    fixture.clock.advance(Duration::seconds(1));
    let change = json!({"currentPassword": "a new password", "newPassword": "a changed password"});
    assert_eq!(browser.post("/change-password", &change).await.status, StatusCode::OK);
    assert_eq!(reset(&mut browser, &third, "another password").await, bad);

    let fourth = token(&fixture, &mut browser).await;
    fixture.clock.advance(Duration::seconds(1));
    browser.post("/change-email", &json!({"newEmail": "new@example.com"})).await;
    let mail = fixture.mail(MailKind::VerifyEmail).await.unwrap();
    browser.get(mail.url.expose().split_once("/api/auth").unwrap().1).await;
    assert_eq!(reset(&mut browser, &fourth, "another password").await, bad, "the old mailbox sets nothing");
    fixture.sign_in("new@example.com", "a changed password").await.unwrap();
}

async fn race(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let mut browser = Browser::new(&fixture.auth);
    let token = token(&fixture, &mut browser).await;
    let tries = (0..8).map(|number| {
        let (mut browser, token) = (browser.clone(), token.clone());
        tokio::spawn(async move { reset(&mut browser, &token, &format!("new password {number}")).await.0 })
    });
    let mut won = Vec::new();
    for (number, attempt) in tries.collect::<Vec<_>>().into_iter().enumerate() {
        if attempt.await.unwrap() == StatusCode::OK {
            won.push(number);
        }
    }
    assert_eq!(won.len(), 1, "{won:?}");
    fixture.sign_in("ada@example.com", &format!("new password {}", won[0])).await.unwrap();
}

async fn first_password(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, |builder| {
        let mut config = auth_core::config::EmailAndPasswordConfig::default();
        config.revoke_sessions_on_reset = true;
        builder.email_and_password(config)
    })
    .await;
    let signed_up = fixture.sign_up("ada@example.com").await.unwrap();
    fixture.auth.store().accounts().delete_all_of_user(&signed_up.user.id).await.unwrap();
    let mut browser = Browser::new(&fixture.auth);
    let token = token(&fixture, &mut browser).await;
    assert_eq!(reset(&mut browser, &token, "a first password").await.0, StatusCode::OK);
    let session = signed_up.session.unwrap();
    assert!(fixture.session_of(&session.token).await.unwrap().is_none(), "the session has ended");
    fixture.sign_in("ada@example.com", "a first password").await.unwrap();
}

async fn hashed(database: Arc<TestDatabase>) {
    let plain = Fixture::new(&database).await;
    plain.user("ada@example.com").await;
    let mut browser = Browser::new(&plain.auth);
    let before = token(&plain, &mut browser).await;
    let hashed = Fixture::with_same(&plain, |builder| {
        let mut config = auth_core::config::VerificationConfig::default();
        config.identifiers = auth_core::config::IdentifierStorage::Hashed;
        builder.verification(config)
    });
    let mut browser = Browser::new(&hashed.auth);
    let after = token(&hashed, &mut browser).await;
    let stored = plain.auth.store().verifications().find(&format!("reset-password:{after}")).await.unwrap();
    assert!(stored.is_none(), "no row holds the token");
    assert_eq!(reset(&mut browser, &before, "password of before").await.0, StatusCode::OK);
    assert_eq!(reset(&mut browser, &after, "password of after").await.0, StatusCode::OK);
}
