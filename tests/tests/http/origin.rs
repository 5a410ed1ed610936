//! The origin check.

use std::sync::Arc;

use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, PASSWORD};
use auth_tests::http_client::{Answer, Browser};
use auth_tests::runner::Case;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("a_request_with_cookies_must_come_from_a_trusted_page", with_cookies),
        Case::new("a_forged_sign_in_is_refused_without_cookies_too", forged_sign_in),
    ]
}

async fn post(browser: &Browser, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request =
        Request::post(format!("/api/auth{path}")).header(header::CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    browser.clone().send(request, Body::from(body.to_string())).await
}

async fn with_cookies(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, |builder| builder.trusted_origin("https://app.example.com")).await;
    fixture.user("ada@example.com").await;
    let mut browser = Browser::new(&fixture.auth);
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    browser.post("/sign-in/email", &body).await;
    let own = [("origin", "null"), ("sec-fetch-site", "same-origin"), ("host", "localhost:3000")];
    assert_eq!(post(&browser, "/sign-in/email", &own).await.status, StatusCode::OK);
    for (name, value) in [("sec-fetch-site", "same-site"), ("host", "evil.example")] {
        let mut foreign = own;
        foreign.iter_mut().filter(|(other, _)| *other == name).for_each(|pair| pair.1 = value);
        assert_eq!(
            post(&browser, "/sign-in/email", &foreign).await.code(),
            "MISSING_OR_NULL_ORIGIN",
            "{foreign:?}"
        );
    }
    let forbidden = StatusCode::FORBIDDEN;
    for (headers, status, code) in [
        (vec![], forbidden, "MISSING_OR_NULL_ORIGIN"),
        (vec![("origin", "null")], forbidden, "MISSING_OR_NULL_ORIGIN"),
        (vec![("origin", "https://evil.example")], forbidden, "INVALID_ORIGIN"),
        (vec![("origin", "http://localhost:3001")], forbidden, "INVALID_ORIGIN"),
        (vec![("origin", "http://localhost:3000.evil.example")], forbidden, "INVALID_ORIGIN"),
        (vec![("origin", "nonsense")], forbidden, "INVALID_ORIGIN"),
        (vec![("referer", "https://evil.example/http://localhost:3000")], forbidden, "INVALID_ORIGIN"),
        (vec![("origin", "http://localhost:3000")], StatusCode::OK, ""),
        (vec![("origin", "http://127.0.0.1:3000")], forbidden, "INVALID_ORIGIN"),
        (vec![("origin", "https://localhost:3000")], forbidden, "INVALID_ORIGIN"),
        (vec![("origin", "http://localhost.evil.example:3000")], forbidden, "INVALID_ORIGIN"),
        (vec![("origin", "https://app.example.com")], StatusCode::OK, ""),
        (vec![("referer", "http://localhost:3000/page?x=1")], StatusCode::OK, ""),
    ] {
        let answer = post(&browser, "/sign-in/email", &headers).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{headers:?}");
        // Signing out is checked before it is done: a refused request leaves the session.
        if status == forbidden {
            let answer = post(&browser, "/sign-out", &headers).await;
            assert_eq!((answer.status, answer.code()), (status, code), "{headers:?}");
            assert!(browser.get("/get-session").await.body.is_object());
        }
    }
}

async fn forged_sign_in(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let browser = Browser::new(&fixture.auth);
    let forbidden = StatusCode::FORBIDDEN;
    let navigation = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")];
    for (headers, status, code) in [
        (vec![], StatusCode::OK, ""),
        (navigation.to_vec(), forbidden, "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED"),
        (vec![("sec-fetch-site", "cross-site")], forbidden, "MISSING_OR_NULL_ORIGIN"),
        (vec![("sec-fetch-site", "same-origin"), ("origin", "http://localhost:3000")], StatusCode::OK, ""),
        (vec![("origin", "https://evil.example")], forbidden, "INVALID_ORIGIN"),
        (vec![("origin", "null")], forbidden, "MISSING_OR_NULL_ORIGIN"),
    ] {
        let answer = post(&browser, "/sign-in/email", &headers).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{headers:?}");
    }
}
