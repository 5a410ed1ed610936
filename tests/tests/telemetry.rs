//! What the process tells of itself: metrics, spans, the log of slow operations, readiness.

use std::sync::Arc;
use std::time::Duration;

use auth_core::config::{CookieCacheConfig, LocalCacheConfig, RateLimit, SessionConfig, TelemetryConfig};
use auth_core::domain::{RequestContext, SessionToken};
use auth_core::secondary_storage::{MemoryStorage, StorageState};
use auth_core::service::Refresh;
use auth_core::telemetry::measure;
use auth_core::testing::{PASSWORD, TestAuth};
use auth_core::{AuthBuilder, DatabaseState, SeaOrmAdapter};
use auth_tests::backend::{Backend, TestDatabase};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};
use sea_orm::{ConnectionTrait, DatabaseConnection};

/// An `Auth` on SQLite whose metrics are told to a recorder of its own.
struct Scene {
    auth: TestAuth,
    recorder: PrometheusRecorder,
    connection: DatabaseConnection,
    database: TestDatabase,
}

impl Scene {
    async fn new(settings: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Self {
        let database = Backend::Sqlite.create().await;
        let connection = database.connect().await;
        migration::run(&connection).await.unwrap();
        let recorder = PrometheusBuilder::new().build_recorder();
        // The runtime of a test has one thread, and handles are made before anything is measured.
        let guard = metrics::set_default_local_recorder(&recorder);
        let adapter = Arc::new(SeaOrmAdapter::new(connection.clone()).await.unwrap());
        let auth = TestAuth::on(adapter, settings).unwrap();
        drop(guard);
        Self { auth, recorder, connection, database }
    }

    fn told(&self) -> String {
        self.auth.auth.set_gauges();
        self.recorder.handle().render()
    }

    /// The value of a metric with these labels; the order of labels is that of the documentation.
    fn value(&self, name: &str) -> Option<f64> {
        let told = self.told();
        let line =
            told.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ').map(str::to_owned));
        line.map(|value| value.parse().unwrap())
    }

    async fn validate(&self, token: &SessionToken) -> bool {
        let context = RequestContext::new();
        self.auth.auth.validate_session(token, Refresh::WhenDue, &context).await.unwrap().is_some()
    }

    fn validations(&self, source: &str, outcome: &str) -> Option<f64> {
        self.value(&format!("auth_session_validations_total{{source=\"{source}\",outcome=\"{outcome}\"}}"))
    }

    async fn remove(self) {
        drop(self.auth);
        self.connection.close().await.unwrap();
        self.database.remove().await;
    }
}

#[tokio::test]
async fn validations_are_told_by_what_answered_and_what_came_of_it() {
    let session = |set: fn(&mut SessionConfig)| {
        let mut config = SessionConfig::default();
        set(&mut config);
        move |builder: AuthBuilder| builder.session(config)
    };
    let scene = Scene::new(session(|_| {})).await;
    let token = scene.auth.sign_up("ada@example.com").await.unwrap().session.unwrap().token;
    assert_eq!(scene.validations("database", "valid"), Some(0.0), "counters begin at 0");
    assert!(scene.validate(&token).await);
    assert!(!scene.validate(&SessionToken::parse("unknown").unwrap()).await);
    scene.auth.clock.advance(time::Duration::days(2));
    assert!(scene.validate(&token).await);
    for (outcome, times) in [("valid", 1.0), ("none", 1.0), ("extended", 1.0), ("failed", 0.0)] {
        assert_eq!(scene.validations("database", outcome), Some(times), "{outcome}");
    }
    let count = scene.value("auth_session_validation_duration_seconds_count{source=\"database\"}");
    assert_eq!(count, Some(3.0));
    scene.remove().await;

    let local = session(|config| config.local_cache = Some(LocalCacheConfig::default()));
    let scene = Scene::new(local).await;
    let token = scene.auth.sign_up("ada@example.com").await.unwrap().session.unwrap().token;
    assert!(scene.validate(&token).await && scene.validate(&token).await);
    let found = ["database", "local"].map(|source| scene.validations(source, "valid"));
    assert_eq!(found, [Some(1.0), Some(1.0)]);
    scene.remove().await;

    let scene = Scene::new(|builder| builder.secondary_storage(Arc::new(MemoryStorage::new(1 << 20)))).await;
    let token = scene.auth.sign_up("ada@example.com").await.unwrap().session.unwrap().token;
    assert!(scene.validate(&token).await);
    assert_eq!(scene.validations("storage", "valid"), Some(1.0));
    assert_eq!(scene.auth.auth.storage_state(), Some(StorageState::Trusted));
    assert_eq!(scene.value("auth_secondary_storage_state{state=\"trusted\"}"), Some(1.0));
    assert_eq!(scene.value("auth_secondary_storage_state{state=\"lost\"}"), Some(0.0));
    scene.remove().await;

    let cookie = session(|config| {
        config.cookie_cache = CookieCacheConfig::default();
        config.cookie_cache.enabled = true;
    });
    let scene = Scene::new(cookie).await;
    let signed_up = scene.auth.sign_up("ada@example.com").await.unwrap();
    let session = signed_up.session.unwrap();
    let kept = scene.auth.auth.cache_session(&session, &signed_up.user, true).unwrap();
    assert!(scene.auth.auth.cached_session(&session.token, &kept).is_some());
    assert!(scene.auth.auth.cached_session(&session.token, "made up").is_none());
    assert_eq!(scene.validations("cookie", "valid"), Some(1.0));
    scene.remove().await;
}

#[tokio::test]
async fn operations_are_told_by_their_outcome_and_a_refusal_by_its_reason() {
    let scene = Scene::new(|builder| builder).await;
    let local = metrics::set_default_local_recorder(&scene.recorder);
    scene.auth.sign_up("ada@example.com").await.unwrap();
    scene.auth.sign_up("ada@example.com").await.unwrap_err();
    scene.auth.sign_in("ada@example.com", PASSWORD).await.unwrap();
    scene.auth.sign_in("ada@example.com", "wrong password").await.unwrap_err();
    let limit = RateLimit::new(1, 10);
    for _ in 0..2 {
        let _ = scene.auth.auth.count_request(Some("192.0.2.1"), "/sign-in/email", limit).await;
    }
    for (name, times) in [
        ("auth_operations_total{operation=\"sign_up_email\",outcome=\"done\"}", 1.0),
        ("auth_operations_total{operation=\"sign_up_email\",outcome=\"refused\"}", 1.0),
        ("auth_refusals_total{operation=\"sign_up_email\",reason=\"email_taken\"}", 1.0),
        ("auth_operations_total{operation=\"sign_in_email\",outcome=\"done\"}", 1.0),
        ("auth_refusals_total{operation=\"sign_in_email\",reason=\"invalid_credentials\"}", 1.0),
        ("auth_rate_limited_total{kind=\"request\",reason=\"too_many\"}", 1.0),
        ("auth_rate_limited_total{kind=\"sign_in\",reason=\"too_many\"}", 0.0),
        ("auth_password_hash_duration_seconds_count", 4.0),
        ("auth_password_hash_queue_depth", 0.0),
        ("auth_db_pool_waiting", 0.0),
    ] {
        assert_eq!(scene.value(name), Some(times), "{name}");
    }
    let told = scene.told();
    assert!(!told.contains("ada") && !told.contains("192.0.2.1"), "{told}");
    drop(local);
    scene.remove().await;
}

#[tokio::test]
async fn what_is_spent_is_the_sum_of_its_parts_and_no_other_works() {
    let scene = Scene::new(|builder| builder).await;
    let auth = &scene.auth;
    let (signed_up, spent) = measure(auth.sign_up("ada@example.com")).await;
    assert_eq!(spent.statements, 5, "BEGIN, three INSERTs, COMMIT");
    assert!(!spent.database.is_zero() && !spent.waiting.is_zero());
    let token = signed_up.unwrap().session.unwrap().token;
    let ((first, second), both) = measure(Box::pin(async {
        let first = measure(Box::pin(scene.validate(&token))).await.1;
        let (_, second) = measure(Box::pin(auth.sign_in("ada@example.com", PASSWORD))).await;
        (first, second)
    }))
    .await;
    assert_eq!((first.statements, second.statements, both.statements), (1, 2, 3));
    assert_eq!(both.database, first.database + second.database);
    let ((), other) = measure(async {}).await;
    assert_eq!(other.statements, 0);
    scene.remove().await;
}

#[tokio::test]
async fn a_slow_operation_is_one_line_with_what_it_spent_and_no_value() {
    let slow = |slow| {
        move |builder: AuthBuilder| {
            let mut config = TelemetryConfig::default();
            config.slow_operation = slow;
            builder.telemetry(config)
        }
    };
    let scene = Scene::new(slow(Some(Duration::ZERO))).await;
    let (_, log) = logged("warn", scene.auth.sign_up("ada@example.com")).await;
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("an operation was slow")).collect();
    let [line] = lines[..] else { panic!("{log}") };
    for part in ["operation=\"sign_up_email\"", "duration_ms=", "statements=5", "database_ms=", "waiting_ms="]
    {
        assert!(line.contains(part), "{part} is missing in {line}");
    }
    assert!(!line.contains("ada"), "{line}");
    assert_eq!(scene.value("auth_slow_operations_total"), Some(1.0));
    scene.remove().await;
    let scene = Scene::new(slow(None)).await;
    let (_, log) = logged("warn", scene.auth.sign_up("ada@example.com")).await;
    assert_eq!(log, "");
    scene.remove().await;
}

