//! `POST /sign-in/email`.

use std::sync::Arc;

use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, PASSWORD};
use auth_tests::http_client::Browser;
use auth_tests::runner::Case;
use axum::http::{StatusCode, header};
use serde_json::json;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("sign_in_answers_with_redirect_token_and_user", shape),
        Case::new("sign_in_sends_to_a_callback_of_this_server_only", callback),
        Case::new("sign_in_tells_nothing_about_who_exists", refused),
        Case::new("sign_in_without_remembering_ends_with_the_browser", not_remembered),
    ]
}

async fn shape(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    let answer = Browser::new(&fixture.auth).post("/sign-in/email", &body).await;
    assert_eq!(answer.status, StatusCode::OK);
    let keys: Vec<&String> = answer.body.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["redirect", "token", "user"]);
    assert_eq!(answer.body["redirect"], false);
    assert!(answer.headers.get(header::LOCATION).is_none());
}

async fn callback(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let attempt = |url: &str| json!({"email": "ada@example.com", "password": PASSWORD, "callbackURL": url});
    for good in ["/dash", "/a?b=//c", "http://localhost:3000/x"] {
        let answer = Browser::new(&fixture.auth).post("/sign-in/email", &attempt(good)).await;
        assert_eq!(answer.status, StatusCode::OK, "{good}");
        assert_eq!(answer.body["url"], good);
        assert_eq!(answer.headers[header::LOCATION], good);
    }
    for bad in [
        "https://evil.example/x",
        "//evil.example",
        "/\\evil.example",
        "/%2fevil.example",
        "/%5Cevil.example",
        "javascript:alert(1)",
        "evil",
        "/a\nb",
        "http://localhost:3000.evil.example",
        "http://localhost:3000@evil.example",
    ] {
        let mut browser = Browser::new(&fixture.auth);
        let answer = browser.post("/sign-in/email", &attempt(bad)).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::FORBIDDEN, "INVALID_CALLBACK_URL"),
            "{bad:?}"
        );
        assert!(browser.cookies.is_empty());
    }
}

async fn refused(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let mut bodies = Vec::new();
    for (email, password) in [("ada@example.com", "wrong password"), ("nobody@example.com", PASSWORD)] {
        let body = json!({"email": email, "password": password});
        let answer = Browser::new(&fixture.auth).post("/sign-in/email", &body).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        bodies.push((answer.body, answer.headers));
    }
    assert_eq!(bodies[0], bodies[1]);
    assert_eq!(bodies[0].0["code"], "INVALID_EMAIL_OR_PASSWORD");
    for (body, status, code) in [
        (json!({"email": "x", "password": PASSWORD}), StatusCode::BAD_REQUEST, "INVALID_EMAIL"),
        (
            json!({"email": "a@b.co", "password": "x".repeat(129)}),
            StatusCode::BAD_REQUEST,
            "PASSWORD_TOO_LONG",
        ),
        (json!({"email": "a@b.co"}), StatusCode::BAD_REQUEST, "VALIDATION_ERROR"),
    ] {
        let answer = Browser::new(&fixture.auth).post("/sign-in/email", &body).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{body}");
    }
}

async fn not_remembered(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let mut browser = Browser::new(&fixture.auth);
    let body = json!({"email": "ada@example.com", "password": PASSWORD, "rememberMe": false});
    let answer = browser.post("/sign-in/email", &body).await;
    let cookies = answer.set_cookies();
    assert_eq!(cookies.len(), 2);
    assert!(cookies.iter().all(|cookie| !cookie.contains("Max-Age")), "{cookies:?}");
    assert!(cookies[1].starts_with("better-auth.dont_remember=true."));
    fixture.clock.advance(time::Duration::hours(23));
    let answer = browser.get("/get-session").await;
    assert_eq!(answer.body["session"]["expiresAt"], "2026-11-25T12:00:00.345Z");
    assert!(answer.set_cookies().is_empty());
    // Leaving the second cookie out does not make the session live longer.
    browser.cookies.remove("better-auth.dont_remember");
    let answer = browser.get("/get-session").await;
    assert_eq!(answer.body["session"]["expiresAt"], "2026-11-25T12:00:00.345Z");
}
