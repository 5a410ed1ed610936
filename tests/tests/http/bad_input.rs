//! Bad input: a 4xx with an error code, never a 5xx, and nothing changes.

use std::sync::Arc;

use auth_core::adapter::{Adapter, Filter, ModelId};
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, PASSWORD};
use auth_tests::http_client::{Answer, Browser};
use auth_tests::runner::Case;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("bad_bodies_are_refused_and_change_nothing", bodies),
        Case::new("bad_values_in_every_field_are_refused_or_data", values),
        Case::new("bad_headers_are_harmless", headers),
    ]
}

async fn rows(adapter: &dyn Adapter) -> Vec<u64> {
    let models: Vec<ModelId> = adapter.schema().models().map(|(id, _)| id).collect();
    let mut counts = Vec::new();
    for model in models {
        counts.push(adapter.count(model, Filter::everything()).await.unwrap());
    }
    counts
}

#[track_caller]
fn assert_refused(answer: &Answer, what: &str) {
    assert!(answer.status.is_client_error(), "{what}: {} {}", answer.status, answer.body);
    assert!(!answer.code().is_empty(), "{what}: {}", answer.body);
}

async fn bodies(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let before = rows(&**fixture.auth.adapter()).await;
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(1_000_000));
    let bodies: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b"{".to_vec(),
        b"null".to_vec(),
        b"3".to_vec(),
        b"\"text\"".to_vec(),
        b"[]".to_vec(),
        b"{}".to_vec(),
        b"\xff\xfe".to_vec(),
        b"{\"email\": \"\xc3\x28\", \"password\": \"12345678\", \"name\": \"x\"}".to_vec(),
        b"{\"email\": \"\\ud800\", \"password\": \"12345678\", \"name\": \"x\"}".to_vec(),
        deep.into_bytes(),
        large.into_bytes(),
    ];
    for path in ["/sign-up/email", "/sign-in/email", "/revoke-session"] {
        for body in &bodies {
            let answer = Browser::new(&fixture.auth).post_text(path, Body::from(body.clone())).await;
            let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
            assert_refused(&answer, &format!("{path} {shown}"));
        }
    }
    assert_eq!(rows(&**fixture.auth.adapter()).await, before);
}

async fn values(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let mut browser = Browser::new(&fixture.auth);
    browser.post("/sign-in/email", &json!({"email": "ada@example.com", "password": PASSWORD})).await;
    let before = rows(&**fixture.auth.adapter()).await;
    let long = "x".repeat(1_000_000);
    let bad: Vec<Value> = vec![
        json!("a\0b"),
        json!(long),
        json!("x".repeat(300)),
        json!("' OR '1'='1"),
        json!("x'; DROP TABLE auth_users; --"),
        json!("\" OR \"\"=\""),
        json!("%"),
        json!("\u{202e}\u{feff}"),
        json!(1e308),
        json!(-1),
        json!(true),
        json!(null),
        json!([1, [2]]),
        json!({"$ne": null}),
    ];
    let good = |path: &str| match path {
        "/sign-up/email" => json!({"name": "Eve", "email": "ada@example.com", "password": PASSWORD}),
        "/sign-in/email" => json!({"email": "ada@example.com", "password": "wrong password"}),
        _ => json!({"token": "unknown"}),
    };
    // Every other field is right but for one that makes the whole fail, so that nothing may change.
    for (path, fields) in [
        ("/sign-up/email", vec!["name", "email", "password", "image", "callbackURL", "rememberMe"]),
        ("/sign-in/email", vec!["email", "password", "callbackURL", "rememberMe"]),
        ("/revoke-session", vec!["token"]),
    ] {
        for field in fields {
            for value in &bad {
                let mut body = good(path);
                body[field] = value.clone();
                let answer = browser.clone().post(path, &body).await;
                let shown: String = value.to_string().chars().take(40).collect();
                let what = format!("{path} {field} = {shown}");
                let is_text = value.is_string();
                if path == "/revoke-session" && answer.status == StatusCode::OK {
                    assert!(is_text, "{what}");
                } else {
                    assert_refused(&answer, &what);
                }
            }
        }
    }
    assert_eq!(rows(&**fixture.auth.adapter()).await, before);
}

async fn headers(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let long = "x".repeat(100_000);
    for (name, value) in [
        ("cookie", b"better-auth.session_token=\xff\xfe".as_slice()),
        ("cookie", long.as_bytes()),
        ("cookie", b";;;===;;"),
        ("origin", b"\xff"),
        ("referer", long.as_bytes()),
        ("content-type", b"application/json; charset=\xff"),
    ] {
        let request = Request::get("/api/auth/get-session").header(name, value);
        let answer = Browser::new(&fixture.auth).send(request, Body::empty()).await;
        assert_eq!((answer.status, &answer.body), (StatusCode::OK, &Value::Null), "{name}");
        let request = Request::post("/api/auth/sign-in/email")
            .header(header::CONTENT_TYPE, "application/json")
            .header(name, value);
        let body = json!({"email": "ada@example.com", "password": PASSWORD}).to_string();
        let answer = Browser::new(&fixture.auth).send(request, Body::from(body)).await;
        assert_refused(&answer, name);
    }
    let agent = Request::post("/api/auth/sign-up/email")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::USER_AGENT, [b"\xff\xfe".as_slice(), long.as_bytes()].concat());
    let body = json!({"name": "Ada", "email": "ada@example.com", "password": PASSWORD}).to_string();
    let answer = Browser::new(&fixture.auth).send(agent, Body::from(body)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}
