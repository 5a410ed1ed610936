//! `POST /update-user`, `/change-password`, `/verify-password`, `/unlink-account`, `/revoke-sessions`, `/revoke-other-sessions`,
//! `/update-session`, `GET /list-accounts`.

use std::sync::Arc;

use auth_core::domain::NewAccount;
use auth_core::password::Password;
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, PASSWORD, context};
use auth_tests::http_client::Browser;
use auth_tests::runner::Case;
use axum::http::StatusCode;
use serde_json::{Value, json};
use time::Duration;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("a_person_changes_name_and_picture_but_not_the_address", update_user),
        Case::new("a_new_password_needs_the_old_one_and_can_end_every_session", change_password),
        Case::new("a_password_is_verified", verify_password),
        Case::new("sessions_are_revoked_all_or_all_but_one", revoke),
        Case::new("a_session_without_additional_fields_has_nothing_to_update", update_session),
        Case::new("accounts_are_listed_without_secrets_and_unlinked_but_the_last", accounts),
        Case::new("concurrent_unlinks_leave_one_account", unlink_race),
        Case::new("of_concurrent_password_changes_one_succeeds", change_race),
        Case::new("a_first_password_is_set_once", set_password),
        Case::new("every_one_of_them_needs_a_session", unauthorized),
    ]
}

async fn signed_in(fixture: &Fixture) -> Browser {
    sign_in(fixture, PASSWORD).await.expect("the password is right")
}

async fn sign_in(fixture: &Fixture, password: &str) -> Option<Browser> {
    let mut browser = Browser::new(&fixture.auth);
    let body = json!({"email": "ada@example.com", "password": password});
    (browser.post("/sign-in/email", &body).await.status == StatusCode::OK).then_some(browser)
}

async fn update_user(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let mut browser = signed_in(&fixture).await;
    let answer =
        browser.post("/update-user", &json!({"name": "Ada L", "image": "https://e.com/a.png"})).await;
    assert_eq!((answer.status, &answer.body), (StatusCode::OK, &json!({"status": true})));
    let user = browser.get("/get-session").await.body["user"].clone();
    assert_eq!((&user["name"], &user["image"]), (&json!("Ada L"), &json!("https://e.com/a.png")));
    browser.post("/update-user", &json!({"image": null})).await;
    let user = browser.get("/get-session").await.body["user"].clone();
    assert_eq!((&user["name"], &user["image"]), (&json!("Ada L"), &Value::Null));
    for (body, message) in [
        (json!({"email": "z@example.com"}), "Email can not be updated"),
        (json!({}), "No fields to update"),
        (json!({"unknown": 1}), "No fields to update"),
        (json!({"name": 1}), "[body.name] Invalid input: expected string, received number"),
        (json!({"name": null}), "[body.name] Invalid input: expected string, received null"),
        (json!({"name": "x".repeat(256)}), "[body.name] Invalid input: is too long"),
    ] {
        let answer = browser.post("/update-user", &body).await;
        assert_eq!((answer.status, &answer.body["message"]), (StatusCode::BAD_REQUEST, &json!(message)));
    }
    assert_eq!(browser.get("/get-session").await.body["user"]["email"], "ada@example.com");
}

