//! `/delete-user` and `/delete-user/callback`.

use std::sync::Arc;

use auth_core::config::UserConfig;
use auth_core::mail::MailKind;
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, PASSWORD};
use auth_tests::http_client::Browser;
use auth_tests::runner::Case;
use axum::http::{StatusCode, header};
use serde_json::json;
use time::Duration;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("a_user_is_deleted_by_password_or_fresh_session", directly),
        Case::new("a_user_is_deleted_by_the_mailed_token_of_their_own_once", by_mail),
        Case::new("deletion_is_off_unless_it_is_switched_on", disabled),
    ]
}

fn deletes(by_mail: bool) -> impl FnOnce(auth_core::AuthBuilder) -> auth_core::AuthBuilder {
    move |builder| {
        let mut user = UserConfig::default();
        user.delete.enabled = true;
        user.delete.confirm_by_mail = by_mail;
        builder.user(user)
    }
}

async fn signed_in(fixture: &Fixture, email: &str) -> Browser {
    fixture.user(email).await;
    let mut browser = Browser::new(&fixture.auth);
    browser.post("/sign-in/email", &json!({"email": email, "password": PASSWORD})).await;
    browser
}

async fn directly(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, deletes(false)).await;
    let mut ada = signed_in(&fixture, "ada@example.com").await;
    assert_eq!(
        ada.post("/delete-user", &json!({"password": "wrong password"})).await.code(),
        "INVALID_PASSWORD"
    );
    fixture.clock.advance(Duration::hours(25));
    let stale = ada.post("/delete-user", &json!({})).await;
    assert_eq!((stale.status, stale.code()), (StatusCode::BAD_REQUEST, "SESSION_EXPIRED"));
    let gone = ada.post("/delete-user", &json!({"password": PASSWORD})).await;
    assert_eq!(gone.body, json!({"success": true, "message": "User deleted"}));
    assert_eq!(gone.set_cookies().len(), 3);
    let mut eve = signed_in(&fixture, "eve@example.com").await;
    assert_eq!(eve.post("/delete-user", &json!({})).await.status, StatusCode::OK);
    assert_eq!(fixture.auth.store().users().count().await.unwrap(), 0);
    assert_eq!(eve.post("/delete-user", &json!({})).await.status, StatusCode::UNAUTHORIZED);
}

async fn by_mail(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, deletes(true)).await;
    let mut ada = signed_in(&fixture, "ada@example.com").await;
    let mut eve = signed_in(&fixture, "eve@example.com").await;
    let sent = ada.post("/delete-user", &json!({"callbackURL": "/bye"})).await;
    assert_eq!(sent.body, json!({"success": true, "message": "Verification email sent"}));
    let mail = fixture.mail(MailKind::DeleteAccount).await.unwrap();
    assert_eq!(mail.to, "ada@example.com");
    let path = mail.url.expose().split_once("/api/auth").unwrap().1.to_owned();
    let refused = eve.get(&path).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::NOT_FOUND, "INVALID_TOKEN"));
    assert_eq!(fixture.auth.store().users().count().await.unwrap(), 2);
    let mut nobody = Browser::new(&fixture.auth);
    assert_eq!(nobody.get(&path).await.code(), "FAILED_TO_GET_USER_INFO");
    ada.post("/delete-user", &json!({"callbackURL": "/bye"})).await;
    let mail = fixture.mail(MailKind::DeleteAccount).await.unwrap();
    let path = mail.url.expose().split_once("/api/auth").unwrap().1.to_owned();
    let gone = ada.get(&path).await;
    assert_eq!((gone.status, &gone.headers[header::LOCATION]), (StatusCode::FOUND, &"/bye".parse().unwrap()));
    assert_eq!(gone.set_cookies().len(), 3);
    eve.post("/delete-user", &json!({})).await;
    let token = fixture.mail(MailKind::DeleteAccount).await.unwrap().token;
    let by_post = eve.post("/delete-user", &json!({"token": token.expose()})).await;
    assert_eq!(by_post.body["message"], "User deleted");
    assert_eq!(fixture.auth.store().users().count().await.unwrap(), 0);
}

async fn disabled(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let mut ada = signed_in(&fixture, "ada@example.com").await;
    assert_eq!(ada.post("/delete-user", &json!({})).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ada.get("/delete-user/callback?token=x").await.status, StatusCode::NOT_FOUND);
    assert_eq!(fixture.auth.store().users().count().await.unwrap(), 1);
}
