//! A store that is away, hangs, and comes back.

use std::sync::Arc;
use std::time::Duration;

use auth_core::adapter::AdapterError;
use auth_core::domain::SessionToken;
use auth_core::secondary_storage::{SecondaryStorage, StorageError, UnreachedStorage};
use auth_core::{AuthError, MemoryAdapter};
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, PASSWORD, context};
use auth_tests::runner::Case;
use auth_tests::storage::{Health, ScriptedStorage};

use crate::scene::{MODES, Mode, Scene, fixture};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("a_store_that_hangs_is_waited_for_once", hanging),
        Case::new("what_was_revoked_meanwhile_never_holds_again", revoked_meanwhile),
        Case::new("what_a_process_revoked_before_it_ended_is_told_by_the_next", next_process),
        Case::new("a_second_process_that_saw_the_outage_believes_nothing_old", second_process),
        Case::new("a_user_changed_meanwhile_shows_as_changed", changed_meanwhile),
        Case::new("a_session_that_began_meanwhile_holds_afterwards", began_meanwhile),
        Case::new("what_a_tool_that_does_not_reach_the_store_ends_is_told_by_the_application", tool),
        Case::new("who_goes_away_while_a_session_is_revoked_leaves_nothing_behind", gone_caller),
        Case::new("trust_comes_back_while_sessions_are_ended_all_the_time", under_load),
        Case::new("the_first_thing_that_happens_may_be_a_sign_up_on_one_connection", first),
        Case::new("sessions_of_the_store_alone_are_unavailable_and_not_gone", alone),
    ]
}

