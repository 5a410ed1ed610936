//! Deletes 200,000 expired sessions in batches while sessions are validated at a fixed rate.

use std::sync::Arc;
use std::time::{Duration, Instant};

use auth_core::config::MaintenanceConfig;
use auth_core::domain::RequestContext;
use auth_core::service::Expired;
use auth_core::{Auth, DatabaseConfig, SeaOrmAdapter};
use auth_tests::arrivals::Arrivals;
use auth_tests::backend::Backend;
use auth_tests::crowd;
use auth_tests::measure::median;
use auth_tests::report::{Line, Report};

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let method = format!(
            "{EXPIRED} expired of {} sessions in batches of 1,000 with pauses of 100 ms; {RATE} validations a second, open \
             loop; first idle for 20 s",
            EXPIRED + LIVE
        );
        let mut report = Report::new("delete_expired", &method);
        let available = Backend::available().await;
        for backend in [Backend::Postgres, Backend::Mysql].into_iter().filter(|it| available.contains(it)) {
            measure(&mut report, backend).await;
        }
        report.finish();
    });
}

async fn measure(report: &mut Report, backend: Backend) {
    let database = backend.create().await;
    let admin = database.connect_for_long().await;
    migration::run(&admin).await.unwrap();
    crowd::fill(&admin, backend, 0, LIVE).await;
    let tokens = Arc::new(crowd::tokens(&admin, 10_000).await);
    crowd::add_expired(&admin, backend, LIVE, LIVE + EXPIRED).await;

    let connection = auth_core::connect(&DatabaseConfig::new(&database.url)).await.unwrap();
    let adapter = SeaOrmAdapter::new(connection).await.unwrap();
    let auth = Auth::builder(Arc::new(adapter), "x".repeat(32)).build().unwrap();
    // The first seconds open connections and prepare statements.
    Arrivals::during(&auth, &tokens, RATE, Duration::from_secs(3)).await;
    let idle = Arrivals::during(&auth, &tokens, RATE, Duration::from_secs(20)).await;
    let arrivals = Arrivals::begin(&auth, &tokens, RATE);
    let batches = delete(&auth).await;
    let during = arrivals.end().await;

    let tenth = batches.len() / 10;
    let typical = |batches: &[f64]| {
        let mut batches = batches.to_vec();
        batches.sort_by(f64::total_cmp);
        median(&batches)
    };
    let (first, last) = (typical(&batches[..tenth]), typical(&batches[batches.len() - tenth..]));
    let (before, now) = (idle.percentile(0.99), during.percentile(0.99));
    #[expect(clippy::cast_precision_loss, reason = "a number of validations")]
    let failures = (idle.failures + during.failures) as f64;
    let name = if backend == Backend::Postgres { "PostgreSQL" } else { "MariaDB" };
    report.add(
        Line::new(name, format!("{} validations meanwhile", during.count()))
            .figure("idle p50 ms", idle.percentile(0.5))
            .figure("idle p99 ms", before)
            .figure("p50 ms", during.percentile(0.5))
            .figure("p99 ms", now)
            .at_most((2.0 * before).max(10.0))
            .figure("failed", failures)
            .at_most(0.0),
    );
    report.add(
        Line::new(name, format!("{} batches", batches.len()))
            .figure("median ms", typical(&batches))
            .figure("first tenth ms", first)
            .figure("last tenth ms", last)
            .figure("last ÷ first", last / first)
            .at_most(1.25),
    );
    admin.close().await.unwrap();
    database.remove().await;
}

/// Milliseconds of each batch, without the pause before it.
async fn delete(auth: &Auth) -> Vec<f64> {
    let config = MaintenanceConfig::default();
    let mut batches = Vec::new();
    let (mut last, mut sessions) = (Instant::now(), 0);
    let mut observer = |expired: Expired| {
        let elapsed = last.elapsed();
        last = Instant::now();
        // What finds nothing is no batch.
        if expired.sessions > sessions {
            let pause = if batches.is_empty() { Duration::ZERO } else { config.pause };
            batches.push(elapsed.saturating_sub(pause).as_secs_f64() * 1e3);
        }
        sessions = expired.sessions;
    };
    let deleted = auth.delete_expired_with(&config, &mut observer, &RequestContext::new()).await.unwrap();
    assert_eq!(deleted.sessions, EXPIRED as u64, "all of them, and none that lives");
    batches
}

const EXPIRED: usize = 200_000;
const LIVE: usize = 100_000;
const RATE: u32 = 300;
