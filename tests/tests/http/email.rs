//! `/send-verification-email`, `/verify-email` and `/change-email`.

use std::sync::Arc;

use auth_core::config::{EmailAndPasswordConfig, EmailVerificationConfig, UserConfig};
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
        Case::new("an_address_is_proven_by_the_mailed_link", verify),
        Case::new("a_verification_request_tells_nobody_whether_an_address_is_known", send),
        Case::new("where_verification_is_required_signing_up_tells_nothing_and_signs_nobody_in", required),
        Case::new("an_address_is_changed_after_both_addresses_agreed", change),
        Case::new("a_change_of_address_is_bound_to_the_user_and_the_address_of_its_beginning", bound_change),
        Case::new("a_change_that_was_asked_for_before_the_owner_came_does_not_hold", stale_change),
        Case::new("an_unproven_address_may_be_changed_at_once", change_at_once),
    ]
}

fn changes(builder: auth_core::AuthBuilder) -> auth_core::AuthBuilder {
    let mut user = UserConfig::default();
    user.change_email.enabled = true;
    user.change_email.confirm_at_old = true;
    builder.user(user)
}

async fn signed_in(fixture: &Fixture, email: &str) -> Browser {
    let mut browser = Browser::new(&fixture.auth);
    let answer = browser.post("/sign-in/email", &json!({"email": email, "password": PASSWORD})).await;
    assert_eq!(answer.status, StatusCode::OK);
    browser
}

/// The path of a mail's link below `/api/auth`.
async fn link(fixture: &Fixture, kind: MailKind) -> String {
    let mail = fixture.mail(kind).await.unwrap();
    assert!(mail.url.expose().contains(mail.token.expose()));
    mail.url.expose().split_once("/api/auth").unwrap().1.to_owned()
}

async fn verify(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let user = fixture.user("ada@example.com").await;
    let mut browser = signed_in(&fixture, "ada@example.com").await;
    let request = json!({"email": "ADA@example.com", "callbackURL": "/done?x=1"});
    assert_eq!(browser.post("/send-verification-email", &request).await.status, StatusCode::OK);
    let link = link(&fixture, MailKind::VerifyEmail).await;
    assert!(link.ends_with("&callbackURL=%2Fdone%3Fx%3D1"), "{link}");
    let answer = browser.get(&link).await;
    assert_eq!(
        (answer.status, &answer.headers[header::LOCATION]),
        (StatusCode::FOUND, &"/done?x=1".parse().unwrap())
    );
    let verified = fixture.auth.store().users().find(&user.id).await.unwrap().unwrap();
    assert!(verified.email_verified);
    let token = link.split(['=', '&']).nth(1).unwrap();
    let again = browser.get(&format!("/verify-email?token={token}")).await;
    assert_eq!((again.status, again.body), (StatusCode::OK, json!({"status": true, "user": null})));

    fixture.clock.advance(Duration::hours(1));
    let late = browser.get(&link).await;
    assert_eq!(late.headers[header::LOCATION], "/done?x=1&error=TOKEN_EXPIRED");
    let late = browser.get(&format!("/verify-email?token={token}")).await;
    assert_eq!((late.status, late.code()), (StatusCode::UNAUTHORIZED, "TOKEN_EXPIRED"));
    let foreign = browser.get(&format!("/verify-email?token={token}&callbackURL=https://evil.example")).await;
    assert_eq!((foreign.status, foreign.code()), (StatusCode::FORBIDDEN, "INVALID_CALLBACK_URL"));
    assert_eq!(browser.get("/verify-email").await.code(), "VALIDATION_ERROR");
    let request = json!({"email": "ada@example.com"});
    assert_eq!(browser.post("/send-verification-email", &request).await.code(), "EMAIL_ALREADY_VERIFIED");
    let request = json!({"email": "other@example.com"});
    assert_eq!(browser.post("/send-verification-email", &request).await.code(), "EMAIL_MISMATCH");
}

async fn send(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let mut browser = Browser::new(&fixture.auth);
    for email in ["ada@example.com", "nobody@example.com"] {
        let answer = browser.post("/send-verification-email", &json!({"email": email})).await;
        assert_eq!((answer.status, answer.body), (StatusCode::OK, json!({"status": true})));
    }
    fixture.auth.settle().await;
    assert_eq!(fixture.captured.all().len(), 1);
}

async fn required(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, |builder| {
        let mut config = EmailAndPasswordConfig::default();
        config.require_email_verification = true;
        let mut verification = EmailVerificationConfig::default();
        verification.auto_sign_in = true;
        verification.send_on_sign_in = true;
        builder.email_and_password(config).email_verification(verification)
    })
    .await;
    let mut browser = Browser::new(&fixture.auth);
    let body = json!({"name": "Ada", "email": "ada@example.com", "password": PASSWORD});
    let first = browser.post("/sign-up/email", &body).await;
    let second = browser.post("/sign-up/email", &body).await;
    let keys = |answer: &Value| answer["user"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for answer in [&first, &second] {
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.body["token"], Value::Null);
        assert!(answer.set_cookies().is_empty());
    }
    assert_eq!(keys(&first.body), keys(&second.body));
    assert_ne!(first.body["user"]["id"], second.body["user"]["id"]);
    assert_eq!(fixture.auth.store().users().count().await.unwrap(), 1);
    fixture.auth.settle().await;
    assert_eq!(fixture.captured.all().len(), 1, "the known address gets no second mail");

    let wrong = json!({"email": "ada@example.com", "password": "not the password"});
    assert_eq!(browser.post("/sign-in/email", &wrong).await.code(), "INVALID_EMAIL_OR_PASSWORD");
    let right = json!({"email": "ada@example.com", "password": PASSWORD, "callbackURL": "/in"});
    let refused = browser.post("/sign-in/email", &right).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::FORBIDDEN, "EMAIL_NOT_VERIFIED"));
    let link = link(&fixture, MailKind::VerifyEmail).await;
    assert_eq!(browser.get(&link).await.headers[header::LOCATION], "/in");
    assert_eq!(browser.get("/get-session").await.body["user"]["emailVerified"], true, "the link signs in");
    assert_eq!(browser.post("/sign-in/email", &right).await.status, StatusCode::OK);
}

