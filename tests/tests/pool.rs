//! The pool tells how it is doing, and ends in good order.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use auth_core::adapter::AdapterError;
use auth_core::adapter::seaorm::PoolStatistics;
use auth_core::domain::{RequestContext, User};
use auth_core::hooks::{DatabaseHooks, Event as HookEvent, HookError, Hooks, Operation, Phase};
use auth_core::repository::Store;
use auth_core::{Auth, AuthError, DatabaseConfig, DatabaseConnection, SeaOrmAdapter};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{Fixture, PASSWORD};
use auth_tests::http_client::Browser;
use auth_tests::runner::{Case, main as run};
use axum::http::StatusCode;
use sea_orm::TransactionTrait;
use serde_json::json;
use tokio::sync::Notify;
use tracing::instrument::WithSubscriber;
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

fn main() {
    let cases = [
        Case::new("the_pool_tells_who_uses_it_and_who_waits", waiting),
        Case::new("a_caller_who_goes_away_waits_no_more", gone),
        Case::new("a_connection_that_comes_late_or_not_at_all_is_told", told),
        Case::new("requests_under_way_are_answered_and_later_ones_refused", shutdown),
        Case::new("what_does_not_end_in_time_is_told", late),
    ];
    run(&cases, |backend| matches!(backend, Backend::Sqlite | Backend::Postgres | Backend::Mysql));
}

/// A pool of one connection.
async fn narrow(database: &TestDatabase) -> (DatabaseConnection, Fixture) {
    let mut config = DatabaseConfig::new(&database.url);
    config.max_connections = 1;
    config.acquire_timeout = Duration::from_millis(300);
    let connection = auth_core::connect(&config).await.unwrap();
    migration::run(&connection).await.unwrap();
    let builder = SeaOrmAdapter::builder(connection.clone()).slow_acquire(Duration::ZERO);
    let adapter = builder.build().await.unwrap();
    (connection, Fixture::on(Arc::new(adapter), |builder| builder))
}

/// The statistics once they are as they must become.
async fn until(auth: &Auth, is: impl Fn(&PoolStatistics) -> bool) -> PoolStatistics {
    loop {
        let statistics = auth.pool_statistics().unwrap();
        if is(&statistics) {
            return statistics;
        }
        tokio::task::yield_now().await;
    }
}

async fn waiting(database: Arc<TestDatabase>) {
    let (connection, fixture) = narrow(&database).await;
    let auth = fixture.auth.clone();
    let before = until(&auth, |pool| pool.idle == 1).await;
    assert_eq!((before.size, before.in_use, before.waiting), (1, 0, 0));
    let held = connection.begin().await.unwrap();
    let asking = tokio::spawn({
        let auth = auth.clone();
        async move { auth.store().users().count().await }
    });
    let during = until(&auth, |pool| pool.waiting == 1).await;
    assert_eq!((during.size, during.idle, during.in_use), (1, 0, 1));
    assert_eq!(during.acquired, before.acquired);
    held.rollback().await.unwrap();
    assert_eq!(asking.await.unwrap().unwrap(), 0);
    let after = until(&auth, |pool| pool.waiting == 0).await;
    assert_eq!((after.acquired, after.timed_out), (before.acquired + 1, 0));
    assert!(after.acquire_total > before.acquire_total && after.acquire_longest > Duration::ZERO);
}

async fn gone(database: Arc<TestDatabase>) {
    let (connection, fixture) = narrow(&database).await;
    let held = connection.begin().await.unwrap();
    let auth = fixture.auth.clone();
    let asking = tokio::spawn(async move { auth.store().users().count().await });
    until(&fixture.auth, |pool| pool.waiting == 1).await;
    asking.abort();
    until(&fixture.auth, |pool| pool.waiting == 0).await;
    held.rollback().await.unwrap();
}

/// Notes the names of events.
#[derive(Clone, Default)]
struct Names(Arc<Mutex<Vec<&'static str>>>);

impl<S: Subscriber> Layer<S> for Names {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.0.lock().unwrap().push(event.metadata().name());
    }
}

async fn told(database: Arc<TestDatabase>) {
    let (connection, fixture) = narrow(&database).await;
    let names = Names::default();
    let heard = tracing_subscriber::registry().with(names.clone());
    async {
        fixture.auth.store().users().count().await.unwrap();
        let held = connection.begin().await.unwrap();
        let error = fixture.auth.store().users().count().await.unwrap_err();
        assert!(matches!(error, AdapterError::Unavailable(_)), "{error:?}");
        held.rollback().await.unwrap();
    }
    .with_subscriber(heard)
    .await;
    let names = names.0.lock().unwrap().clone();
    for name in ["db.pool.slow_acquire", "db.pool.timeout"] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    assert_eq!(fixture.auth.pool_statistics().unwrap().timed_out, 1);
}

/// Holds a sign-up until it is let go.
#[derive(Debug, Clone, Default)]
struct Held {
    begun: Arc<Notify>,
    go_on: Arc<Notify>,
}

#[async_trait]
impl DatabaseHooks<User> for Held {
    fn events(&self) -> &'static [HookEvent] {
        &[(Operation::Create, Phase::In)]
    }

    async fn in_create(&self, _: &User, _: Store<'_>, _: &RequestContext) -> Result<(), HookError> {
        self.begun.notify_one();
        self.go_on.notified().await;
        Ok(())
    }
}

async fn shutdown(database: Arc<TestDatabase>) {
    let held = Held::default();
    let hooks = Hooks::new().user(held.clone());
    let fixture = Fixture::with(&database, |builder| builder.hooks(hooks)).await;
    let sign_up = |email: &str| json!({"name": "Ada", "email": email, "password": PASSWORD});
    let auth = fixture.auth.clone();
    let under_way = tokio::spawn({
        let (auth, body) = (auth.clone(), sign_up("ada@example.com"));
        async move { Browser::new(&auth).post("/sign-up/email", &body).await }
    });
    held.begun.notified().await;
    let ending = tokio::spawn({
        let auth = auth.clone();
        async move { auth.shutdown(Duration::from_mins(1)).await }
    });
    while auth.begin_request().is_some() {
        tokio::task::yield_now().await;
    }
    let later = Browser::new(&auth).post("/sign-up/email", &sign_up("eve@example.com")).await;
    assert_eq!((later.status, later.code()), (StatusCode::SERVICE_UNAVAILABLE, "SERVICE_UNAVAILABLE"));
    assert!(!ending.is_finished(), "the sign-up is not waited for");
    held.go_on.notify_one();
    assert_eq!(under_way.await.unwrap().status, StatusCode::OK);
    assert!(ending.await.unwrap(), "everything ends in time");
    let error = fixture.sign_in("ada@example.com", PASSWORD).await.unwrap_err();
    assert!(matches!(error, AuthError::Adapter(AdapterError::Closed)), "{error:?}");
    assert_eq!(auth.pool_statistics().unwrap().size, 0);
    let again = Fixture::new(&database).await;
    assert_eq!(again.auth.store().users().count().await.unwrap(), 1);
}

async fn late(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let under_way = fixture.auth.begin_request().unwrap();
    assert!(!fixture.auth.shutdown(Duration::from_millis(10)).await);
    drop(under_way);
    assert!(fixture.auth.begin_request().is_none());
}
