//! `CurrentSession` in handlers of an application that has a state of its own.

use std::sync::Arc;

use auth_axum::{CurrentSession, CurrentUser, require_session};
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, PASSWORD};
use auth_tests::http_client::Browser;
use auth_tests::runner::Case;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, StatusCode, header};
use axum::middleware::from_fn;
use axum::routing::get;
use axum::{Extension, Router};
use http_body_util::BodyExt;
use serde_json::json;
use tower::ServiceExt;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("a_handler_learns_who_is_asking", handler),
        Case::new("a_layer_lets_only_requests_with_a_session_through", layer),
    ]
}

async fn strict(State(greeting): State<&'static str>, current: CurrentSession) -> String {
    format!("{greeting} {}", current.user.name)
}

async fn lenient(current: Option<CurrentSession>) -> String {
    current.map_or_else(|| "nobody".to_owned(), |current| current.user.name)
}

async fn ask(app: &Router, path: &str, cookie: Option<&str>) -> (StatusCode, String) {
    let request = Request::get(path);
    let request = if let Some(cookie) = cookie { request.header(header::COOKIE, cookie) } else { request };
    let response = app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

async fn user(user: CurrentUser, current: CurrentSession) -> String {
    assert_eq!(user.id, current.user.id);
    user.name.clone()
}

async fn layer(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let signed_up = fixture.sign_up("ada@example.com").await.unwrap();
    let session = signed_up.session.unwrap();
    let app = Router::new()
        .route("/private", get(user))
        .route("/plain", get(|| async { "plain" }))
        .route_layer(from_fn(require_session))
        .route("/public", get(|| async { "public" }))
        .layer(Extension(fixture.auth.clone()));
    let (_, cookie) = auth_axum::testing::cookie(&fixture.auth, &session.token);
    let cookie = cookie.to_str().unwrap();
    assert_eq!(ask(&app, "/private", Some(cookie)).await, (StatusCode::OK, "Ada".to_owned()));
    for path in ["/private", "/plain"] {
        let (status, body) = ask(&app, path, None).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        assert_eq!(body, r#"{"message":"Unauthorized","code":"UNAUTHORIZED"}"#);
    }
    assert_eq!(ask(&app, "/public", None).await.1, "public");

    // A handler by itself, without an `Auth`.
    let alone = Router::new().route("/private", get(user));
    let request = Request::get("/private").body(Body::empty()).unwrap();
    let request = auth_axum::testing::signed_in(request, session, signed_up.user);
    assert_eq!(alone.oneshot(request).await.unwrap().status(), StatusCode::OK);
}

async fn handler(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let mut browser = Browser::new(&fixture.auth);
    browser.post("/sign-in/email", &json!({"email": "ada@example.com", "password": PASSWORD})).await;
    let cookie = format!("better-auth.session_token={}", browser.cookies["better-auth.session_token"]);
    let app = Router::new()
        .route("/strict", get(strict))
        .route("/lenient", get(lenient))
        .merge(auth_axum::router(fixture.auth.clone()))
        .layer(Extension(fixture.auth.clone()))
        .with_state("hello");
    assert_eq!(ask(&app, "/strict", Some(&cookie)).await, (StatusCode::OK, "hello Ada".to_owned()));
    assert_eq!(ask(&app, "/lenient", Some(&cookie)).await, (StatusCode::OK, "Ada".to_owned()));
    assert_eq!(ask(&app, "/lenient", None).await, (StatusCode::OK, "nobody".to_owned()));
    let (status, body) = ask(&app, "/strict", None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(body, r#"{"message":"Unauthorized","code":"UNAUTHORIZED"}"#);
    assert_eq!(ask(&app, "/api/auth/ok", None).await.1, r#"{"ok":true}"#);
}
