//! Many at once.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use auth_core::config::SessionConfig;
use auth_core::domain::{NewVerification, RequestContext, Secret, SessionToken, Verification};
use auth_core::hooks::{DatabaseHooks, Decision, HookError, Hooks};
use auth_core::repository::Store;
use auth_core::secondary_storage::{RedisConfig, RedisStorage, SecondaryStorage};
use auth_tests::backend::{TestDatabase, redis, redis_url};
use auth_tests::fixture::{Fixture, PASSWORD, context};
use auth_tests::runner::Case;
use time::Duration;
use tokio::task::JoinSet;

use crate::scene::{MODES, Mode, Scene, fixture};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("fifty_sign_ins_are_all_in_the_list_and_revoked_at_once", revoke_all),
        Case::new("the_same_in_redis", in_redis),
        Case::new("fifty_sessions_without_a_store_and_in_cookies_end_when_their_time_is_up", in_cookies),
        Case::new("sign_ins_and_revocations_at_once_leave_no_session_in_the_store_alone", interleaved),
        Case::new("of_twenty_one_takes_a_verification", verification),
        Case::new("of_twenty_one_takes_a_verification_that_a_hook_hears_of", heard_verification),
    ]
}

async fn revoke_all(database: Arc<TestDatabase>) {
    for mode in MODES {
        let Scene { fixture, storage } = Scene::new(&database, mode).await;
        fifty(Arc::new(fixture), &*storage, mode).await;
    }
}

async fn in_redis(database: Arc<TestDatabase>) {
    if redis().await.is_none() {
        return;
    }
    for mode in MODES {
        let storage = own_redis(&database);
        let fixture = fixture(database.adapter().await, mode, storage.clone(), |builder| builder).await;
        fifty(Arc::new(fixture), &*storage, mode).await;
    }
}

/// Without a store; what browsers hold in cookies holds for `max_age` at most.
async fn in_cookies(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, |builder| {
        let mut session = SessionConfig::default();
        session.cookie_cache.enabled = true;
        builder.session(session)
    });
    let fixture = Arc::new(fixture.await);
    let ada = fixture.sign_up("ada@example.com").await.unwrap();
    let mut tasks = JoinSet::new();
    for _ in 0..50 {
        let fixture = Arc::clone(&fixture);
        tasks.spawn(async move {
            let signed_in = fixture.sign_in("ada@example.com", PASSWORD).await.unwrap();
            let cookie = fixture.auth.cache_session(&signed_in.session, &signed_in.user, true).unwrap();
            (signed_in.session.token, cookie)
        });
    }
    let held = tasks.join_all().await;
    assert_eq!(fixture.auth.revoke_sessions(&ada.user.id, &context()).await.unwrap(), 51);
    let max_age = fixture.auth.session_config().cookie_cache.max_age;
    for (after, holds) in [(Duration::ZERO, true), (max_age, false)] {
        fixture.clock.advance(after);
        for (token, cookie) in &held {
            assert!(fixture.session_of(token).await.unwrap().is_none());
            assert_eq!(fixture.auth.cached_session(token, cookie).is_some(), holds);
        }
    }
}

/// A store with keys of its own.
fn own_redis(database: &TestDatabase) -> Arc<RedisStorage> {
    let mut config = RedisConfig::single(redis_url());
    config.key_prefix = format!("auth-test-{}-{}:", std::process::id(), database.backend().name());
    // Many tests share a machine: an answer that is late is no outage here.
    config.response_timeout = std::time::Duration::from_secs(10);
    Arc::new(RedisStorage::new(&config).unwrap())
}

