//! Rate limits, wherever the counters are.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration as StdDuration;

use async_trait::async_trait;
use auth_core::adapter::{Filter, Query, Record, Value};
use auth_core::config::{
    HttpConfig, MaintenanceConfig, RateLimit, RateLimitConfig, RateLimitRule, RateLimitStorage,
    WhenUnavailable,
};
use auth_core::domain::Email;
use auth_core::secondary_storage::{Entry, MemoryStorage, SecondaryStorage, StorageError, UnreachedStorage};
use auth_core::service::RateLimited;
use auth_core::{Auth, AuthBuilder};
use auth_schema::rate_limit::{COUNT, KEY, LAST_REQUEST, MODEL};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{Fixture, PASSWORD};
use auth_tests::http_client::{Answer, Browser};
use auth_tests::provider::StubProvider;
use auth_tests::runner::Case;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use sea_orm::ConnectionTrait;
use serde_json::json;
use time::Duration;
use time::macros::datetime;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("one_request_too_many_is_refused_whatever_the_storage", refused),
        Case::new("servers_that_share_a_storage_share_the_limit", shared),
        Case::new("the_counters_in_the_database_are_better_auths", rows),
        Case::new("what_clients_make_up_fills_no_storage_and_no_link_stands_in_it", made_up),
        Case::new("attempts_of_an_account_are_counted_without_its_address_in_any_storage", per_account),
        Case::new("without_the_counters_requests_pass_or_not_as_configured", unavailable),
        Case::new("a_limit_of_none_asks_nothing", none),
        Case::new("unused_counters_go_while_others_are_counted", unused),
        Case::new("a_storage_that_is_not_there_is_told_at_the_start", missing),
    ]
}

const STORAGES: [RateLimitStorage; 3] =
    [RateLimitStorage::Memory, RateLimitStorage::Database, RateLimitStorage::SecondaryStorage];

fn limits(storage: Option<RateLimitStorage>) -> RateLimitConfig {
    let mut limits = RateLimitConfig::default();
    limits.enabled = true;
    limits.storage = storage;
    limits
}

fn with(builder: AuthBuilder, limits: RateLimitConfig) -> AuthBuilder {
    let mut http = HttpConfig::default();
    http.rate_limit = limits;
    builder.http(http)
}

/// What a storage was asked for.
#[derive(Debug, Default)]
struct Recording {
    inner: MemoryStorage,
    increments: Mutex<Vec<(String, StdDuration)>>,
}

impl Recording {
    fn keys(&self) -> Vec<String> {
        self.increments.lock().unwrap().iter().map(|(key, _)| key.clone()).collect()
    }
}

#[async_trait]
impl SecondaryStorage for Recording {
    async fn get(&self, key: &str) -> Result<Option<String>, StorageError> {
        self.inner.get(key).await
    }

    async fn set(&self, key: &str, value: &str, ttl: StdDuration) -> Result<(), StorageError> {
        self.inner.set(key, value, ttl).await
    }

    async fn delete(&self, key: &str) -> Result<(), StorageError> {
        self.inner.delete(key).await
    }

    async fn get_and_delete(&self, key: &str) -> Result<Option<String>, StorageError> {
        self.inner.get_and_delete(key).await
    }

    async fn increment(&self, key: &str, ttl: StdDuration) -> Result<u64, StorageError> {
        self.increments.lock().unwrap().push((key.to_owned(), ttl));
        self.inner.increment(key, ttl).await
    }

    async fn compare_and_set(
        &self,
        key: &str,
        expected: Option<&str>,
        new: Option<Entry<'_>>,
    ) -> Result<bool, StorageError> {
        self.inner.compare_and_set(key, expected, new).await
    }
}

/// A sign-in from an address.
async fn sign_in(auth: &Auth, address: &str, email: &str, password: &str) -> Answer {
    let peer: SocketAddr = format!("{address}:1000").parse().unwrap();
    let request = Request::post("/api/auth/sign-in/email")
        .extension(ConnectInfo(peer))
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ORIGIN, "http://localhost:3000");
    let body = json!({ "email": email, "password": password });
    Browser::new(auth).send(request, Body::from(body.to_string())).await
}

async fn wrong(auth: &Auth, address: &str) -> StatusCode {
    sign_in(auth, address, "ada@example.com", "wrong password").await.status
}

fn retry_after(answer: &Answer) -> &str {
    answer.headers["x-retry-after"].to_str().unwrap()
}

