//! Signed cookies.

use std::sync::Arc;

use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, PASSWORD, SECRET};
use auth_tests::http_client::Browser;
use auth_tests::runner::Case;
use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("a_cookie_is_written_as_better_auth_writes_it", vector),
        Case::new("a_tampered_cookie_is_no_session", tampered),
        Case::new("a_cookie_is_read_in_every_form_that_browsers_send", lenient),
        Case::new("an_https_server_sets_secure_cookies", secure),
    ]
}

async fn sign_in(fixture: &Fixture) -> (Browser, String, String) {
    fixture.user("ada@example.com").await;
    let mut browser = Browser::new(&fixture.auth);
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    let answer = browser.post("/sign-in/email", &body).await;
    let token = answer.body["token"].as_str().unwrap().to_owned();
    let line = answer.set_cookies()[0].to_owned();
    (browser, token, line)
}

/// The vector's value is another token; its line must become ours by exchanging token and signature.
async fn vector(database: Arc<TestDatabase>) {
    let vectors: Value = serde_json::from_str(include_str!("../../vectors/signed_cookie.json")).unwrap();
    let vector = &vectors["vectors"][0];
    assert_eq!(vector["secret"], SECRET);
    let fixture = Fixture::new(&database).await;
    let (_, token, line) = sign_in(&fixture).await;
    let signed = auth_core::token::signed::sign(fixture.auth.secrets(), &token);
    let encoded = signed.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let expected =
        vector["set_cookie"].as_str().unwrap().replace(vector["encoded"].as_str().unwrap(), &encoded);
    assert_eq!(line, expected);
}

async fn tampered(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let (mut browser, token, _) = sign_in(&fixture).await;
    let name = "better-auth.session_token";
    let good = browser.cookies[name].clone();
    assert!(browser.get("/get-session").await.body.is_object());
    let signature = good.split_once('.').unwrap().1.to_owned();
    let other = auth_core::token::signed::sign(&auth_core::crypto::Secrets::new("x".repeat(32)), &token);
    for bad in [
        format!("{}.{signature}", token.to_uppercase()),
        format!("{token}x.{signature}"),
        format!("{token}."),
        token.clone(),
        other,
        format!(".{signature}"),
        String::new(),
        "%ff%fe".to_owned(),
    ] {
        browser.cookies.insert(name.to_owned(), bad.clone());
        let answer = browser.get("/get-session").await;
        assert_eq!(answer.body, Value::Null, "{bad}");
    }
}

async fn lenient(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let (browser, ..) = sign_in(&fixture).await;
    let value = browser.cookies["better-auth.session_token"].clone();
    let plain = value.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
    for line in [
        format!("a=b;better-auth.session_token={value}"),
        format!("better-auth.session_token=\"{value}\"; c=d"),
        format!("better-auth.session_token={plain}"),
        format!("x; =y; better-auth.session_token={value}; better-auth.session_token=second"),
    ] {
        let request = Request::get("/api/auth/get-session").header(header::COOKIE, &line);
        let answer = Browser::new(&fixture.auth).send(request, Body::empty()).await;
        assert!(answer.body.is_object(), "{line}");
    }
    let beside_other_bytes = [b"name=Jos\xe9; better-auth.session_token=", value.as_bytes()].concat();
    let request = Request::get("/api/auth/get-session").header(header::COOKIE, beside_other_bytes);
    assert!(Browser::new(&fixture.auth).send(request, Body::empty()).await.body.is_object());
}

async fn secure(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, |builder| {
        builder.base_url("https://example.com").trusted_origin("http://localhost:3000")
    })
    .await;
    let (mut browser, _, line) = sign_in(&fixture).await;
    assert!(line.starts_with("__Secure-better-auth.session_token="), "{line}");
    assert!(line.ends_with("; Max-Age=604800; Path=/; HttpOnly; Secure; SameSite=Lax"), "{line}");
    assert!(browser.get("/get-session").await.body.is_object());
}
