//! Deleting expired sessions in batches while sessions are validated at a fixed rate.
//!
//! The load is open: a validation is sent at its moment whether or not earlier ones were answered, and its latency counts from
//! that moment, so that a stall is seen by everyone who would have waited for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use auth_core::adapter::{Filter, Operator};
use auth_core::domain::{Email, NewUser, RequestContext, SessionToken};
use auth_core::repository::Store;
use auth_core::service::{Expired, Refresh};
use auth_core::{Auth, DatabaseConfig, SeaOrmAdapter};
use auth_schema::session;
use auth_tests::backend::{Backend, TestDatabase};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use tokio::task::JoinSet;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let kept = runtime.block_on(async {
        println!(
            "delete_expired: {EXPIRED} of {SESSIONS} sessions in batches, {RATE} validations a second, open loop"
        );
        let available = Backend::available().await;
        let mut kept = true;
        for backend in [Backend::Postgres, Backend::Mysql] {
            if available.contains(&backend) {
                kept &= measure(backend).await;
            } else {
                println!("{}: not run, no server", backend.name());
            }
        }
        kept
    });
    println!("{}", if kept { "the promise is kept" } else { "THE PROMISE IS NOT KEPT" });
}

async fn measure(backend: Backend) -> bool {
    let database = backend.create().await;
    let auth = Arc::new(open(&database).await);
    let tokens = Arc::new(live_tokens(auth.store()).await);
    // The first seconds open connections and prepare statements.
    validate_for(&auth, &tokens, Until::Elapsed(Duration::from_secs(3))).await;
    let idle = validate_for(&auth, &tokens, Until::Elapsed(Duration::from_secs(20))).await;

    let done = Arc::new(AtomicBool::new(false));
    let load = {
        let (auth, tokens, done) = (Arc::clone(&auth), Arc::clone(&tokens), Arc::clone(&done));
        tokio::spawn(async move { validate_for(&auth, &tokens, Until::Done(done)).await })
    };
    let batches = delete(&auth).await;
    done.store(true, Ordering::Relaxed);
    let during = load.await.unwrap();
    let left = auth.store().model("session").unwrap().count(expired()).await.unwrap();
    assert_eq!(left, 0, "all that had expired is deleted");
    database.remove().await;
    report(backend, &idle, &during, &batches)
}

fn expired() -> Filter {
    Filter::everything().and(
        session::EXPIRES_AT,
        Operator::Less,
        time::macros::datetime!(2020-01-02 0:00 UTC),
    )
}

async fn open(database: &TestDatabase) -> Auth {
    let mut config = DatabaseConfig::new(&database.url);
    config.max_connections = 10;
    let connection = auth_core::connect(&config).await.unwrap();
    migration::run(&connection).await.unwrap();
    let adapter = SeaOrmAdapter::new(connection.clone()).await.unwrap();
    let auth = Auth::builder(Arc::new(adapter), "x".repeat(32)).build().unwrap();
    for number in 0..USERS {
        let email = Email::parse(&format!("user{number}@example.com")).unwrap();
        auth.store().users().create(NewUser::new(format!("User {number}"), email)).await.unwrap();
    }
    fill(&connection, auth.store()).await;
    auth
}

/// Sessions by the thousand. Two of three ended in the first seconds of 2020, in an order that is not that of the insertion.
async fn fill(connection: &DatabaseConnection, store: Store<'_>) {
    let users = store.users().list(None, USERS).await.unwrap();
    for start in (0..SESSIONS).step_by(1000) {
        let mut rows = Vec::with_capacity(1000);
        for number in start..start + 1000 {
            let owner = &users[usize::try_from(number % USERS).unwrap()].id;
            // 7919 is prime to the number of sessions.
            let place = number * 7919 % SESSIONS;
            let expires_at = if place < EXPIRED {
                format!("2020-01-01 00:{:02}:{:02}.{:03}", place / 60_000, place / 1000 % 60, place % 1000)
            } else {
                "2099-01-01 00:00:00.000".to_owned()
            };
            rows.push(format!(
                "('bench-{number}','{expires_at}','token-{number:0>26}','2020-01-01 00:00:00.000',\
                 '2026-11-24 00:00:00.000','203.0.113.9','Mozilla/5.0 (X11; Linux x86_64)','{owner}')"
            ));
        }
        let columns = "id,expires_at,token,created_at,updated_at,ip_address,user_agent,user_id";
        let insert = format!("INSERT INTO auth_sessions ({columns}) VALUES {}", rows.join(","));
        connection.execute_unprepared(&insert).await.unwrap();
    }
    connection
        .execute_unprepared(match connection.get_database_backend() {
            sea_orm::DbBackend::Postgres => "VACUUM ANALYZE auth_sessions",
            _ => "ANALYZE TABLE auth_sessions",
        })
        .await
        .unwrap();
}

