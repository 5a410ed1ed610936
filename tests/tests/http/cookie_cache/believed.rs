//! When what a browser kept is believed, and when the database is asked.

use std::sync::Arc;

use auth_axum::{CurrentSession, StoredSession, require_session};
use auth_core::config::{CookieCacheConfig, CookieCacheStrategy};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{Fixture, PASSWORD};
use auth_tests::http_client::Browser;
use auth_tests::runner::Case;
use auth_tests::statements::record;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::middleware::from_fn;
use axum::routing::get;
use axum::{Extension, Router};
use serde_json::{Value, json};
use time::Duration;
use tower::ServiceExt;

use super::{NAME, STRATEGIES, ask, caching, is_expired, line, sign_in, with_ada};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("without_the_setting_no_session_is_kept", off),
        Case::new("a_session_that_the_browser_kept_takes_no_statement", hit),
        Case::new("what_does_not_hold_is_asked_of_the_database_and_kept_anew", rejected),
        Case::new("without_a_refresh_what_does_not_hold_is_taken_away", taken_away),
        Case::new("a_revoked_session_lives_for_max_age_in_the_cookie_and_no_longer", revoked),
        Case::new("a_revoked_session_changes_nothing_though_the_cookie_holds", sensitive),
        Case::new("an_expired_session_is_none_though_the_cookie_holds", expired),
        Case::new("a_session_that_is_due_is_answered_from_the_cookie_first", due),
        Case::new("a_handler_chooses_between_cookie_and_database", extractors),
    ]
}

async fn off(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let mut browser = sign_in(&fixture).await;
    assert!(!browser.cookies.contains_key(NAME));
    // Nor is one believed that another server of the same secret set.
    let other = Fixture::with_same(&fixture, |builder| builder.session(caching(|_| {})));
    let mut there = Browser::new(&other.auth);
    there.cookies = browser.cookies.clone();
    there.get("/get-session").await;
    browser.cookies = there.cookies;
    assert!(browser.cookies.contains_key(NAME));
    let (answer, statements) = ask(&mut browser, "/get-session").await;
    assert!(answer.body.is_object() && answer.set_cookies().is_empty());
    assert_eq!(statements, usize::from(database.backend() != Backend::Memory));
}

async fn hit(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    for strategy in STRATEGIES {
        let settings = caching(|session| session.cookie_cache.strategy = strategy);
        let fixture = Fixture::with_same(&fixture, |builder| builder.session(settings));
        let mut browser = Browser::new(&fixture.auth);
        let body = json!({"email": "ada@example.com", "password": PASSWORD});
        let set = line(&browser.post("/sign-in/email", &body).await).unwrap();
        assert!(set.ends_with("; Max-Age=300; Path=/; HttpOnly; SameSite=Lax"), "{set}");
        let (stored, _) = ask(&mut browser, "/get-session?disableCookieCache=true").await;
        let (kept, statements) = ask(&mut browser, "/get-session").await;
        assert_eq!(statements, 0, "{strategy:?}");
        assert_eq!(kept.body, stored.body, "{strategy:?}");
        assert!(kept.set_cookies().is_empty(), "{strategy:?}");
        assert_eq!(kept.headers[header::CACHE_CONTROL], "no-store");
    }
}

/// Each of these is refused, the database answers, and the next request is answered from the cookie again.
async fn rejected(database: Arc<TestDatabase>) {
    let fixture = with_ada(&database, |_| {}).await;
    let mut browser = sign_in(&fixture).await;
    let other = sign_in(&fixture).await.cookies[NAME].clone();
    let as_set_by = |change: fn(&mut CookieCacheConfig)| {
        let settings = caching(|session| change(&mut session.cookie_cache));
        let server = Fixture::with_same(&fixture, |builder| builder.session(settings));
        let mut there = Browser::new(&server.auth);
        there.cookies = browser.cookies.clone();
        async move {
            there.get("/get-session?disableCookieCache=1").await;
            there.cookies[NAME].clone()
        }
    };
    let version = as_set_by(|config| config.version.insert(0, '2')).await;
    let jwt = as_set_by(|config| config.strategy = CookieCacheStrategy::Jwt).await;
    let short = as_set_by(|config| config.max_age = Duration::seconds(1)).await;
    let mut changed = browser.cookies[NAME].clone();
    changed.replace_range(100..101, if changed.as_bytes()[100] == b'A' { "B" } else { "A" });
    fixture.clock.advance(Duration::seconds(1));
    for (what, value) in [
        ("changed", &*changed),
        ("of another session", &other),
        ("of another version", &version),
        ("of another strategy", &jwt),
        ("over", &short),
        ("no value", "x"),
        ("empty", ""),
    ] {
        browser.cookies.insert(NAME.to_owned(), value.to_owned());
        let (answer, statements) = ask(&mut browser, "/get-session").await;
        assert!(answer.body.is_object(), "{what}");
        assert_eq!(statements, usize::from(database.backend() != Backend::Memory), "{what}");
        assert!(line(&answer).unwrap().contains("; Max-Age=300;"), "{what}");
        assert_eq!(ask(&mut browser, "/get-session").await.1, 0, "{what}");
    }
}