/// Waits until the store is believed again.
pub(crate) async fn trusted_again(fixture: &Fixture) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    while fixture.auth.secondary_storage().unwrap().get("probe").await.is_err() {
        assert!(tokio::time::Instant::now() < deadline, "the store is not asked again");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn hanging(database: Arc<TestDatabase>) {
    let Scene { fixture, storage } = &Scene::new(&database, Mode::InFront).await;
    let token = fixture.sign_up("ada@example.com").await.unwrap().session.unwrap().token;
    storage.set_health(Health::Hanging);
    assert!(fixture.session_of(&token).await.unwrap().is_some());
    storage.take_asked();
    for _ in 0..50 {
        assert!(fixture.session_of(&token).await.unwrap().is_some());
    }
    assert_eq!(storage.take_asked(), Vec::<String>::new());
    storage.set_health(Health::Up);
    trusted_again(fixture).await;
    storage.take_asked();
    assert!(fixture.session_of(&token).await.unwrap().is_some());
    assert_eq!(storage.take_asked().len(), 2, "it is asked again");
}

/// One session by its token, all of a user, all others of a user.
struct Revoked {
    gone: Vec<SessionToken>,
    kept: Vec<SessionToken>,
}

async fn people(fixture: &Fixture) -> [(auth_core::domain::User, Vec<SessionToken>); 3] {
    let mut people = Vec::new();
    for name in ["ada", "bob", "eve"] {
        let email = format!("{name}@example.com");
        let signed_up = fixture.sign_up(&email).await.unwrap();
        let mut tokens = vec![signed_up.session.unwrap().token];
        for _ in 0..3 {
            tokens.push(fixture.sign_in(&email, PASSWORD).await.unwrap().session.token);
        }
        people.push((signed_up.user, tokens));
    }
    people.try_into().unwrap()
}

async fn revoke(
    fixture: &Fixture,
    mode: Mode,
    people: &[(auth_core::domain::User, Vec<SessionToken>); 3],
) -> Revoked {
    let [(_, ada), (bob_user, bob), (eve_user, eve)] = people;
    let auth = &fixture.auth;
    auth.sign_out(&ada[0], &context()).await.unwrap();
    auth.revoke_sessions(&bob_user.id, &context()).await.unwrap();
    let (mut gone, mut kept) = ([&ada[..1], bob].concat(), ada[1..].to_vec());
    match auth.revoke_other_sessions(&eve_user.id, &eve[0], &context()).await {
        Ok(_) => {
            gone.extend_from_slice(&eve[1..]);
            kept.push(eve[0].clone());
        }
        // Which others there are is told by the store alone.
        Err(error) => {
            assert!(mode == Mode::Alone && is_unavailable(&error), "{error:?}");
            kept.extend_from_slice(eve);
        }
    }
    Revoked { gone, kept }
}

async fn revoked_meanwhile(database: Arc<TestDatabase>) {
    for mode in MODES {
        let database = database.backend().create().await;
        let Scene { fixture, storage } = &Scene::new(&database, mode).await;
        let people = people(fixture).await;
        storage.set_health(Health::Down);
        let revoked = revoke(fixture, mode, &people).await;
        storage.set_health(Health::Up);
        // From here on the store answers; at no time does what it still has count.
        loop {
            for token in &revoked.gone {
                let found = fixture.session_of(token).await;
                assert!(!matches!(found, Ok(Some(_))), "{mode:?}");
            }
            if fixture.auth.secondary_storage().unwrap().get("probe").await.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        check(fixture, &revoked, mode).await;
        for token in &revoked.gone {
            assert_eq!(storage.get(token.expose()).await.unwrap(), None, "{mode:?}");
        }
        database.remove().await;
    }
}

async fn check(fixture: &Fixture, revoked: &Revoked, mode: Mode) {
    for token in &revoked.gone {
        assert!(fixture.session_of(token).await.unwrap().is_none(), "{mode:?}");
    }
    for token in &revoked.kept {
        assert!(fixture.session_of(token).await.unwrap().is_some(), "{mode:?}");
    }
}

async fn next_process(database: Arc<TestDatabase>) {
    for mode in MODES {
        let database = database.backend().create().await;
        let Scene { fixture: first, storage } = Scene::new(&database, mode).await;
        let people = people(&first).await;
        storage.set_health(Health::Down);
        let revoked = revoke(&first, mode, &people).await;
        drop(first);
        storage.set_health(Health::Up);
        let next = fixture(database.adapter().await, mode, storage.clone(), |builder| builder).await;
        check(&next, &revoked, mode).await;
        database.remove().await;
    }
}

async fn second_process(database: Arc<TestDatabase>) {
    let Scene { fixture: first, storage } = Scene::new(&database, Mode::InFront).await;
    let people = people(&first).await;
    let second = fixture(database.adapter().await, Mode::InFront, storage.clone(), |builder| builder).await;
    storage.set_health(Health::Down);
    assert!(second.session_of(&people[0].1[0]).await.unwrap().is_some());
    let revoked = revoke(&first, Mode::InFront, &people).await;
    storage.set_health(Health::Up);
    // The first never comes back.
    drop(first);
    trusted_again(&second).await;
    check(&second, &revoked, Mode::InFront).await;
}

async fn changed_meanwhile(database: Arc<TestDatabase>) {
    for mode in [Mode::InFront, Mode::Preserved] {
        let database = database.backend().create().await;
        let Scene { fixture, storage } = &Scene::new(&database, mode).await;
        let ada = fixture.sign_up("ada@example.com").await.unwrap();
        let token = ada.session.unwrap().token;
        storage.set_health(Health::Down);
        let update = auth_core::service::UpdateUser {
            name: Some("Countess".to_owned()),
            image: None,
            additional: serde_json::Map::new(),
        };
        fixture.auth.update_user(&ada.user.id, update, &context()).await.unwrap();
        storage.set_health(Health::Up);
        trusted_again(fixture).await;
        assert_eq!(fixture.session_of(&token).await.unwrap().unwrap().user.name, "Countess", "{mode:?}");
        database.remove().await;
    }
}

async fn began_meanwhile(database: Arc<TestDatabase>) {
    for mode in [Mode::InFront, Mode::Preserved] {
        let database = database.backend().create().await;
        let Scene { fixture, storage } = &Scene::new(&database, mode).await;
        fixture.sign_up("ada@example.com").await.unwrap();
        storage.set_health(Health::Down);
        let token = fixture.sign_in("ada@example.com", PASSWORD).await.unwrap().session.token;
        storage.set_health(Health::Up);
        trusted_again(fixture).await;
        assert!(fixture.session_of(&token).await.unwrap().is_some(), "{mode:?}");
        database.remove().await;
    }
}

async fn alone(database: Arc<TestDatabase>) {
    let Scene { fixture, storage } = &Scene::new(&database, Mode::Alone).await;
    let token = fixture.sign_up("ada@example.com").await.unwrap().session.unwrap().token;
    storage.set_health(Health::Down);
    assert!(is_unavailable(&fixture.session_of(&token).await.unwrap_err()));
    assert!(is_unavailable(&fixture.sign_in("ada@example.com", PASSWORD).await.unwrap_err()));
    assert!(is_unavailable(&fixture.sign_up("eve@example.com").await.unwrap_err()));
    storage.set_health(Health::Up);
    trusted_again(fixture).await;
    assert!(fixture.session_of(&token).await.unwrap().is_some());
    fixture.sign_up("eve@example.com").await.unwrap();
}

async fn tool(database: Arc<TestDatabase>) {
    let Scene { fixture: application, storage } = Scene::new(&database, Mode::InFront).await;
    let [(ada, of_ada), (_, of_bob), (_, of_eve)] = people(&application).await;
    let adapter = database.adapter().await;
    let tool = fixture(adapter, Mode::InFront, Arc::new(UnreachedStorage), |builder| builder).await;
    tool.auth.remove_user(&ada.id, &context()).await.unwrap();
    tool.auth.sign_out(&of_bob[0], &context()).await.unwrap();
    drop(application);
    let next = fixture(database.adapter().await, Mode::InFront, storage.clone(), |builder| builder).await;
    let gone = [&of_ada[..], &of_bob[..1]].concat();
    let kept = [&of_bob[1..], &of_eve[..]].concat();
    check(&next, &Revoked { gone, kept }, Mode::InFront).await;
}

/// At whatever point the caller is dropped.
async fn gone_caller(database: Arc<TestDatabase>) {
    let Scene { fixture, storage } = Scene::new(&database, Mode::InFront).await;
    let fixture = Arc::new(fixture);
    fixture.sign_up("ada@example.com").await.unwrap();
    for polls in 1..40 {
        let token = fixture.sign_in("ada@example.com", PASSWORD).await.unwrap().session.token;
        let (asking, context) = (Arc::clone(&fixture), context());
        let mut revoking = Box::pin(async move { asking.auth.sign_out(&token, &context).await });
        for _ in 0..polls {
            let once =
                std::future::poll_fn(|task| std::task::Poll::Ready(revoking.as_mut().poll(task).is_ready()));
            if once.await {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(revoking);
    }
    // What was begun has ended, or has not begun.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let user = fixture.auth.store().users().list(None, 1).await.unwrap().remove(0);
    let key = format!("active-sessions-{}", user.id);
    let list: serde_json::Value = serde_json::from_str(&storage.get(&key).await.unwrap().unwrap()).unwrap();
    let tokens: Vec<SessionToken> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|one| SessionToken::parse(one["token"].as_str().unwrap()).unwrap())
        .collect();
    let rows = fixture.auth.store().sessions().find_many(&tokens).await.unwrap();
    assert_eq!(rows.len(), tokens.len(), "the store shows a session that the database does not have");
}

async fn under_load(database: Arc<TestDatabase>) {
    let Scene { fixture, storage } = Scene::new(&database, Mode::InFront).await;
    let fixture = Arc::new(fixture);
    let token = fixture.sign_up("ada@example.com").await.unwrap().session.unwrap().token;
    storage.set_health(Health::Down);
    let mut load = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (fixture, token) = (Arc::clone(&fixture), token.clone());
        load.spawn(async move {
            loop {
                fixture.auth.sign_out(&token, &context()).await.unwrap();
            }
        });
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    storage.set_health(Health::Up);
    trusted_again(&fixture).await;
    load.shutdown().await;
}

async fn first(_: Arc<TestDatabase>) {
    let storage = Arc::new(ScriptedStorage::default());
    let fixture = Fixture::on(Arc::new(MemoryAdapter::new()), |builder| builder.secondary_storage(storage));
    fixture.sign_up("ada@example.com").await.unwrap();
}

fn is_unavailable(error: &AuthError) -> bool {
    matches!(error, AuthError::Adapter(AdapterError::SecondaryStorage(StorageError::Unavailable(_))))
}
