//! What the browser keeps follows what it changes.

use std::sync::Arc;

use auth_core::MemoryAdapter;
use auth_core::config::{ChangeEmailConfig, UserConfig};
use auth_core::domain::{Additional, SessionToken};
use auth_core::schema::{Field, FieldType, Schema, Value};
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, PASSWORD};
use auth_tests::http_client::Browser;
use auth_tests::runner::Case;
use serde_json::json;
use time::Duration;

use super::{NAME, STRATEGIES, ask, caching, is_expired, line, sign_in, with_ada};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("signing_up_and_in_keeps_the_session_and_signing_out_forgets_it", in_and_out),
        Case::new("a_change_of_the_user_is_kept_at_once", changes),
        Case::new("a_new_session_after_a_change_of_password_is_kept", change_password),
        Case::new("an_address_that_is_changed_at_once_is_not_answered_from_before", change_email),
        Case::new("a_session_that_is_not_remembered_is_kept_for_a_minute", not_remembered),
        Case::new("fields_that_are_not_returned_are_not_kept", not_returned),
    ]
}

async fn in_and_out(database: Arc<TestDatabase>) {
    let fixture = with_ada(&database, |_| {}).await;
    let mut browser = Browser::new(&fixture.auth);
    let body = json!({"name": "Bob", "email": "bob@example.com", "password": PASSWORD});
    assert!(line(&browser.post("/sign-up/email", &body).await).is_some());
    let (answer, statements) = ask(&mut browser, "/get-session").await;
    assert_eq!((statements, &answer.body["user"]["name"]), (0, &json!("Bob")));
    // Somebody else in the same browser.
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    browser.post("/sign-in/email", &body).await;
    let (answer, statements) = ask(&mut browser, "/get-session").await;
    assert_eq!((statements, &answer.body["user"]["name"]), (0, &json!("Ada")));
    for path in ["/sign-out", "/revoke-sessions", "/delete-user"] {
        let mut browser = sign_in(&fixture).await;
        let answer = browser.post(path, &json!({"password": PASSWORD})).await;
        let expired = line(&answer).is_some_and(|line| is_expired(&line));
        assert_eq!(expired, path != "/delete-user", "{path}: deletion is switched off");
    }
}

async fn changes(database: Arc<TestDatabase>) {
    let fixture = with_ada(&database, |_| {}).await;
    for strategy in STRATEGIES {
        let settings = caching(|session| session.cookie_cache.strategy = strategy);
        let fixture = Fixture::with_same(&fixture, |builder| builder.session(settings));
        let mut browser = sign_in(&fixture).await;
        let name = format!("Ada {strategy:?} \u{1F600} \"quoted\"");
        browser.post("/update-user", &json!({ "name": name })).await;
        let (answer, statements) = ask(&mut browser, "/get-session").await;
        assert_eq!((statements, &answer.body["user"]["name"]), (0, &json!(name)));
    }
}

async fn change_password(database: Arc<TestDatabase>) {
    let fixture = with_ada(&database, |_| {}).await;
    let mut browser = sign_in(&fixture).await;
    let body = json!({
        "newPassword": "another password", "currentPassword": PASSWORD, "revokeOtherSessions": true
    });
    let answer = browser.post("/change-password", &body).await;
    let (kept, statements) = ask(&mut browser, "/get-session").await;
    assert_eq!((statements, &kept.body["session"]["token"]), (0, &answer.body["token"]));
}

async fn change_email(database: Arc<TestDatabase>) {
    let mut change_email = ChangeEmailConfig::default();
    change_email.enabled = true;
    change_email.without_verification = true;
    let mut user = UserConfig::default();
    user.change_email = change_email;
    let fixture = Fixture::with(&database, |builder| builder.session(caching(|_| {})).user(user)).await;
    fixture.user("ada@example.com").await;
    let mut browser = sign_in(&fixture).await;
    let answer = browser.post("/change-email", &json!({"newEmail": "new@example.com"})).await;
    assert!(is_expired(&line(&answer).unwrap()));
    assert_eq!(browser.get("/get-session").await.body["user"]["email"], "new@example.com");
}

async fn not_remembered(database: Arc<TestDatabase>) {
    let fixture = with_ada(&database, |_| {}).await;
    let mut browser = Browser::new(&fixture.auth);
    let body = json!({"email": "ada@example.com", "password": PASSWORD, "rememberMe": false});
    let set = line(&browser.post("/sign-in/email", &body).await).unwrap();
    assert!(!set.contains("Max-Age"), "{set}");
    fixture.clock.advance(Duration::seconds(59));
    assert_eq!(ask(&mut browser, "/get-session").await.1, 0);
    fixture.clock.advance(Duration::seconds(1));
    let answer = browser.get("/get-session").await;
    assert!(answer.body.is_object());
    assert!(is_expired(&line(&answer).unwrap()), "as in Better Auth, it is not set again");
    browser.post("/update-user", &json!({"name": "Ada L"})).await;
    assert_eq!(ask(&mut browser, "/get-session").await.1, 0, "until something is changed");
}

async fn not_returned(_: Arc<TestDatabase>) {
    let schema = Schema::builder()
        .field("user", Field::new("phone_number", FieldType::String).optional())
        .field(
            "user",
            Field::new("secret_note", FieldType::String)
                .optional()
                .not_returned()
                .default(Value::from("hush")),
        )
        .field(
            "session",
            Field::new("device", FieldType::String).optional().not_returned().default(Value::from("hush")),
        )
        .build()
        .unwrap();
    let adapter = Arc::new(MemoryAdapter::with_schema(schema));
    let fixture = Fixture::on(adapter, |builder| builder.session(caching(|_| {})));
    fixture.user("ada@example.com").await;
    let mut browser = sign_in(&fixture).await;
    browser.post("/update-user", &json!({"phoneNumber": "+1"})).await;
    let token = browser.get("/get-session").await.body["session"]["token"].clone();
    let token = SessionToken::parse(token.as_str().unwrap()).unwrap();
    let kept = fixture.auth.cached_session(&token, &browser.cookies[NAME]).unwrap();
    assert_eq!(kept.user.additional, Additional::new().with("phone_number", "+1"));
    assert!(kept.session.additional.is_empty());
    let stored = browser.get("/get-session?disableCookieCache=1").await.body;
    let kept = browser.get("/get-session").await.body;
    assert_eq!(kept, stored);
    assert_eq!(kept["user"]["phoneNumber"], "+1");
    assert_eq!(kept["user"].get("secretNote"), None);
}
