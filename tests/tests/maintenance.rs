//! What has expired is deleted: in batches, by several at once, with hooks, and in the background.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration as StdDuration;

use async_trait::async_trait;
use auth_core::adapter::{Adapter, Filter};
use auth_core::config::MaintenanceConfig;
use auth_core::domain::{NewSession, NewVerification, Random, RequestContext, Secret, Session};
use auth_core::hooks::{DatabaseHooks, Decision, Event, HookError, Hooks, Operation, Phase};
use auth_core::repository::Store;
use auth_core::{Auth, AuthBuilder, AuthError, BuildError, MemoryAdapter};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{Fixture, SECRET, cheap_passwords, context};
use auth_tests::runner::{Case, main as run};
use time::Duration;
use time::macros::datetime;

fn main() {
    let cases = [
        Case::new("everything_that_has_expired_goes_and_the_rest_stays", everything),
        Case::new("each_batch_is_told_as_it_is_done", observed),
        Case::new("workers_at_once_delete_all_and_count_none_twice", workers),
        Case::new("workers_at_once_tell_hooks_of_each_row_once", workers_with_hooks),
        Case::new("what_a_hook_keeps_stays_and_keeps_nothing_else", kept),
        Case::new("a_hook_that_fails_undoes_its_batch_and_stops_no_other_kind", failing),
        Case::new("a_rolled_back_deletion_is_undone", inside),
        Case::new("a_sweep_goes_on_after_a_failure", sweep).on(|backend| backend == Backend::Memory),
        Case::new("a_sweep_ends_with_the_last_auth", last_auth).on(|backend| backend == Backend::Memory),
        Case::new("a_sweep_needs_a_runtime", no_runtime).on(|backend| backend == Backend::Memory),
    ];
    run(&cases, |_| true);
}

/// Small batches without a pause.
fn small() -> MaintenanceConfig {
    let mut config = MaintenanceConfig::default();
    config.batch_size = 4;
    config.pause = StdDuration::ZERO;
    config
}

/// Sessions of which `expired` have ended, and as many verifications.
async fn fill(fixture: &Fixture, expired: u32) {
    let (store, ada) = (fixture.auth.store(), fixture.user("ada@example.com").await);
    for number in 0..expired {
        // Several end at one instant.
        let expires_at = datetime!(2026-11-24 13:00 UTC) + Duration::minutes((number / 3).into());
        store.sessions().create(NewSession::new(ada.id.clone(), expires_at)).await.unwrap();
        let new = NewVerification::new(format!("v{number}"), Secret::new("v"), expires_at);
        store.verifications().create(new).await.unwrap();
    }
    fixture.clock.advance(Duration::days(1));
}

async fn count(store: Store<'_>, model: &str) -> u64 {
    store.model(model).unwrap().count(Filter::everything()).await.unwrap()
}

async fn everything(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, |builder| builder.maintenance(small())).await;
    fill(&fixture, 11).await;
    let expired = fixture.auth.delete_expired(&context()).await.unwrap();
    assert_eq!((expired.sessions, expired.verifications, expired.kept), (11, 11, 0));
    // The session of the sign-up.
    assert_eq!(count(fixture.auth.store(), "session").await, 1);
    assert_eq!(fixture.auth.delete_expired(&context()).await.unwrap().sessions, 0);
}

async fn observed(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, |builder| builder.maintenance(small())).await;
    fill(&fixture, 8).await;
    let mut seen = Vec::new();
    let mut observer =
        |expired: auth_core::service::Expired| seen.push((expired.sessions, expired.verifications));
    fixture.auth.delete_expired_with(&small(), &mut observer, &context()).await.unwrap();
    // A batch that was full is followed by one that finds nothing; counters are the last.
    assert_eq!(seen, [(4, 0), (8, 0), (8, 0), (8, 4), (8, 8), (8, 8), (8, 8)]);
}

async fn workers(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, |builder| builder.maintenance(small())).await;
    fill(&fixture, 60).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..3 {
        let auth = fixture.auth.clone();
        tasks.spawn(async move { auth.delete_expired(&context()).await });
    }
    let counts: Vec<_> = tasks.join_all().await.into_iter().map(Result::unwrap).collect();
    assert_eq!(counts.iter().map(|expired| expired.sessions).sum::<u64>(), 60);
    assert_eq!(counts.iter().map(|expired| expired.verifications).sum::<u64>(), 60);
    assert_eq!(count(fixture.auth.store(), "session").await, 1);
}