async fn counters(auth: &Auth) -> Vec<Record> {
    let rows = auth.adapter().find_many(Query::new(MODEL)).await.unwrap();
    rows.into_iter().map(|row| row.record).collect()
}

async fn keys(auth: &Auth) -> Vec<String> {
    let keys = counters(auth).await.into_iter().map(|row| match row.get(KEY) {
        Some(Value::Text(key)) => key.clone(),
        other => panic!("{other:?}"),
    });
    let mut keys: Vec<String> = keys.collect();
    keys.sort();
    keys
}

async fn refused(database: Arc<TestDatabase>) {
    let adapter = database.adapter().await;
    let is_mysql = matches!(database.backend(), Backend::Mysql | Backend::MysqlWithoutReturning);
    for storage in STORAGES {
        let recording = Arc::new(Recording::default());
        let fixture = Fixture::on(Arc::clone(&adapter), |builder| {
            with(builder, limits(Some(storage))).secondary_storage(recording.clone())
        });
        for _ in 0..3 {
            assert_eq!(wrong(&fixture.auth, "192.0.2.1").await, StatusCode::UNAUTHORIZED, "{storage:?}");
        }
        fixture.clock.advance(Duration::milliseconds(1_500));
        let hashes = fixture.auth.hashes_computed();
        let answer = sign_in(&fixture.auth, "192.0.2.1", "ada@example.com", "wrong password").await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{storage:?}");
        assert_eq!(answer.body, json!({"message": "Too many requests. Please try again later."}));
        // A storage with a time to live and an engine that returns nothing know only the whole window.
        let whole = storage == RateLimitStorage::SecondaryStorage
            || (storage == RateLimitStorage::Database
                && is_mysql
                && !adapter.capabilities().insert_returning);
        assert_eq!(retry_after(&answer), if whole { "10" } else { "9" }, "{storage:?}");
        assert_eq!(fixture.auth.hashes_computed(), hashes, "{storage:?}");
        assert_eq!(wrong(&fixture.auth, "192.0.2.2").await, StatusCode::UNAUTHORIZED, "{storage:?}");
        let asked = recording.increments.lock().unwrap().clone();
        if storage == RateLimitStorage::SecondaryStorage {
            let key = |address: &str| (format!("{address}|/sign-in/email"), StdDuration::from_secs(10));
            let (one, two) = (key("192.0.2.1"), key("192.0.2.2"));
            assert_eq!(asked, [one.clone(), one.clone(), one.clone(), one, two]);
        } else {
            assert_eq!(asked, []);
            fixture.clock.advance(Duration::milliseconds(8_500));
            assert_eq!(wrong(&fixture.auth, "192.0.2.1").await, StatusCode::UNAUTHORIZED, "{storage:?}");
        }
    }
}

async fn shared(database: Arc<TestDatabase>) {
    let one = Fixture::new(&database).await;
    // Another process has a pool of its own.
    let adapter = match database.backend() {
        Backend::Memory => Arc::clone(one.auth.adapter()),
        _ => database.adapter().await,
    };
    let chosen = STORAGES.map(Some).into_iter().chain([None]);
    for (number, storage) in chosen.enumerate() {
        let secondary = Arc::new(MemoryStorage::default());
        let auth = |adapter| {
            let settings =
                |builder: AuthBuilder| with(builder, limits(storage)).secondary_storage(secondary.clone());
            Fixture::on(adapter, settings).auth.clone()
        };
        let (first, second) = (auth(Arc::clone(one.auth.adapter())), auth(Arc::clone(&adapter)));
        let address = format!("192.0.2.{number}");
        let mut statuses = Vec::new();
        for auth in [&first, &second, &first, &second, &first] {
            statuses.push(wrong(auth, &address).await);
        }
        let passed = statuses.iter().filter(|status| **status == StatusCode::UNAUTHORIZED).count();
        let expected = if storage == Some(RateLimitStorage::Memory) { 5 } else { 3 };
        assert_eq!(passed, expected, "{storage:?}: {statuses:?}");
    }
}

