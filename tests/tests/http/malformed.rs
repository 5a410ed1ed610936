//! Generated malformed requests over every endpoint of the interface's description: each is refused by a 4xx, and no row
//! changes.

use std::sync::Arc;

use auth_core::adapter::{Adapter, ModelId, Query};
use auth_core::config::UserConfig;
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, PASSWORD};
use auth_tests::http_client::Browser;
use auth_tests::provider::StubProvider;
use auth_tests::runner::Case;
use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Map, Value, json};

pub(crate) fn cases() -> Vec<Case> {
    vec![Case::new("malformed_requests_over_all_endpoints_are_refused_and_change_no_row", all_endpoints)]
}

/// One malformed request.
#[derive(Debug, Clone)]
struct Malformed {
    method: String,
    path: String,
    origin: &'static str,
    media: &'static str,
    body: Vec<u8>,
    signed_in: bool,
}

async fn all_endpoints(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, |builder| {
        let mut user = UserConfig::default();
        user.delete.enabled = true;
        user.change_email.enabled = true;
        builder.user(user).provider(StubProvider::new("stub"))
    })
    .await;
    fixture.user("ada@example.com").await;
    let mut ada = Browser::new(&fixture.auth);
    ada.post("/sign-in/email", &json!({"email": "ada@example.com", "password": PASSWORD})).await;
    let document = ada.get("/open-api").await.body;
    let generated = generate(&document);
    assert!(generated.len() >= 500, "{}", generated.len());
    let before = dump(&**fixture.auth.adapter()).await;
    for malformed in &generated {
        let mut browser = if malformed.signed_in { ada.clone() } else { Browser::new(&fixture.auth) };
        let request = Request::builder()
            .method(malformed.method.as_str())
            .uri(&malformed.path)
            .header(header::ORIGIN, malformed.origin)
            .header(header::CONTENT_TYPE, malformed.media);
        let answer = browser.send(request, Body::from(malformed.body.clone())).await;
        assert!(answer.status.is_client_error(), "{malformed:?}\n{} {}", answer.status, answer.body);
    }
    fixture.auth.settle().await;
    assert_eq!(dump(&**fixture.auth.adapter()).await, before);
    assert!(fixture.captured.all().is_empty(), "no mail is sent");
}

/// Every row of every model.
async fn dump(adapter: &dyn Adapter) -> Vec<String> {
    let models: Vec<ModelId> = adapter.schema().models().map(|(id, _)| id).collect();
    let mut rows = Vec::new();
    for model in models {
        // Rate limits have no table here.
        if model == auth_core::schema::rate_limit::MODEL {
            continue;
        }
        for row in adapter.find_many(Query::new(model)).await.unwrap() {
            rows.push(format!("{row:?}"));
        }
    }
    assert!(rows.len() >= 3, "a user, an account and two sessions");
    rows.sort();
    rows
}

fn generate(document: &Value) -> Vec<Malformed> {
    let mut all = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let path = path.replace("{token}", "unknown").replace("{provider}", "stub");
            for signed_in in [true, false] {
                let base = Malformed {
                    method: method.to_uppercase(),
                    path: format!("/api/auth{path}"),
                    origin: "http://localhost:3000",
                    media: "application/json",
                    body: b"{}".to_vec(),
                    signed_in,
                };
                around(&base, &mut all);
                if method == "post" && !path.starts_with("/callback") {
                    bodies(&base, operation, &mut all);
                } else {
                    queries(&base, operation, &mut all);
                }
            }
        }
    }
    all
}

/// Requests whose method, path or origin is wrong.
fn around(base: &Malformed, all: &mut Vec<Malformed>) {
    for method in ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"] {
        all.push(Malformed { method: method.to_owned(), ..base.clone() });
    }
    for path in [format!("{}/", base.path), base.path.replacen("/api/auth/", "/api/auth//", 1)] {
        all.push(Malformed { path, ..base.clone() });
    }
    if base.method == "POST" && base.signed_in && !base.path.contains("/callback/") {
        for origin in ["https://evil.example", "null", "nonsense"] {
            all.push(Malformed { origin, ..base.clone() });
        }
    }
}