async fn change(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, changes).await;
    let user = fixture.user("ada@example.com").await;
    fixture.user("taken@example.com").await;
    let mut browser = signed_in(&fixture, "ada@example.com").await;
    let proven = auth_core::domain::UserChange { email_verified: Some(true), ..Default::default() };
    fixture.auth.store().users().update(&user.id, proven).await.unwrap();
    for (email, status) in
        [("taken@example.com", StatusCode::OK), ("ADA@example.com", StatusCode::BAD_REQUEST)]
    {
        let answer = browser.post("/change-email", &json!({"newEmail": email})).await;
        assert_eq!(answer.status, status, "{email}");
    }
    fixture.auth.settle().await;
    assert!(fixture.captured.all().is_empty());

    let body = json!({"newEmail": "new@example.com", "callbackURL": "/profile"});
    assert_eq!(browser.post("/change-email", &body).await.body, json!({"status": true}));
    let mail = fixture.mail(MailKind::ChangeEmail).await.unwrap();
    assert_eq!((mail.to.as_str(), mail.new_email.as_deref()), ("ada@example.com", Some("new@example.com")));
    let confirmed = browser.get(&link(&fixture, MailKind::ChangeEmail).await).await;
    assert_eq!(confirmed.headers[header::LOCATION], "/profile");
    let mail = fixture.mail(MailKind::VerifyEmail).await.unwrap();
    assert_eq!(mail.to, "new@example.com");
    assert_eq!(browser.get("/get-session").await.body["user"]["email"], "ada@example.com");
    let verification = link(&fixture, MailKind::VerifyEmail).await;
    assert_eq!(browser.get(&verification).await.headers[header::LOCATION], "/profile");
    let now = browser.get("/get-session").await;
    assert_eq!(now.body["user"]["email"], "new@example.com");
    assert_eq!(now.body["user"]["emailVerified"], true);
    assert_eq!(browser.get(&verification).await.headers[header::LOCATION], "/profile?error=INVALID_TOKEN");
}

async fn bound_change(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, changes).await;
    fixture.user("ada@example.com").await;
    fixture.user("eve@example.com").await;
    let mut ada = signed_in(&fixture, "ada@example.com").await;
    ada.post("/change-email", &json!({"newEmail": "new@example.com", "callbackURL": "/p"})).await;
    // The address is not proven: the mail goes to the new one at once.
    let link = link(&fixture, MailKind::VerifyEmail).await;
    let mut eve = signed_in(&fixture, "eve@example.com").await;
    assert_eq!(eve.get(&link).await.headers[header::LOCATION], "/p?error=INVALID_USER");
    fixture.user("new@example.com").await;
    let taken = ada.get(&link).await;
    assert_eq!(taken.headers[header::LOCATION], "/p?error=USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL");
    assert_eq!(ada.get("/get-session").await.body["user"]["email"], "ada@example.com");
    let mut off = Browser::new(&Fixture::with_same(&fixture, |builder| builder).auth);
    off.cookies = ada.cookies.clone();
    assert_eq!(
        off.post("/change-email", &json!({"newEmail": "x@example.com"})).await.code(),
        "CHANGE_EMAIL_DISABLED"
    );
}

/// Somebody signs up with a foreign address, asks for a change to their own, and waits until its owner has proven it.
async fn stale_change(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, changes).await;
    let user = fixture.user("victim@example.com").await;
    let mut intruder = signed_in(&fixture, "victim@example.com").await;
    let body = json!({"newEmail": "intruder@example.com", "callbackURL": "/p"});
    intruder.post("/change-email", &body).await;
    let before_proof = link(&fixture, MailKind::VerifyEmail).await;
    let request = json!({"email": "victim@example.com"});
    intruder.post("/send-verification-email", &request).await;
    let proof = link(&fixture, MailKind::VerifyEmail).await;
    intruder.get(&proof).await;
    assert_eq!(intruder.get(&before_proof).await.headers[header::LOCATION], "/p?error=INVALID_TOKEN");

    intruder.post("/change-email", &body).await;
    let confirmation = link(&fixture, MailKind::ChangeEmail).await;
    let change = json!({"currentPassword": PASSWORD, "newPassword": "the owner's password"});
    intruder.post("/change-password", &change).await;
    assert_eq!(intruder.get(&confirmation).await.headers[header::LOCATION], "/p?error=INVALID_TOKEN");
    let kept = fixture.auth.store().users().find(&user.id).await.unwrap().unwrap();
    assert_eq!(kept.email.as_str(), "victim@example.com");
}

async fn change_at_once(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, |builder| {
        let mut user = UserConfig::default();
        user.change_email.enabled = true;
        user.change_email.without_verification = true;
        builder.user(user)
    })
    .await;
    fixture.user("ada@example.com").await;
    let mut browser = signed_in(&fixture, "ada@example.com").await;
    let answer = browser.post("/change-email", &json!({"newEmail": "new@example.com"})).await;
    assert_eq!(answer.body, json!({"status": true}));
    assert_eq!(browser.get("/get-session").await.body["user"]["email"], "new@example.com");
    assert_eq!(fixture.mail(MailKind::VerifyEmail).await.unwrap().to, "new@example.com");
}
