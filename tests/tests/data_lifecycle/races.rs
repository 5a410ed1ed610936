//! An erasure happens whole or not at all, once, and no session outlives it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use auth_core::domain::RequestContext;
use auth_core::hooks::{DatabaseHooks, Decision, Event, HookError, HookedModel, Hooks, Operation, Phase};
use auth_core::repository::Store;
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{Fixture, PASSWORD, context};
use auth_tests::runner::Case;
use auth_tests::traces;
use tokio::task::JoinSet;

use crate::person::{EMAIL, Person, adapter};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("an_erasure_that_fails_anywhere_changes_nothing", failing),
        Case::new("a_veto_keeps_everything", vetoed),
        Case::new("of_concurrent_erasures_one_erases", two_at_once),
        Case::new("no_session_survives_an_erasure", with_keys),
        Case::new("no_session_survives_an_erasure_without_foreign_keys", without_keys)
            .on(|backend| backend != Backend::Memory),
        Case::new("no_session_survives_a_soft_deletion", softly),
    ]
}

/// Fails, or vetoes, when a row of a model is deleted, as long as it is told to.
#[derive(Debug, Clone)]
struct Obstacle {
    on: Arc<AtomicBool>,
    veto: bool,
}

#[async_trait]
impl<T: HookedModel> DatabaseHooks<T> for Obstacle {
    fn events(&self) -> &'static [Event] {
        &[(Operation::Delete, Phase::Before), (Operation::Delete, Phase::In)]
    }

    async fn before_delete(&self, _: &T, _: Store<'_>, _: &RequestContext) -> Result<Decision, HookError> {
        let stands = self.veto && self.on.load(Ordering::SeqCst);
        Ok(if stands { Decision::Veto } else { Decision::Proceed })
    }

    async fn in_delete(&self, _: &T, _: Store<'_>, _: &RequestContext) -> Result<(), HookError> {
        let stands = !self.veto && self.on.load(Ordering::SeqCst);
        if stands { Err(HookError::failed("on purpose")) } else { Ok(()) }
    }
}

async fn failing(database: Arc<TestDatabase>) {
    let on = || Arc::new(AtomicBool::new(false));
    let switches = [on(), on(), on(), on()];
    let at = |position: usize| Obstacle { on: Arc::clone(&switches[position]), veto: false };
    let hooks = || Hooks::new().user(at(0)).session(at(1)).account(at(2)).verification(at(3));
    let adapter = adapter(&database, true).await;
    let fixture = Fixture::on(Arc::clone(&adapter), |builder| builder.hooks(hooks()));
    let person = Person::plant(&fixture).await;
    let sorted = async || {
        let mut traces = traces::of_database(&database, &*adapter).await;
        traces.sort();
        traces
    };
    let before = sorted().await;
    for switch in &switches {
        switch.store(true, Ordering::SeqCst);
        fixture.auth.erase_user(&person.user.id, &context()).await.unwrap_err();
        assert_eq!(sorted().await, before);
        switch.store(false, Ordering::SeqCst);
    }
    fixture.auth.erase_user(&person.user.id, &context()).await.unwrap().unwrap();
}

async fn vetoed(database: Arc<TestDatabase>) {
    let obstacle = Obstacle { on: Arc::new(AtomicBool::new(true)), veto: true };
    let adapter = adapter(&database, true).await;
    let fixture = Fixture::on(Arc::clone(&adapter), |builder| builder.hooks(Hooks::new().user(obstacle)));
    let person = Person::plant(&fixture).await;
    let before = traces::of_database(&database, &*adapter).await.len();
    let error = fixture.auth.erase_user(&person.user.id, &context()).await.unwrap_err();
    assert!(matches!(error, auth_core::AuthError::Vetoed { .. }), "{error:?}");
    assert_eq!(traces::of_database(&database, &*adapter).await.len(), before);
}

async fn two_at_once(database: Arc<TestDatabase>) {
    let fixture = Fixture::on(adapter(&database, true).await, |builder| builder);
    let person = Person::plant(&fixture).await;
    let mut tasks = JoinSet::new();
    for _ in 0..4 {
        let (auth, id) = (fixture.auth.clone(), person.user.id.clone());
        tasks.spawn(async move { auth.erase_user(&id, &context()).await.unwrap().is_some() });
    }
    let erased = tasks.join_all().await.into_iter().filter(|erased| *erased).count();
    assert_eq!(erased, 1);
    let events = fixture.auth.store().events().unwrap();
    assert_eq!(events.list_of_user(&person.user.id, None, 10).await.unwrap().len(), 1);
}

async fn with_keys(database: Arc<TestDatabase>) {
    while_signing_in(&database, true).await;
}

async fn without_keys(database: Arc<TestDatabase>) {
    while_signing_in(&database, false).await;
}

async fn while_signing_in(database: &TestDatabase, foreign_keys: bool) {
    let adapter = adapter(database, foreign_keys).await;
    let fixture = Fixture::on(adapter, |builder| builder);
    for round in 0..3 {
        let email = format!("round{round}@example.com");
        let user = fixture.user(&email).await;
        let mut tasks = JoinSet::new();
        for _ in 0..4 {
            let (test, email) = ((*fixture).clone(), email.clone());
            tasks.spawn(
                async move { test.sign_in(&email, PASSWORD).await.ok().map(|entered| entered.session) },
            );
        }
        tokio::task::yield_now().await;
        fixture.auth.erase_user(&user.id, &context()).await.unwrap().unwrap();
        for session in tasks.join_all().await.into_iter().flatten() {
            assert!(fixture.session_of(&session.token).await.unwrap().is_none());
        }
        assert!(fixture.auth.store().sessions().list_active(&user.id).await.unwrap().is_empty());
        fixture.sign_in(&email, PASSWORD).await.unwrap_err();
    }
}

async fn softly(database: Arc<TestDatabase>) {
    let fixture = Fixture::on(adapter(&database, true).await, |builder| builder);
    let user = fixture.user(EMAIL).await;
    for _ in 0..3 {
        let mut tasks = JoinSet::new();
        for _ in 0..4 {
            let test = (*fixture).clone();
            tasks.spawn(async move { test.sign_in(EMAIL, PASSWORD).await.is_ok() });
        }
        tokio::task::yield_now().await;
        assert!(fixture.auth.soft_delete_user(&user.id, &context()).await.unwrap());
        tasks.join_all().await;
        // Not merely hidden: another application on the rows would let in what stands there.
        assert!(fixture.auth.store().sessions().list_active(&user.id).await.unwrap().is_empty());
        assert!(fixture.auth.restore_user(&user.id, &context()).await.unwrap());
    }
}