/// Keeps what it is told to, and writes down what is deleted.
#[derive(Debug, Clone, Default)]
struct Keeper {
    keep: Arc<Mutex<HashSet<String>>>,
    deleted: Arc<Mutex<Vec<String>>>,
    refuse: bool,
    fail: Arc<AtomicBool>,
}

impl Keeper {
    fn keep(&self, session: &Session) {
        self.keep.lock().unwrap_or_else(PoisonError::into_inner).insert(session.id.to_string());
    }

    fn deleted(&self) -> Vec<String> {
        self.deleted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl DatabaseHooks<Session> for Keeper {
    fn events(&self) -> &'static [Event] {
        &[
            (Operation::Delete, Phase::Before),
            (Operation::Delete, Phase::In),
            (Operation::Delete, Phase::After),
        ]
    }

    async fn before_delete(
        &self,
        row: &Session,
        _: Store<'_>,
        _: &RequestContext,
    ) -> Result<Decision, HookError> {
        let kept = self.keep.lock().unwrap_or_else(PoisonError::into_inner).contains(row.id.as_str());
        match (kept, self.refuse) {
            (false, _) => Ok(Decision::Proceed),
            (true, false) => Ok(Decision::Veto),
            (true, true) => Err(HookError::refused("LEGAL_HOLD", "This session is evidence")),
        }
    }

    async fn in_delete(&self, _: &Session, _: Store<'_>, _: &RequestContext) -> Result<(), HookError> {
        if self.fail.load(Ordering::Relaxed) { Err(HookError::failed("on purpose")) } else { Ok(()) }
    }

    async fn after_delete(&self, row: &Session, _: &RequestContext) -> Result<(), HookError> {
        self.deleted.lock().unwrap_or_else(PoisonError::into_inner).push(row.id.to_string());
        Ok(())
    }
}

async fn with(database: &TestDatabase, keeper: &Keeper) -> Fixture {
    let hooks = Hooks::new().session(keeper.clone());
    Fixture::with(database, |builder: AuthBuilder| builder.maintenance(small()).hooks(hooks)).await
}

async fn workers_with_hooks(database: Arc<TestDatabase>) {
    let keeper = Keeper::default();
    let fixture = with(&database, &keeper).await;
    fill(&fixture, 30).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let auth = fixture.auth.clone();
        tasks.spawn(async move { auth.delete_expired(&context()).await });
    }
    let counts: Vec<_> = tasks.join_all().await.into_iter().map(Result::unwrap).collect();
    assert_eq!(counts.iter().map(|expired| expired.sessions).sum::<u64>(), 30);
    let deleted = keeper.deleted();
    assert_eq!((deleted.len(), deleted.iter().collect::<HashSet<_>>().len()), (30, 30));
}

async fn kept(database: Arc<TestDatabase>) {
    let adapter = database.adapter().await;
    for refuse in [false, true] {
        let keeper = Keeper { refuse, ..Keeper::default() };
        let hooks = Hooks::new().session(keeper.clone());
        let fixture = Fixture::on(Arc::clone(&adapter), |builder| builder.maintenance(small()).hooks(hooks));
        let user = fixture.user(&format!("{refuse}@example.com")).await;
        // More at the front than a batch holds, and one in the middle of others of the same instant.
        for number in 0..20 {
            let expires_at = datetime!(2026-11-24 13:00 UTC) + Duration::minutes(number / 9);
            let new = NewSession::new(user.id.clone(), expires_at);
            let session = fixture.auth.store().sessions().create(new).await.unwrap();
            if number < 6 || number == 13 {
                keeper.keep(&session);
            }
        }
        fixture.clock.advance(Duration::days(1));
        for expected in [13, 0] {
            let expired = fixture.auth.delete_expired(&context()).await.unwrap();
            assert_eq!(expired.sessions, expected);
            assert!(expired.kept >= 7);
        }
        assert_eq!(keeper.deleted().len(), 13);
        // What is kept is no session all the same; once the hook agrees, it goes.
        keeper.keep.lock().unwrap_or_else(PoisonError::into_inner).clear();
        assert_eq!(fixture.auth.delete_expired(&context()).await.unwrap().sessions, 7);
    }
}