async fn rows(database: Arc<TestDatabase>) {
    let settings = |builder| with(builder, limits(Some(RateLimitStorage::Database)));
    let fixture = Fixture::with(&database, settings).await;
    let noon = datetime!(2026-11-24 12:00:00.345 UTC).unix_timestamp() * 1000 + 345;
    for (seconds, count) in [(0, 1), (5, 2)] {
        fixture.clock.advance(Duration::seconds(seconds));
        assert_eq!(wrong(&fixture.auth, "192.0.2.1").await, StatusCode::UNAUTHORIZED);
        let row = counters(&fixture.auth).await.remove(0);
        assert_eq!(row.get(KEY), Some(&Value::from("192.0.2.1|/sign-in/email")));
        assert_eq!(row.get(COUNT), Some(&Value::Int(count)));
        assert_eq!(row.get(LAST_REQUEST), Some(&Value::Int(noon + seconds * 1000)));
    }
    // What Better Auth has counted counts here.
    let change = Record::default().with(COUNT, 3).with(LAST_REQUEST, noon + 4_000);
    fixture.auth.adapter().update_many(MODEL, Filter::everything(), change).await.unwrap();
    assert_eq!(wrong(&fixture.auth, "192.0.2.1").await, StatusCode::TOO_MANY_REQUESTS);
    fixture.clock.advance(Duration::seconds(9));
    assert_eq!(wrong(&fixture.auth, "192.0.2.1").await, StatusCode::UNAUTHORIZED);
    // A connection whose address the server does not tell.
    Browser::new(&fixture.auth).get("/ok").await;
    assert_eq!(keys(&fixture.auth).await, ["192.0.2.1|/sign-in/email", "no-trusted-ip|/ok"]);
}

async fn made_up(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, |builder| {
        with(builder, limits(Some(RateLimitStorage::Database))).provider(StubProvider::new("stub"))
    })
    .await;
    let mut browser = Browser::new(&fixture.auth);
    let long = "x".repeat(3_000);
    for number in 0..40 {
        for path in [
            format!("/made-up/{number}"),
            format!("/sign-in/made-up-{number}"),
            format!("/{long}{number}"),
            format!("/reset-password/token{number}?callbackURL=/"),
            format!("/callback/provider{number}"),
            format!("/ok/?number={number}"),
            format!("/ok?number={number}"),
        ] {
            browser.get(&path).await;
        }
    }
    browser.get("/callback/stub").await;
    let keys = keys(&fixture.auth).await;
    let expected = ["/*", "/callback/:provider", "/callback/stub", "/ok", "/reset-password/:token"];
    assert_eq!(keys, expected.map(|path| format!("no-trusted-ip|{path}")));
}

async fn per_account(database: Arc<TestDatabase>) {
    let adapter = database.adapter().await;
    let people = Fixture::on(Arc::clone(&adapter), |builder| builder);
    people.user("ada@example.com").await;
    for storage in STORAGES {
        let recording = Arc::new(Recording::default());
        let mut limits = RateLimitConfig::default();
        limits.per_account = Some(RateLimit::new(2, 900));
        limits.storage = Some(storage);
        let fixture = Fixture::on(Arc::clone(&adapter), |builder| {
            with(builder, limits).secondary_storage(recording.clone())
        });
        let (wrong, right, mixed) = ("wrong password", PASSWORD, "Ada@Example.com");
        let steps = [
            ("192.0.2.1", wrong, StatusCode::UNAUTHORIZED),
            // The owner's sign-in forgets the attempts.
            ("192.0.2.2", right, StatusCode::OK),
            ("192.0.2.3", wrong, StatusCode::UNAUTHORIZED),
            ("192.0.2.4", wrong, StatusCode::UNAUTHORIZED),
            ("192.0.2.5", right, StatusCode::TOO_MANY_REQUESTS),
        ];
        for (number, (address, password, expected)) in steps.into_iter().enumerate() {
            let answer = sign_in(&fixture.auth, address, mixed, password).await;
            assert_eq!(answer.status, expected, "{storage:?}, step {number}");
        }
        let mut stored = keys(&fixture.auth).await;
        assert_eq!(stored.len(), usize::from(storage == RateLimitStorage::Database), "{stored:?}");
        stored.extend(recording.keys());
        assert!(stored.iter().all(|key| key.ends_with("|sign-in") && !key.contains("example")), "{stored:?}");
        fixture.auth.adapter().delete_many(MODEL, Filter::everything()).await.unwrap();
    }
}

