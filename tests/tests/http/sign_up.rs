//! `POST /sign-up/email`.

use std::sync::Arc;

use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, PASSWORD};
use auth_tests::http_client::Browser;
use auth_tests::runner::Case;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("sign_up_answers_with_token_and_user_in_better_auths_order", shape),
        Case::new("sign_up_refuses_a_taken_address", taken),
        Case::new("sign_up_names_every_field_that_does_not_fit", validation),
        Case::new("sign_up_takes_a_form_and_no_other_media_type", media),
    ]
}

async fn shape(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let mut browser = Browser::new(&fixture.auth);
    let body = json!({"name": "Ada", "email": "Ada@Example.com", "password": PASSWORD, "unknown": 1});
    let answer = browser.post("/sign-up/email", &body).await;
    assert_eq!(answer.status, StatusCode::OK);
    let token = answer.body["token"].as_str().unwrap();
    assert_eq!(token.len(), 32);
    let user = answer.body["user"].as_object().unwrap();
    let keys: Vec<&String> = user.keys().collect();
    assert_eq!(keys, ["name", "email", "emailVerified", "image", "createdAt", "updatedAt", "id"]);
    assert_eq!(user["email"], "ada@example.com");
    assert_eq!(user["image"], Value::Null);
    assert_eq!(user["createdAt"], "2026-11-24T12:00:00.345Z");
    assert_eq!(browser.get("/get-session").await.body["session"]["token"], token);
}

async fn taken(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let body = json!({"name": "Eve", "email": "ADA@example.com", "password": PASSWORD});
    let answer = Browser::new(&fixture.auth).post("/sign-up/email", &body).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        answer.body,
        json!({
            "message": "User already exists. Use another email.",
            "code": "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL"
        })
    );
    assert!(answer.set_cookies().is_empty());
}

async fn validation(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let cases = [
        (
            json!({"email": 5, "password": null, "rememberMe": "yes"}),
            "[body.name] Invalid input: expected string, received undefined; \
             [body.email] Invalid input: expected string, received number; \
             [body.password] Invalid input: expected string, received null; \
             [body.rememberMe] Invalid input: expected boolean, received string",
        ),
        (
            json!({"name": "A", "email": "not-an-email", "password": PASSWORD}),
            "[body.email] Invalid email address",
        ),
        (
            json!({"name": "A", "email": "a@b.co", "password": ""}),
            "[body.password] Too small: expected string to have >=1 characters",
        ),
        (json!([]), "[body] Invalid input: expected object, received array"),
    ];
    for (body, message) in cases {
        let answer = Browser::new(&fixture.auth).post("/sign-up/email", &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer.body, json!({"message": message, "code": "VALIDATION_ERROR"}));
    }
}

async fn media(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let form = "name=Ada+L&email=ada%40example.com&password=correct+horse+battery+staple";
    let request = |media: &str| Request::post("/api/auth/sign-up/email").header(header::CONTENT_TYPE, media);
    let mut browser = Browser::new(&fixture.auth);
    let answer = browser.send(request("text/plain"), Body::from(form)).await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE")
    );
    let answer = browser.send(request("application/x-www-form-urlencoded"), Body::from(form)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(answer.body["user"]["name"], "Ada L");
}