async fn change_password(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let (mut one, mut two) = (signed_in(&fixture).await, signed_in(&fixture).await);
    let body = |current: &str, new: &str, revoke: bool| json!({"currentPassword": current, "newPassword": new, "revokeOtherSessions": revoke});
    for (current, new, code) in [
        ("wrong password", "another password", "INVALID_PASSWORD"),
        (PASSWORD, "short", "PASSWORD_TOO_SHORT"),
        (PASSWORD, &"x".repeat(129), "PASSWORD_TOO_LONG"),
    ] {
        let answer = one.post("/change-password", &body(current, new, true)).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, code));
    }
    let answer = one.post("/change-password", &body(PASSWORD, "second password", false)).await;
    assert_eq!((answer.status, &answer.body["token"]), (StatusCode::OK, &Value::Null));
    assert_eq!(answer.body["user"]["email"], "ada@example.com");
    assert!(two.get("/get-session").await.body.is_object(), "the other device stays signed in");
    let stolen = one.clone();
    let answer = one.post("/change-password", &body("second password", "third password", true)).await;
    assert!(answer.body["token"].is_string() && answer.set_cookies().len() == 1, "{:?}", answer.body);
    assert_eq!(one.get("/get-session").await.body["session"]["token"], answer.body["token"]);
    assert_eq!(two.get("/get-session").await.body, Value::Null);
    assert_eq!(stolen.clone().get("/get-session").await.body, Value::Null);
    assert!(sign_in(&fixture, "second password").await.is_none());
    assert!(sign_in(&fixture, "third password").await.is_some());
}

async fn verify_password(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let mut browser = signed_in(&fixture).await;
    let right = browser.post("/verify-password", &json!({"password": PASSWORD})).await;
    assert_eq!((right.status, &right.body), (StatusCode::OK, &json!({"status": true})));
    let wrong = browser.post("/verify-password", &json!({"password": "wrong password"})).await;
    assert_eq!((wrong.status, wrong.code()), (StatusCode::BAD_REQUEST, "INVALID_PASSWORD"));
}

async fn revoke(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    fixture.user("eve@example.com").await;
    let mut devices = [signed_in(&fixture).await, signed_in(&fixture).await, signed_in(&fixture).await];
    let answer = devices[0].post("/revoke-other-sessions", &json!({})).await;
    assert_eq!((answer.status, &answer.body), (StatusCode::OK, &json!({"status": true})));
    assert!(devices[0].get("/get-session").await.body.is_object());
    assert_eq!(devices[1].get("/get-session").await.body, Value::Null);
    let answer = devices[0].post("/revoke-sessions", &json!({})).await;
    assert_eq!(answer.set_cookies().len(), 3);
    assert_eq!(devices[0].get("/get-session").await.body, Value::Null);
    let eve = fixture.sign_in("eve@example.com", PASSWORD).await.unwrap();
    assert_eq!(fixture.auth.list_sessions(&eve.user.id).await.unwrap().len(), 2, "others keep theirs");
}

async fn update_session(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let mut browser = signed_in(&fixture).await;
    let before = browser.get("/get-session").await.body;
    for body in [json!({}), json!({"token": "x", "userId": "y", "expiresAt": "2099-01-01T00:00:00.000Z"})] {
        let answer = browser.post("/update-session", &body).await;
        assert_eq!(
            (answer.status, &answer.body),
            (StatusCode::BAD_REQUEST, &json!({"message": "No fields to update"}))
        );
    }
    assert_eq!(browser.get("/get-session").await.body, before);
}

async fn accounts(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let user = fixture.user("ada@example.com").await;
    let eve = fixture.user("eve@example.com").await;
    let mut browser = signed_in(&fixture).await;
    let answer = browser.post("/unlink-account", &json!({"accountId": "x"})).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, "FAILED_TO_UNLINK_LAST_ACCOUNT"));
    let mut github = NewAccount::at_provider("github", "42", user.id.clone());
    github.scope = Some("read:user,user:email".into());
    fixture.auth.store().accounts().create(github).await.unwrap();
    let listed = browser.get("/list-accounts").await.body;
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.len(), 2);
    let github = listed.iter().find(|account| account["providerId"] == "github").unwrap();
    assert_eq!(github["scopes"], json!(["read:user", "user:email"]));
    let keys: Vec<&String> = github.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["accountId", "providerId", "userId", "createdAt", "updatedAt", "id", "scopes"]);
    let foreign = fixture.auth.list_accounts(&eve.id).await.unwrap().remove(0);
    let answer = browser.post("/unlink-account", &json!({"accountId": foreign.id.as_str()})).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, "ACCOUNT_NOT_FOUND"));
    let answer = browser.post("/unlink-account", &json!({"accountId": github["id"]})).await;
    assert_eq!((answer.status, &answer.body), (StatusCode::OK, &json!({"status": true})));
    assert_eq!(browser.get("/list-accounts").await.body.as_array().unwrap().len(), 1);
    assert_eq!(fixture.auth.list_accounts(&eve.id).await.unwrap().len(), 1);
    fixture.clock.advance(Duration::days(1));
    let answer = browser.post("/unlink-account", &json!({"accountId": "x"})).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "SESSION_NOT_FRESH"));
}