async fn unavailable(database: Arc<TestDatabase>) {
    for policy in [WhenUnavailable::Open, WhenUnavailable::Closed] {
        for storage in [RateLimitStorage::SecondaryStorage, RateLimitStorage::Database] {
            let is_database = storage == RateLimitStorage::Database;
            if is_database && !database.backend().has_tables() {
                continue;
            }
            let mut limits = limits(Some(storage));
            limits.when_unavailable = policy;
            limits.per_account = Some(RateLimit::new(1, 900));
            let settings = |builder| with(builder, limits).secondary_storage(Arc::new(UnreachedStorage));
            let fixture = Fixture::on(database.adapter().await, settings);
            if is_database {
                rename(&fixture.auth, "auth_rate_limits", "away").await;
            }
            let answer = Browser::new(&fixture.auth).get("/ok").await;
            let email = Email::parse("ada@example.com").unwrap();
            let sign_in = fixture.auth.count_sign_in(&email).await;
            // That it cannot be forgotten either is nobody's trouble.
            fixture.auth.forget_sign_ins(&email).await;
            let case = format!("{policy:?}, {storage:?}: {:?}", answer.body);
            match policy {
                WhenUnavailable::Open => {
                    assert_eq!((answer.status, sign_in), (StatusCode::OK, Ok(())), "{case}");
                }
                WhenUnavailable::Closed => {
                    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{case}");
                    assert_eq!(answer.headers[header::RETRY_AFTER], "1");
                    assert_eq!(answer.code(), "SERVICE_UNAVAILABLE");
                    assert_eq!(sign_in, Err(RateLimited::Unavailable), "{case}");
                }
            }
            if is_database {
                rename(&fixture.auth, "away", "auth_rate_limits").await;
            }
        }
    }
}

async fn rename(auth: &Auth, from: &str, to: &str) {
    let seaorm = auth.adapter().seaorm().unwrap();
    let rename = format!("ALTER TABLE {from} RENAME TO {to}");
    seaorm.connection().execute_unprepared(&rename).await.unwrap();
}

async fn none(database: Arc<TestDatabase>) {
    let mut limits = limits(Some(RateLimitStorage::Database));
    let rule = |path: &str, limit| RateLimitRule { path: path.to_owned(), limit };
    limits.rules = vec![rule("/ok", Some(RateLimit::new(0, 7))), rule("/get-session", None)];
    let fixture = Fixture::with(&database, |builder| with(builder, limits)).await;
    let mut browser = Browser::new(&fixture.auth);
    let answer = browser.get("/ok").await;
    assert_eq!((answer.status, retry_after(&answer)), (StatusCode::TOO_MANY_REQUESTS, "7"));
    assert_eq!(browser.get("/get-session").await.status, StatusCode::OK);
    assert_eq!(keys(&fixture.auth).await, Vec::<String>::new());
}

async fn unused(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, |builder| {
        let mut limits = limits(Some(RateLimitStorage::Database));
        limits.rules = vec![RateLimitRule { path: "/error".to_owned(), limit: Some(RateLimit::new(1, 300)) }];
        let mut maintenance = MaintenanceConfig::default();
        maintenance.counters_unused_for = StdDuration::ZERO;
        with(builder, limits).maintenance(maintenance)
    })
    .await;
    let mut browser = Browser::new(&fixture.auth);
    browser.get("/error").await;
    assert_eq!(wrong(&fixture.auth, "192.0.2.1").await, StatusCode::UNAUTHORIZED);
    // Less than the longest window later, nothing goes; and a counter that is used stays.
    for (seconds, left) in [(200, 3), (90, 3), (60, 1)] {
        fixture.clock.advance(Duration::seconds(seconds));
        browser.get("/ok").await;
        fixture.auth.settle().await;
        assert_eq!(keys(&fixture.auth).await.len(), left, "{seconds} s later");
    }
    assert_eq!(keys(&fixture.auth).await, ["no-trusted-ip|/ok"]);
}

async fn missing(database: Arc<TestDatabase>) {
    let adapter = database.adapter().await;
    let build = |adapter, limits| {
        let builder = Auth::builder(adapter, auth_tests::fixture::SECRET);
        with(builder, limits).build()
    };
    let secondary = build(Arc::clone(&adapter), limits(Some(RateLimitStorage::SecondaryStorage)));
    let told = secondary.unwrap_err().to_string();
    assert!(told.contains("AuthBuilder::secondary_storage"), "{told}");
    if !database.backend().has_tables() {
        return;
    }
    let auth = build(adapter, limits(None)).unwrap();
    rename(&auth, "auth_rate_limits", "away").await;
    let adapter = auth_core::SeaOrmAdapter::new(database.connect().await).await.unwrap();
    let adapter: Arc<dyn auth_core::adapter::Adapter> = Arc::new(adapter);
    let told = build(Arc::clone(&adapter), limits(Some(RateLimitStorage::Database))).unwrap_err().to_string();
    assert!(told.contains("cargo run -p migration") && told.contains("auth migrate"), "{told}");
    // What is switched off needs no table.
    let mut off = limits(Some(RateLimitStorage::Database));
    off.enabled = false;
    build(adapter, off).unwrap();
}