async fn taken_away(database: Arc<TestDatabase>) {
    let fixture = with_ada(&database, |_| {}).await;
    let mut browser = sign_in(&fixture).await;
    browser.cookies.insert(NAME.to_owned(), "x".to_owned());
    let answer = browser.get("/get-session?disableCookieCache=1&disableRefresh=1").await;
    assert!(answer.body.is_object() && answer.set_cookies().is_empty(), "nobody looked at it");
    let answer = browser.get("/get-session?disableRefresh=1").await;
    assert!(answer.body.is_object());
    assert!(is_expired(&line(&answer).unwrap()));
    assert_eq!(answer.set_cookies().len(), 1);
}

async fn revoked(database: Arc<TestDatabase>) {
    for strategy in STRATEGIES {
        let fixture = with_ada(&database, |session| session.cookie_cache.strategy = strategy).await;
        let (mut lost, mut own) = (sign_in(&fixture).await, sign_in(&fixture).await);
        own.post("/revoke-other-sessions", &json!({})).await;
        // Another writer may have signed it for longer.
        let settings = caching(|session| {
            session.cookie_cache.strategy = strategy;
            session.cookie_cache.max_age = Duration::minutes(1);
        });
        let strict = Fixture::with_same(&fixture, |builder| builder.session(settings));
        let mut elsewhere = Browser::new(&strict.auth);
        elsewhere.cookies = lost.cookies.clone();
        fixture.clock.advance(Duration::seconds(59));
        assert!(elsewhere.get("/get-session").await.body.is_object(), "{strategy:?}");
        fixture.clock.advance(Duration::seconds(1));
        assert_eq!(elsewhere.get("/get-session").await.body, Value::Null, "{strategy:?}");
        fixture.clock.advance(Duration::seconds(239));
        let (answer, statements) = ask(&mut lost, "/get-session").await;
        assert!(answer.body.is_object() && statements == 0, "{strategy:?}");
        fixture.clock.advance(Duration::seconds(1));
        let answer = lost.get("/get-session").await;
        assert_eq!(answer.body, Value::Null, "{strategy:?}");
        assert!(is_expired(&line(&answer).unwrap()) && lost.cookies.is_empty(), "{strategy:?}");
        fixture.auth.store().users().delete(&user_id(&own.get("/get-session").await.body)).await.unwrap();
    }
}

fn user_id(body: &Value) -> auth_core::domain::UserId {
    auth_core::domain::UserId::new(body["user"]["id"].as_str().unwrap())
}