async fn fifty(fixture: Arc<Fixture>, storage: &dyn SecondaryStorage, mode: Mode) {
    let email = format!("ada.{mode:?}@example.com");
    let ada = fixture.sign_up(&email).await.unwrap();
    let mut tasks = JoinSet::new();
    for _ in 0..50 {
        let (fixture, email) = (Arc::clone(&fixture), email.clone());
        tasks.spawn(async move { fixture.sign_in(&email, PASSWORD).await.unwrap().session.token });
    }
    let mut tokens: Vec<SessionToken> = tasks.join_all().await;
    tokens.push(ada.session.unwrap().token);
    let list = storage.get(&format!("active-sessions-{}", ada.user.id)).await.unwrap().unwrap();
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let listed: HashSet<&str> =
        list.as_array().unwrap().iter().map(|one| one["token"].as_str().unwrap()).collect();
    assert_eq!(listed, tokens.iter().map(SessionToken::expose).collect(), "{mode:?}");
    for token in &tokens {
        assert!(fixture.session_of(token).await.unwrap().is_some(), "{mode:?}");
    }
    assert_eq!(fixture.auth.revoke_sessions(&ada.user.id, &context()).await.unwrap(), 51, "{mode:?}");
    for token in &tokens {
        assert!(fixture.session_of(token).await.unwrap().is_none(), "{mode:?}");
        assert_eq!(storage.get(token.expose()).await.unwrap(), None, "{mode:?}");
    }
}

/// Wherever the database has no row any more, the store shows none either.
async fn interleaved(database: Arc<TestDatabase>) {
    let Scene { fixture, storage } = Scene::new(&database, Mode::InFront).await;
    let fixture = Arc::new(fixture);
    let ada = fixture.sign_up("ada@example.com").await.unwrap();
    let keep = ada.session.unwrap().token;
    let mut tasks = JoinSet::new();
    for number in 0..60 {
        let (fixture, user, keep) = (Arc::clone(&fixture), ada.user.id.clone(), keep.clone());
        tasks.spawn(async move {
            match number % 6 {
                0 => drop(fixture.auth.revoke_other_sessions(&user, &keep, &context()).await.unwrap()),
                3 => drop(fixture.auth.revoke_sessions(&user, &context()).await.unwrap()),
                _ => return Some(fixture.sign_in("ada@example.com", PASSWORD).await.unwrap().session.token),
            }
            None
        });
    }
    let tokens: Vec<SessionToken> = tasks.join_all().await.into_iter().flatten().collect();
    let rows = fixture.auth.store().sessions().find_many(&tokens).await.unwrap();
    let rows: HashSet<String> = rows.into_iter().map(|session| session.token.expose().to_owned()).collect();
    for token in tokens.iter().filter(|token| !rows.contains(token.expose())) {
        assert_eq!(storage.get(token.expose()).await.unwrap(), None);
        assert!(fixture.session_of(token).await.unwrap().is_none());
    }
}

async fn verification(database: Arc<TestDatabase>) {
    for mode in MODES {
        let Scene { fixture, .. } = Scene::new(&database, mode).await;
        assert_eq!(winners(Arc::new(fixture), mode).await, 1, "{mode:?}");
    }
}

/// Hears of verifications that are taken, and lets everybody look before anybody takes.
#[derive(Debug, Clone, Default)]
struct Taken(Arc<AtomicUsize>);

#[async_trait]
impl DatabaseHooks<Verification> for Taken {
    async fn before_delete(
        &self,
        _: &Verification,
        _: Store<'_>,
        _: &RequestContext,
    ) -> Result<Decision, HookError> {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        Ok(Decision::Proceed)
    }

    async fn after_delete(&self, _: &Verification, _: &RequestContext) -> Result<(), HookError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

async fn heard_verification(database: Arc<TestDatabase>) {
    for mode in MODES {
        let taken = Taken::default();
        let hooks = Hooks::new().verification(taken.clone());
        let Scene { fixture, .. } = Scene::with(&database, mode, |builder| builder.hooks(hooks)).await;
        assert_eq!(winners(Arc::new(fixture), mode).await, 1, "{mode:?}");
        assert_eq!(taken.0.load(Ordering::SeqCst), 1, "{mode:?}");
    }
}

/// Twenty take one verification at once: how many have it.
async fn winners(fixture: Arc<Fixture>, mode: Mode) -> usize {
    let ends = fixture.auth.now() + Duration::hours(1);
    let new = NewVerification::new(format!("once-{mode:?}"), Secret::new("value"), ends);
    fixture.auth.store().verifications().create(new).await.unwrap();
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        let fixture = Arc::clone(&fixture);
        tasks.spawn(async move {
            fixture.auth.store().verifications().consume(&format!("once-{mode:?}")).await.unwrap()
        });
    }
    tasks.join_all().await.into_iter().flatten().count()
}
