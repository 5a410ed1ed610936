//! The exchanges that were recorded from Better Auth 1.7.25, every one of them.

use std::sync::Arc;

use auth_core::config::{HttpConfig, UserConfig};
use auth_core::mail::MailKind;
use auth_core::schema::{IdStrategy, Schema};
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::Fixture;
use auth_tests::http_client::{Answer, Browser};
use auth_tests::provider::StubProvider;
use auth_tests::runner::Case;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::Value;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("recorded_exchanges_are_answered_as_better_auth_did", replay),
        Case::new("what_the_official_client_sends_is_understood", client_requests),
    ]
}

/// The recorded application's settings.
async fn recorded(database: &TestDatabase, ids: IdStrategy) -> Fixture {
    let schema = Schema::builder().ids(ids).build().unwrap();
    Fixture::on(database.adapter_of(schema).await, |builder| {
        let mut user = UserConfig::default();
        user.change_email.enabled = true;
        user.delete.enabled = true;
        let mut http = HttpConfig::default();
        http.error_url = Some("/".to_owned());
        builder.user(user).http(http).provider(StubProvider::new("github"))
    })
}

/// What was recorded from Better Auth on each engine, with the ids that it had there.
fn recordings() -> [(&'static str, IdStrategy); 5] {
    [
        (include_str!("../../vectors/http_flow_sqlite.json"), IdStrategy::Random),
        (include_str!("../../vectors/http_flow_sqlite_serial.json"), IdStrategy::Serial),
        (include_str!("../../vectors/http_flow_postgres.json"), IdStrategy::Random),
        (include_str!("../../vectors/http_flow_postgres_uuid.json"), IdStrategy::UuidV4),
        (include_str!("../../vectors/http_flow_mysql.json"), IdStrategy::Random),
    ]
}

async fn replay(database: Arc<TestDatabase>) {
    for (recording, ids) in recordings() {
        if ids == IdStrategy::Serial && !database.backend().counts_ids() {
            continue;
        }
        let database = database.backend().create().await;
        replay_one(&database, &serde_json::from_str(recording).unwrap(), ids).await;
        database.remove().await;
    }
}

/// Every exchange, with the tokens of this run's mail in the place of the recorded ones.
async fn replay_one(database: &TestDatabase, recording: &Value, ids: IdStrategy) {
    let fixture = recorded(database, ids).await;
    let mut browser = Browser::new(&fixture.auth);
    let mut tokens: Vec<(String, String)> = Vec::new();
    let mut replayed = 0;
    for exchange in recording["log"].as_array().unwrap() {
        learn(&fixture, exchange["request"]["path"].as_str().unwrap(), &mut tokens).await;
        let text = tokens.iter().fold(exchange.to_string(), |text, (old, new)| text.replace(old, new));
        let exchange: Value = serde_json::from_str(&text).unwrap();
        let answer = send(&mut browser, &exchange["request"]).await;
        compare(&exchange, &answer);
        replayed += 1;
    }
    assert_eq!(replayed, 39);
}

/// Every path, method and media type of the client is served, whatever becomes of the request itself.
async fn client_requests(database: Arc<TestDatabase>) {
    let recorded: Value = serde_json::from_str(include_str!("../../vectors/client_requests.json")).unwrap();
    let fixture = Fixture::with(&database, |builder| builder.provider(StubProvider::new("github"))).await;
    let mut browser = Browser::new(&fixture.auth);
    let mut understood = 0;
    for call in recorded.as_array().unwrap() {
        let request = &call["request"];
        let url = request["url"].as_str().unwrap().replace("http://localhost:3000", "");
        let mut builder = Request::builder().method(request["method"].as_str().unwrap()).uri(url);
        builder = builder.header(header::ORIGIN, "http://localhost:3000");
        for (name, value) in request["headers"].as_object().unwrap() {
            builder = builder.header(name, value.as_str().unwrap());
        }
        let body = request["body"].as_str().unwrap_or_default().to_owned();
        let answer = browser.send(builder, Body::from(body)).await;
        // Deletion is off here, and says so by 404 with a body.
        let served = answer.status != StatusCode::NOT_FOUND || !answer.body.is_null();
        let read = answer.status != StatusCode::UNSUPPORTED_MEDIA_TYPE && !answer.status.is_server_error();
        assert!(served && read, "{call}\n{} {}", answer.status, answer.body);
        understood += 1;
    }
    assert!(understood > 20, "{understood}");
}

/// Pairs the token of a recorded link with that of the mail of this run.
async fn learn(fixture: &Fixture, path: &str, tokens: &mut Vec<(String, String)>) {
    let (kind, recorded) = if let Some(rest) = path.strip_prefix("/reset-password/") {
        (MailKind::ResetPassword, rest.split('?').next())
    } else if let Some(rest) = path.strip_prefix("/verify-email?token=ey") {
        (MailKind::VerifyEmail, rest.split('&').next())
    } else {
        return;
    };
    let mail = fixture.mail(kind).await.expect("the mail was asked for before");
    let token = mail.token.expose().trim_start_matches("ey").to_owned();
    tokens.push((recorded.unwrap().to_owned(), token));
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
    let body = if exchange["body"] == "" { &Value::Null } else { &exchange["body"] };
    assert_eq!(shape(&answer.body), shape(body), "{what}");
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
        let expected = value.as_str().unwrap();
        // The stand-in has an address of its own.
        if expected.starts_with("https://github.com") {
            assert!(found.unwrap().starts_with("https://provider.example/authorize?state="), "{found:?}");
            continue;
        }
        // An empty answer has no type here.
        if name == "content-type" && answer.body.is_null() && found.is_none() {
            continue;
        }
        assert_eq!(found, Some(expected), "{what} {name}");
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
                let random = random.contains(&name.as_str()) && !value.is_null();
                let elsewhere = value.as_str().is_some_and(|text| text.starts_with("https://"));
                let value = if random || (name == "url" && elsewhere) { "…".into() } else { shape(value) };
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