async fn sensitive(database: Arc<TestDatabase>) {
    let fixture = with_ada(&database, |_| {}).await;
    let (mut lost, mut own) = (sign_in(&fixture).await, sign_in(&fixture).await);
    own.post("/revoke-other-sessions", &json!({})).await;
    for (path, body) in [
        ("/update-user", json!({"name": "Eve"})),
        ("/update-session", json!({"a": 1})),
        ("/change-email", json!({"newEmail": "eve@example.com"})),
        ("/change-password", json!({"newPassword": "a new password", "currentPassword": PASSWORD})),
        ("/verify-password", json!({"password": PASSWORD})),
        ("/delete-user", json!({})),
        ("/revoke-session", json!({"token": "t"})),
        ("/revoke-sessions", json!({})),
        ("/revoke-other-sessions", json!({})),
        ("/link-social", json!({"provider": "github"})),
        ("/unlink-account", json!({"accountId": "a"})),
        ("/get-access-token", json!({"accountId": "a"})),
        ("/refresh-token", json!({"accountId": "a"})),
    ] {
        assert_eq!(lost.post(path, &body).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    assert_eq!(lost.get("/list-sessions").await.status, StatusCode::UNAUTHORIZED);
    assert!(lost.get("/get-session").await.body.is_object(), "the cookie holds still");
    assert!(own.get("/get-session?disableCookieCache=1").await.body["user"]["name"] == "Ada");
}

async fn expired(database: Arc<TestDatabase>) {
    let settings = |session: &mut auth_core::config::SessionConfig| {
        session.expires_in = Duration::seconds(200);
        session.expires_in_without_remember = Duration::seconds(200);
    };
    let fixture = with_ada(&database, settings).await;
    let mut browser = sign_in(&fixture).await;
    fixture.clock.advance(Duration::seconds(200));
    assert_eq!(browser.get("/get-session").await.body, Value::Null);
    let absolute = |session: &mut auth_core::config::SessionConfig| {
        session.absolute_lifetime = Some(Duration::seconds(100));
    };
    let other = Fixture::with_same(&fixture, |builder| builder.session(caching(absolute)));
    let mut browser = sign_in(&fixture).await;
    let mut there = Browser::new(&other.auth);
    there.cookies = browser.cookies.clone();
    fixture.clock.advance(Duration::seconds(100));
    assert!(browser.get("/get-session").await.body.is_object());
    assert_eq!(there.get("/get-session").await.body, Value::Null);
}

async fn due(database: Arc<TestDatabase>) {
    let fixture = with_ada(&database, |session| session.cookie_cache.max_age = Duration::hours(36)).await;
    let mut browser = sign_in(&fixture).await;
    fixture.clock.advance(Duration::hours(35));
    let (answer, statements) = ask(&mut browser, "/get-session").await;
    assert_eq!((statements, &answer.body["session"]["expiresAt"]), (0, &json!("2026-12-01T12:00:00.345Z")));
    fixture.clock.advance(Duration::hours(1));
    let answer = browser.get("/get-session").await;
    assert_eq!(answer.body["session"]["expiresAt"], "2026-12-03T00:00:00.345Z");
    assert_eq!(answer.set_cookies().len(), 2, "the token and what is kept");
    let (kept, statements) = ask(&mut browser, "/get-session").await;
    assert_eq!((statements, &kept.body), (0, &answer.body));
}

async fn current(current: CurrentSession) -> String {
    current.user.name
}

async fn stored(stored: StoredSession) -> String {
    stored.user.name.clone()
}

/// Who asks the database again in the same request is told the same.
async fn twice(_: CurrentSession, first: Option<StoredSession>, again: Option<StoredSession>) -> StatusCode {
    assert_eq!(first.is_some(), again.is_some());
    if again.is_some() { StatusCode::OK } else { StatusCode::UNAUTHORIZED }
}

async fn extractors(database: Arc<TestDatabase>) {
    let fixture = with_ada(&database, |_| {}).await;
    let (lost, mut own) = (sign_in(&fixture).await, sign_in(&fixture).await);
    own.post("/revoke-other-sessions", &json!({})).await;
    let app = Router::new()
        .route("/current", get(current))
        .route("/stored", get(stored))
        .route("/twice", get(twice))
        .merge(auth_axum::router(fixture.auth.clone()))
        .route_layer(from_fn(require_session))
        .layer(Extension(fixture.auth.clone()));
    let send = async |browser: &Browser, path: &str| {
        let jar: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::get(path).header(header::COOKIE, jar.join("; ")).body(Body::empty()).unwrap();
        let (response, statements) = record(app.clone().oneshot(request)).await;
        (response.unwrap().status().as_u16(), statements.len())
    };
    let one = usize::from(database.backend() != Backend::Memory);
    assert_eq!(send(&own, "/current").await, (200, 0));
    assert_eq!(send(&own, "/stored").await, (200, one));
    assert_eq!(send(&lost, "/current").await, (200, 0));
    assert_eq!(send(&lost, "/stored").await, (401, one));
    assert_eq!(send(&own, "/twice").await, (200, one));
    assert_eq!(send(&lost, "/twice").await.0, 401);
    // What the layer has found in the cookie is not enough for an endpoint that asks for more.
    assert_eq!(send(&lost, "/api/auth/list-sessions").await, (401, one));
    assert_eq!(send(&own, "/api/auth/list-sessions").await, (200, 2 * one));
}
