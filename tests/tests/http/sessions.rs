//! `GET /get-session`, `GET /list-sessions`, `POST /revoke-session`, `POST /sign-out`, and paths that are
//! not there.

use std::sync::Arc;

use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, PASSWORD};
use auth_tests::http_client::Browser;
use auth_tests::runner::Case;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use time::Duration;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("get_session_answers_null_or_session_and_user", get_session),
        Case::new("get_session_extends_and_renews_the_cookie", extend),
        Case::new("get_session_of_an_expired_session_takes_the_cookies_away", expired),
        Case::new("sessions_are_listed_and_revoked", list_and_revoke),
        Case::new("list_sessions_needs_a_fresh_session", fresh),
        Case::new("sign_out_works_with_and_without_a_session", sign_out),
        Case::new("unknown_paths_and_methods_are_not_found_with_an_empty_body", unknown),
    ]
}

async fn signed_in(fixture: &Fixture) -> Browser {
    let mut browser = Browser::new(&fixture.auth);
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    assert_eq!(browser.post("/sign-in/email", &body).await.status, StatusCode::OK);
    browser
}

async fn get_session(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let answer = Browser::new(&fixture.auth).get("/get-session").await;
    assert_eq!((answer.status, &answer.body), (StatusCode::OK, &Value::Null));
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(answer.headers[header::PRAGMA], "no-cache");
    let answer = signed_in(&fixture).await.get("/get-session").await;
    let session = answer.body["session"].as_object().unwrap();
    let keys: Vec<&String> = session.keys().collect();
    let order = ["expiresAt", "token", "createdAt", "updatedAt", "ipAddress", "userAgent", "userId", "id"];
    assert_eq!(keys, order);
    assert_eq!(session["userAgent"], "test/1");
    assert_eq!(session["ipAddress"], "");
    assert_eq!(session["userId"], answer.body["user"]["id"]);
    assert!(answer.set_cookies().is_empty());
}

async fn extend(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let mut browser = signed_in(&fixture).await;
    fixture.clock.advance(Duration::days(2));
    let kept = browser.get("/get-session?disableRefresh=true").await;
    assert_eq!(kept.body["session"]["expiresAt"], "2026-12-01T12:00:00.345Z");
    let answer = browser.get("/get-session").await;
    assert_eq!(answer.body["session"]["expiresAt"], "2026-12-03T12:00:00.345Z");
    assert_eq!(answer.body["session"]["updatedAt"], "2026-11-26T12:00:00.345Z");
    assert!(answer.set_cookies()[0].contains("; Max-Age=604800; "), "{:?}", answer.set_cookies());
}

async fn expired(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let mut browser = signed_in(&fixture).await;
    fixture.clock.advance(Duration::days(8));
    let answer = browser.get("/get-session").await;
    assert_eq!(answer.body, Value::Null);
    assert_eq!(answer.set_cookies().len(), 3);
    assert!(browser.cookies.is_empty());
}

async fn list_and_revoke(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    fixture.user("eve@example.com").await;
    let (mut one, mut two) = (signed_in(&fixture).await, signed_in(&fixture).await);
    let listed = one.get("/list-sessions").await;
    assert_eq!(listed.body.as_array().unwrap().len(), 3);
    let token = two.get("/get-session").await.body["session"]["token"].clone();
    let mut stranger = Browser::new(&fixture.auth);
    let eve = json!({"email": "eve@example.com", "password": PASSWORD});
    stranger.post("/sign-in/email", &eve).await;
    let answer = stranger.post("/revoke-session", &json!({"token": token})).await;
    assert_eq!(answer.body, json!({"status": true}));
    assert!(two.get("/get-session").await.body.is_object(), "a stranger's request revokes nothing");
    let answer = one.post("/revoke-session", &json!({"token": token})).await;
    assert_eq!(answer.body, json!({"status": true}));
    assert!(answer.set_cookies().is_empty());
    assert_eq!(two.get("/get-session").await.body, Value::Null);
    let own = one.get("/get-session").await.body["session"]["token"].clone();
    let answer = one.post("/revoke-session", &json!({"token": own})).await;
    assert_eq!(answer.set_cookies().len(), 3);
    let answer = Browser::new(&fixture.auth).post("/revoke-session", &json!({"token": "x"})).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, "UNAUTHORIZED"));
}

async fn fresh(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let mut browser = signed_in(&fixture).await;
    fixture.clock.advance(Duration::days(1));
    let answer = browser.get("/list-sessions").await;
    assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "SESSION_NOT_FRESH"));
    let answer = Browser::new(&fixture.auth).get("/list-sessions").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.body, json!({"message": "Unauthorized", "code": "UNAUTHORIZED"}));
}

async fn sign_out(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let mut browser = signed_in(&fixture).await;
    let stolen = browser.clone();
    let answer = browser.post("/sign-out", &json!({})).await;
    assert_eq!(answer.body, json!({"success": true}));
    assert_eq!(
        answer.set_cookies(),
        ["session_token", "session_data", "dont_remember"]
            .map(|name| format!("better-auth.{name}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"))
    );
    assert_eq!(stolen.clone().get("/get-session").await.body, Value::Null);
    let foreign = Request::post("/api/auth/sign-out").header(header::ORIGIN, "https://evil.example");
    let answer = Browser::new(&fixture.auth).send(foreign, Body::empty()).await;
    assert_eq!((answer.status, answer.set_cookies().len()), (StatusCode::FORBIDDEN, 0));
    let without_body = Request::post("/api/auth/sign-out");
    let answer = Browser::new(&fixture.auth).send(without_body, Body::empty()).await;
    assert_eq!(answer.body, json!({"success": true}));
}

async fn unknown(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let mut browser = Browser::new(&fixture.auth);
    assert_eq!(browser.get("/ok").await.body, json!({"ok": true}));
    for answer in [
        browser.get("/nope").await,
        browser.get("/ok/").await,
        browser.get("/sign-up/email").await,
        browser.send(Request::put("/api/auth/ok"), Body::empty()).await,
        browser.send(Request::head("/api/auth/ok"), Body::empty()).await,
    ] {
        assert_eq!((answer.status, answer.body), (StatusCode::NOT_FOUND, Value::Null));
    }
    let posted = browser.post("/get-session", &json!({})).await;
    assert_eq!(posted.code(), "METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED");
}