#[tokio::test]
async fn a_statement_is_a_span_by_opentelemetrys_names_without_a_value() {
    let scene = Scene::new(|builder| builder).await;
    let (_, log) = logged("debug", scene.auth.sign_up("ada@example.com")).await;
    for part in [
        "auth.sign_up_email",
        "db.query{otel.name=INSERT auth_users",
        "db.system.name=\"sqlite\"",
        "db.operation.name=\"INSERT\"",
        "db.collection.name=\"auth_users\"",
        "otel.name=COMMIT",
    ] {
        assert!(log.contains(part), "{part} is missing in {log}");
    }
    assert!(!log.contains("ada@example.com") && !log.contains(PASSWORD), "{log}");
    let (_, log) = logged("info", scene.auth.sign_in("ada@example.com", PASSWORD)).await;
    assert!(log.contains("auth.sign_in_email") && !log.contains("db.query"), "{log}");
    scene.remove().await;
}

#[tokio::test]
async fn readiness_tells_what_is_wrong() {
    let scene = Scene::new(|builder| builder).await;
    let auth = &scene.auth.auth;
    let bound = Duration::from_secs(30);
    let ready = auth.readiness(bound).await;
    assert!(ready.is_ready() && ready.storage.is_none(), "{ready:?}");
    scene.connection.execute_unprepared("ALTER TABLE auth_sessions RENAME TO elsewhere").await.unwrap();
    let ready = auth.readiness(bound).await;
    assert_eq!((ready.database, ready.is_ready()), (DatabaseState::DoesNotFit, false));
    scene.connection.execute_unprepared("ALTER TABLE elsewhere RENAME TO auth_sessions").await.unwrap();
    assert!(auth.readiness(bound).await.is_ready());
    assert!(auth.shutdown(bound).await);
    let ready = auth.readiness(bound).await;
    assert_eq!((ready.database, ready.is_ending), (DatabaseState::Unreachable, true));
    scene.remove().await;
}