async fn failing(database: Arc<TestDatabase>) {
    let keeper = Keeper::default();
    let fixture = with(&database, &keeper).await;
    fill(&fixture, 5).await;
    keeper.fail.store(true, Ordering::Relaxed);
    let error = fixture.auth.delete_expired(&context()).await.unwrap_err();
    assert!(matches!(error, AuthError::Hook(HookError::Failed(_))), "{error:?}");
    assert_eq!(count(fixture.auth.store(), "session").await, 6);
    assert_eq!(count(fixture.auth.store(), "verification").await, 0);
    keeper.fail.store(false, Ordering::Relaxed);
    assert_eq!(fixture.auth.delete_expired(&context()).await.unwrap().sessions, 5);
    assert_eq!(keeper.deleted().len(), 5);
}

async fn inside(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, |builder| builder.maintenance(small())).await;
    fill(&fixture, 9).await;
    let transaction = fixture.auth.adapter().begin().await.unwrap();
    let within = fixture.auth.within_transaction(&*transaction);
    assert_eq!(within.delete_expired(&context()).await.unwrap().sessions, 9);
    drop(within);
    transaction.rollback().await.unwrap();
    assert_eq!(count(fixture.auth.store(), "session").await, 10);
}

/// No waiting before the first run.
#[derive(Debug)]
struct Zero(AtomicU32);

impl Random for Zero {
    fn fill(&self, bytes: &mut [u8]) {
        // The first bytes are the sweep's; whatever else is made must differ.
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        for (position, byte) in bytes.iter_mut().enumerate() {
            *byte = number.to_le_bytes()[position % 4];
        }
    }
}

fn sweeping() -> MaintenanceConfig {
    let mut config = small();
    config.sweep = true;
    config.sweep_interval = StdDuration::from_millis(1);
    config.sweep_jitter = StdDuration::ZERO;
    config
}

/// Waits until something is so; a test that never gets there is stopped by its runner.
async fn until<F: Future<Output = bool>>(condition: impl Fn() -> F) {
    while !condition().await {
        tokio::time::sleep(StdDuration::from_millis(1)).await;
    }
}

async fn sweep(database: Arc<TestDatabase>) {
    let keeper = Keeper::default();
    keeper.fail.store(true, Ordering::Relaxed);
    let hooks = Hooks::new().session(keeper.clone());
    let random = Arc::new(Zero(AtomicU32::new(0)));
    let fixture =
        Fixture::with(&database, |builder| builder.maintenance(sweeping()).hooks(hooks).random(random)).await;
    fill(&fixture, 9).await;
    let (auth, other) = (&fixture.auth, fixture.auth.clone());
    // The sessions' hook fails; the verifications go all the same.
    until(|| async { count(auth.store(), "verification").await == 0 }).await;
    assert_eq!(count(auth.store(), "session").await, 10);
    keeper.fail.store(false, Ordering::Relaxed);
    until(|| async { count(other.store(), "session").await == 1 }).await;
    assert_eq!(keeper.deleted().len(), 9);
}

async fn last_auth(_: Arc<TestDatabase>) {
    let adapter = Arc::new(MemoryAdapter::new());
    let held: Arc<dyn Adapter> = adapter.clone();
    let builder = Auth::builder(held, SECRET).password(cheap_passwords()).maintenance(sweeping());
    let auth = builder.build().unwrap();
    let other = auth.clone();
    drop(auth);
    tokio::task::yield_now().await;
    assert!(Arc::strong_count(&adapter) > 1);
    drop(other);
    // The task is gone, with all that it held.
    until(|| async { Arc::strong_count(&adapter) == 1 }).await;
}

async fn no_runtime(_: Arc<TestDatabase>) {
    let outcome = std::thread::spawn(|| {
        let adapter: Arc<dyn Adapter> = Arc::new(MemoryAdapter::new());
        let builder = Auth::builder(adapter, SECRET).password(cheap_passwords());
        builder.maintenance(sweeping()).build().map(|_| ())
    })
    .join()
    .unwrap();
    let error = outcome.unwrap_err();
    assert!(matches!(error, BuildError::NoRuntime), "{error:?}");
    assert!(error.to_string().contains("Tokio runtime"), "{error}");
}