async fn unlink_race(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let user = fixture.user("ada@example.com").await;
    let accounts = fixture.auth.store().accounts();
    for _ in 0..5 {
        for provider in ["github", "google"] {
            let _ = accounts.create(NewAccount::at_provider(provider, "42", user.id.clone())).await;
        }
        let (auth, id) = (&fixture.auth, &user.id);
        let here = context();
        let ids: Vec<_> =
            auth.list_accounts(id).await.unwrap().into_iter().map(|account| account.id).collect();
        assert!(ids.len() >= 2);
        let second = &ids[1];
        let third = ids.last().unwrap();
        let _ = tokio::join!(
            auth.unlink_account(id, &ids[0], &here),
            auth.unlink_account(id, second, &here),
            auth.unlink_account(id, third, &here),
        );
        assert!(!auth.list_accounts(id).await.unwrap().is_empty(), "one way to sign in stays");
    }
}

async fn change_race(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let user = fixture.user("ada@example.com").await;
    let here = context();
    let change = |new: &str, revoke_other_sessions| {
        let (current, new) = (Password::new(PASSWORD), Password::new(new));
        let request =
            auth_core::service::ChangePassword { current, new, revoke_other_sessions, remember_me: true };
        fixture.auth.change_password(&user.id, request, &here)
    };
    let (one, two) = tokio::join!(change("first new password", false), change("second new password", true));
    assert!(one.is_ok() || two.is_ok(), "{one:?} {two:?}");
    let winner = match (&one, &two) {
        (Ok(_), Ok(_)) => panic!("both changed the same password"),
        (Ok(_), _) => "first new password",
        _ => "second new password",
    };
    assert!(sign_in(&fixture, winner).await.is_some());
    assert!(sign_in(&fixture, PASSWORD).await.is_none());
}

async fn set_password(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let user = fixture.user("ada@example.com").await;
    let here = context();
    let set = |password: &str| fixture.auth.set_password(&user.id, Password::new(password), &here);
    assert!(matches!(set("another password").await, Err(auth_core::AuthError::PasswordAlreadySet)));
    let account = fixture.auth.list_accounts(&user.id).await.unwrap().remove(0);
    fixture.auth.store().accounts().delete(&account.id).await.unwrap();
    assert!(sign_in(&fixture, PASSWORD).await.is_none());
    let (one, two) = tokio::join!(set("another password"), set("another password"));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    assert!(sign_in(&fixture, "another password").await.is_some());
}

async fn unauthorized(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let mut browser = Browser::new(&fixture.auth);
    for (path, body) in [
        ("/update-user", json!({"name": "x"})),
        ("/update-session", json!({})),
        ("/change-password", json!({"currentPassword": PASSWORD, "newPassword": PASSWORD})),
        ("/verify-password", json!({"password": PASSWORD})),
        ("/unlink-account", json!({"accountId": "x"})),
        ("/revoke-sessions", json!({})),
        ("/revoke-other-sessions", json!({})),
    ] {
        let answer = browser.post(path, &body).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, "UNAUTHORIZED"), "{path}");
    }
    assert_eq!(browser.get("/list-accounts").await.status, StatusCode::UNAUTHORIZED);
}