#[tokio::test]
async fn the_span_of_a_request_tells_its_route_and_what_it_spent() {
    use tower::ServiceExt;
    let scene = Scene::new(|builder| builder).await;
    scene.auth.sign_up("ada@example.com").await.unwrap();
    let app: axum::Router = auth_axum::router(scene.auth.auth.clone());
    let body = format!("{{\"email\":\"ada@example.com\",\"password\":\"{PASSWORD}\"}}");
    let request = axum::http::Request::post("/api/auth/sign-in/email")
        .header("content-type", "application/json")
        .body(axum::body::Body::from(body))
        .unwrap();
    let (answer, log) = logged("info", app.oneshot(request)).await;
    assert_eq!(answer.unwrap().status(), 200);
    let closed =
        log.lines().find(|line| line.contains("close") && !line.contains("auth.sign_in_email")).unwrap();
    for part in [
        "http.request{otel.name=POST /api/auth/sign-in/email",
        "http.request.method=\"POST\"",
        "http.response.status_code=200",
        "auth.statements=2",
        "auth.database_ms=",
    ] {
        assert!(closed.contains(part), "{part} is missing in {closed}");
    }
    assert!(!log.contains("ada@example.com") && !log.contains(PASSWORD), "{log}");
    assert_eq!(scene.value("auth_request_statements_sum"), Some(2.0));
    scene.remove().await;
}

/// Does work and gives the log of it, with the beginning and the end of every span.
async fn logged<T>(level: &str, work: impl Future<Output = T>) -> (T, String) {
    use tracing::instrument::WithSubscriber;
    use tracing_subscriber::fmt::format::FmtSpan;
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(format!("auth_core={level},auth_axum={level}"))
        .with_span_events(FmtSpan::NEW | FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let output = work.with_subscriber(subscriber).await;
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    (output, text)
}

#[derive(Clone, Default)]
struct Lines(Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