/// Bodies that are no JSON object, or whose fields are missing or of the wrong type.
fn bodies(base: &Malformed, operation: &Value, all: &mut Vec<Malformed>) {
    let Some(content) = operation["requestBody"]["content"].as_object() else {
        return;
    };
    let with = |body: &str| Malformed { body: body.as_bytes().to_vec(), ..base.clone() };
    for body in ["{", "[]", "null", "3", "\"text\"", "{\"a\":}", "{\"email\":\"\\ud800\"}"] {
        all.push(with(body));
    }
    all.push(Malformed { body: b"\xff\xfe{}".to_vec(), ..base.clone() });
    for media in ["text/plain", "application/xml", "multipart/form-data", ""] {
        all.push(Malformed { media, ..base.clone() });
    }
    let schema = &content["application/json"]["schema"];
    let properties = schema["properties"].as_object().unwrap();
    let valid: Map<String, Value> =
        properties.iter().map(|(name, schema)| (name.clone(), example(name, schema))).collect();
    for name in schema["required"].as_array().into_iter().flatten() {
        let mut body = valid.clone();
        body.shift_remove(name.as_str().unwrap());
        all.push(with(&Value::Object(body).to_string()));
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        let mut body = valid.clone();
        body.insert(name.as_str().unwrap().to_owned(), json!("a\u{0}b"));
        all.push(with(&Value::Object(body).to_string()));
    }
    for (name, schema) in properties {
        for wrong in [json!(7), json!(true), json!("text"), json!(null), json!([[]]), json!({"$ne": [null]})]
        {
            if fits(schema, &wrong) {
                continue;
            }
            let mut body = valid.clone();
            body.insert(name.clone(), wrong);
            all.push(with(&Value::Object(body).to_string()));
        }
    }
}

/// Queries whose required parameters are missing, or lead elsewhere.
fn queries(base: &Malformed, operation: &Value, all: &mut Vec<Malformed>) {
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap();
        if parameter["in"] == "query" && parameter["required"] == true {
            all.push(base.clone());
            all.push(Malformed { path: format!("{}?{name}x=1", base.path), ..base.clone() });
            // Where the answer is no redirect to the application's page.
            if name != "callbackURL" {
                all.push(Malformed { path: format!("{}?{name}=a%00b", base.path), ..base.clone() });
            }
        }
        if name == "callbackURL" {
            for url in [
                "https://evil.example",
                "//evil.example",
                "/%5Cevil.example",
                "javascript:alert(1)",
                "/a%00b",
            ] {
                all.push(Malformed {
                    path: format!("{}?token=x&callbackURL={url}", base.path),
                    ..base.clone()
                });
            }
        }
    }
}

/// A value that would be right, if every other were.
fn example(name: &str, schema: &Value) -> Value {
    match (name, schema["type"].as_str()) {
        ("provider", _) => json!("stub"),
        (_, Some("boolean")) => json!(true),
        (_, Some("array")) => json!([]),
        (_, Some("object")) => json!({ "token": "forged" }),
        (_, Some("number")) => json!(1),
        _ if schema["format"] == "email" => json!("ada@example.com"),
        _ if name.ends_with("URL") || name == "redirectTo" => json!("/"),
        _ => json!("unknown"),
    }
}

/// Whether a value is of the type that is asked for.
fn fits(schema: &Value, value: &Value) -> bool {
    let is = |name: &str| match name {
        // An address and a picture are texts of some form.
        "string" => value.is_string() && schema["format"] != "email",
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        "object" => value.is_object(),
        _ => false,
    };
    match &schema["type"] {
        Value::String(name) => is(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(is),
        _ => false,
    }
}
