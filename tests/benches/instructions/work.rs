//! The program that is counted.

use std::sync::Arc;

use auth_core::domain::{Email, RequestContext, SessionToken};
use auth_core::password::{Argon2Config, Password, PasswordConfig};
use auth_core::service::{Refresh, SignUpEmail};
use auth_core::telemetry::{METRICS, MetricKind};
use auth_core::{Auth, DatabaseConfig, MemoryAdapter, SeaOrmAdapter};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Asks for this instead of the counting.
pub const ONCE: &str = "--once";

/// Where the session stands.
#[derive(Debug, Clone, Copy)]
pub enum Adapter {
    Sqlite,
    Memory,
}

/// Who watches.
#[derive(Debug, Clone, Copy)]
pub enum Watched {
    No,
    Yes,
}

/// Validates a session so many times.
pub fn run(arguments: &[String]) {
    let [adapter, watched, operations] = arguments else { panic!("three words") };
    let recorded = (watched == "Yes").then(install);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let auth = auth(adapter == "Sqlite").await;
        let token = sign_up(&auth).await;
        for _ in 0..operations.parse::<u64>().unwrap() {
            let context = RequestContext::new();
            let valid = auth.validate_session(&token, Refresh::WhenDue, &context).await.unwrap();
            assert!(valid.is_some());
        }
    });
    // What was recorded is put into its buckets, sooner or later.
    if let Some(recorded) = recorded {
        recorded.run_upkeep();
    }
}

/// As `auth-server` does.
fn install() -> PrometheusHandle {
    let filter = tracing_subscriber::EnvFilter::new("info");
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::sink).init();
    let mut builder = PrometheusBuilder::new();
    for metric in METRICS {
        if let MetricKind::Histogram(buckets) = metric.kind {
            builder = builder.set_buckets_for_metric(Matcher::Full(metric.name.to_owned()), buckets).unwrap();
        }
    }
    builder.install_recorder().unwrap()
}

async fn auth(sqlite: bool) -> Auth {
    let mut password = PasswordConfig::default();
    password.argon2 = Argon2Config { memory_kib: 64, iterations: 1, parallelism: 1 };
    let adapter: Arc<dyn auth_core::adapter::Adapter> = if sqlite {
        let connection = auth_core::connect(&DatabaseConfig::new("sqlite::memory:")).await.unwrap();
        migration::run(&connection).await.unwrap();
        Arc::new(SeaOrmAdapter::new(connection).await.unwrap())
    } else {
        Arc::new(MemoryAdapter::new())
    };
    Auth::builder(adapter, "x".repeat(32)).password(password).build().unwrap()
}

async fn sign_up(auth: &Auth) -> SessionToken {
    let email = Email::parse("ada@example.com").unwrap();
    let request = SignUpEmail::new("Ada", email, Password::new("correct horse battery"));
    auth.sign_up_email(request, &RequestContext::new()).await.unwrap().session.unwrap().token
}
