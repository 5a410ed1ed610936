//! The exchanges that were recorded from Better Auth 1.7.25, as far as this library has the endpoints.

use std::sync::Arc;

use auth_tests::backend::TestDatabase;
use auth_tests::fixture::Fixture;
use auth_tests::http_client::{Answer, Browser};
use auth_tests::runner::Case;
use axum::body::Body;
use axum::http::{Request, header};
use serde_json::Value;

pub(crate) fn cases() -> Vec<Case> {
    vec![Case::new("recorded_exchanges_are_answered_as_better_auth_did", replay)]
}

const SERVED: [&str; 9] = [
    "/ok",
    "/sign-up/email",
    "/sign-in/email",
    "/get-session",
    "/sign-out",
    "/list-sessions",
    "/revoke-session",
    "/list-accounts",
    "/update-user",
];

/// Stops where the recording changes what this library cannot change yet (the password).
async fn replay(database: Arc<TestDatabase>) {
    let recording: Value = serde_json::from_str(include_str!("../../vectors/http_flow_sqlite.json")).unwrap();
    let fixture = Fixture::new(&database).await;
    let mut browser = Browser::new(&fixture.auth);
    let mut replayed = 0;
    for exchange in recording["log"].as_array().unwrap() {
        let request = &exchange["request"];
        let path = request["path"].as_str().unwrap();
        if path == "/reset-password" {
            break;
        }
        if !SERVED.contains(&path) {
            continue;
        }
        let answer = send(&mut browser, request).await;
        compare(exchange, &answer);
        replayed += 1;
    }
    assert_eq!(replayed, 14);
}

async fn send(browser: &mut Browser, request: &Value) -> Answer {
    let mut builder = Request::builder()
        .method(request["method"].as_str().unwrap())
        .uri(format!("/api/auth{}", request["path"].as_str().unwrap()));
    for (name, value) in request["headers"].as_object().unwrap() {
        builder = builder.header(name, value.as_str().unwrap());
    }
    if request["headers"]["origin"].is_null() {
        builder = builder.header(header::ORIGIN, "http://localhost:3000");
    }
    match &request["body"] {
        Value::Null => browser.send(builder, Body::empty()).await,
        body => {
            let builder = builder.header(header::CONTENT_TYPE, "application/json");
            browser.send(builder, Body::from(body.to_string())).await
        }
    }
}

fn compare(exchange: &Value, answer: &Answer) {
    let what = &exchange["request"];
    assert_eq!(u64::from(answer.status.as_u16()), exchange["status"].as_u64().unwrap(), "{what}");
    assert_eq!(shape(&answer.body), shape(&exchange["body"]), "{what}");
    let recorded: Vec<String> = exchange["set_cookie"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| attributes(line.as_str().unwrap()))
        .collect();
    let found: Vec<String> = answer.set_cookies().into_iter().map(attributes).collect();
    assert_eq!(found, recorded, "{what}");
    for (name, value) in exchange["headers"].as_object().unwrap() {
        let found = answer.headers.get(name).map(|value| value.to_str().unwrap());
        assert_eq!(found, value.as_str(), "{what} {name}");
    }
}

/// Keys in their order, and values where they do not differ from run to run; the recorded application has
/// three additional fields.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(name, _)| !["role", "lang", "secretNote"].contains(&name.as_str()))
            .map(|(name, value)| {
                let random = [
                    "token",
                    "id",
                    "userId",
                    "accountId",
                    "createdAt",
                    "updatedAt",
                    "expiresAt",
                    "ipAddress",
                    "userAgent",
                ];
                let value = if random.contains(&name.as_str()) { "…".into() } else { shape(value) };
                (name.clone(), value)
            })
            .collect(),
        Value::Array(items) => items.iter().map(shape).collect(),
        other => other.clone(),
    }
}

/// A cookie without its value, unless the value is empty.
fn attributes(line: &str) -> String {
    let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
    let (name, value) = pair.split_once('=').unwrap();
    format!("{name}={};{attributes}", if value.is_empty() { "" } else { "…" })
}