async fn live_tokens(store: Store<'_>) -> Vec<SessionToken> {
    let rows = store.model("session").unwrap();
    let live = Filter::everything().and(
        session::EXPIRES_AT,
        Operator::Greater,
        time::macros::datetime!(2098-01-01 0:00 UTC),
    );
    let query = rows.query().filter(live).select(vec![session::TOKEN]).limit(10_000);
    let found = rows.find_all(query).await.unwrap();
    let token = |mut row: auth_core::adapter::Row| match row.record.take(session::TOKEN) {
        Some(auth_core::adapter::Value::Text(token)) => SessionToken::parse(&token).unwrap(),
        other => panic!("{other:?}"),
    };
    found.into_iter().map(token).collect()
}

enum Until {
    Elapsed(Duration),
    Done(Arc<AtomicBool>),
}

impl Until {
    fn goes_on(&self, begun: Instant) -> bool {
        match self {
            Self::Elapsed(duration) => begun.elapsed() < *duration,
            Self::Done(done) => !done.load(Ordering::Relaxed),
        }
    }
}

/// What the validations saw.
struct Load {
    latencies: Vec<Duration>,
    failures: usize,
}

async fn validate_for(auth: &Arc<Auth>, tokens: &Arc<Vec<SessionToken>>, until: Until) -> Load {
    let begun = Instant::now();
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / RATE);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Burst);
    let mut tasks = JoinSet::new();
    let mut number = 0usize;
    while until.goes_on(begun) {
        let scheduled = ticks.tick().await.into_std();
        let (auth, tokens) = (Arc::clone(auth), Arc::clone(tokens));
        number += 1;
        tasks.spawn(async move {
            let token = &tokens[number * 7919 % tokens.len()];
            let found = auth.validate_session(token, Refresh::Never, &RequestContext::new()).await;
            (scheduled.elapsed(), matches!(found, Ok(Some(_))))
        });
    }
    let mut load = Load { latencies: Vec::new(), failures: 0 };
    for (latency, succeeded) in tasks.join_all().await {
        load.latencies.push(latency);
        load.failures += usize::from(!succeeded);
    }
    load.latencies.sort();
    load
}

/// How long each batch took, without the pause before it.
async fn delete(auth: &Auth) -> Vec<Duration> {
    let pause = auth_core::config::MaintenanceConfig::default().pause;
    let mut batches = Vec::new();
    let mut last = Instant::now();
    let mut sessions = 0;
    let mut observer = |expired: Expired| {
        let elapsed = last.elapsed();
        last = Instant::now();
        // What finds nothing is no batch.
        if expired.sessions > sessions {
            batches.push(if batches.is_empty() { elapsed } else { elapsed.saturating_sub(pause) });
        }
        sessions = expired.sessions;
    };
    let deleted = auth
        .delete_expired_with(auth.maintenance_config(), &mut observer, &RequestContext::new())
        .await
        .unwrap();
    assert_eq!(deleted.sessions, EXPIRED);
    batches
}

fn report(backend: Backend, idle: &Load, during: &Load, batches: &[Duration]) -> bool {
    let ms = |duration: Duration| duration.as_secs_f64() * 1e3;
    let at = |load: &Load, part: usize| ms(load.latencies[load.latencies.len() * part / 100]);
    println!("{}", backend.name());
    for (name, load) in [("idle", idle), ("during", during)] {
        println!(
            "  {name:<7} {:>6} validations  p50 {:>7.2} ms  p99 {:>7.2} ms  failures {}",
            load.latencies.len(),
            at(load, 50),
            at(load, 99),
            load.failures
        );
    }
    let median = |some: &[Duration]| {
        let mut sorted = some.to_vec();
        sorted.sort();
        ms(sorted[sorted.len() / 2])
    };
    let tenth = (batches.len() / 10).max(1);
    let (first, last) = (median(&batches[..tenth]), median(&batches[batches.len() - tenth..]));
    println!(
        "  batches {:>6}  first {:.2} ms  median {:.2} ms  last {:.2} ms  first tenth {first:.2} ms  last tenth {last:.2} ms ({:+.0} %)",
        batches.len(),
        ms(batches[0]),
        median(batches),
        ms(batches[batches.len() - 1]),
        (last / first - 1.0) * 100.0
    );
    let (before, now) = (at(idle, 99), at(during, 99));
    let kept = (now <= 2.0 * before || now <= 10.0)
        && idle.failures + during.failures == 0
        && last <= first * GROWTH;
    println!("  {}", if kept { "kept" } else { "not kept" });
    kept
}

const SESSIONS: u64 = 300_000;
const EXPIRED: u64 = 200_000;
const USERS: u64 = 1000;
const RATE: u32 = 300;
/// What counts as growth of a batch's time from the first to the last tenth.
const GROWTH: f64 = 1.5;
