//! Redis beside the database, in front of it, or instead of it: nothing of an erased user stays there either, and a user who is softly
//! deleted is let in by none of them.

use std::sync::Arc;
use std::time::Duration;

use auth_core::adapter::{Adapter, Query};
use auth_core::config::{
    CookieCacheConfig, LocalCacheConfig, SecondaryStorageConfig, SessionConfig, VerificationConfig,
};
use auth_core::secondary_storage::{RedisConfig, RedisStorage};
use auth_schema::session;
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{Fixture, PASSWORD, context};
use auth_tests::redis_server::RedisServer;
use auth_tests::runner::Case;
use auth_tests::traces::{self, holding};

use crate::person::{EMAIL, Person, adapter, in_memory, request};

pub(crate) fn cases() -> Vec<Case> {
    let one_of_each = |backend: Backend| backend != Backend::MysqlWithoutReturning;
    vec![
        Case::new("nothing_of_an_erased_user_stays_in_redis", in_redis).on(one_of_each),
        Case::new("no_store_lets_a_softly_deleted_user_in", soft_in_redis).on(one_of_each),
        Case::new("sessions_that_are_kept_as_a_record_lose_their_origin", kept).on(one_of_each),
        Case::new("no_cache_in_the_process_lets_a_softly_deleted_user_in", cached),
        Case::new("a_cookie_is_believed_for_its_time_and_no_longer", cookie)
            .on(|backend| backend == Backend::Memory),
    ]
}

/// Sessions and verifications in front of the database, in the store alone, in the store with a record of sessions.
const MODES: [(bool, bool, bool); 3] = [(true, false, true), (false, false, false), (true, true, false)];

const PATIENCE: Duration = Duration::from_secs(20);

fn with_redis(
    adapter: Arc<dyn Adapter>,
    server: &RedisServer,
    (in_database, preserve, verifications): (bool, bool, bool),
) -> Fixture {
    let mut config = RedisConfig::single(server.url());
    // On a busy machine too: what a store that is not asked keeps shows nothing here.
    (config.connect_timeout, config.response_timeout) = (PATIENCE, PATIENCE);
    let storage = RedisStorage::new(&config).unwrap();
    let mut session = SessionConfig::default();
    (session.store_in_database, session.preserve_in_database) = (in_database, preserve);
    let mut verification = VerificationConfig::default();
    verification.store_in_database = verifications;
    let mut watched = SecondaryStorageConfig::default();
    (watched.check_interval, watched.timeout) = (Duration::from_hours(1), PATIENCE);
    Fixture::on(adapter, |builder| {
        let builder = builder.session(session).verification(verification);
        builder.secondary_storage(Arc::new(storage)).secondary_storage_config(watched)
    })
}

async fn looked_at(fixture: &Fixture) {
    let _ = fixture.auth.secondary_storage().unwrap().get("probe").await;
}

async fn in_redis(database: Arc<TestDatabase>) {
    for mode in MODES {
        // One more database for each mode.
        let place = database.backend().create().await;
        let Some(server) = RedisServer::start().await else {
            return;
        };
        let adapter = adapter(&place, true).await;
        let fixture = with_redis(Arc::clone(&adapter), &server, mode);
        looked_at(&fixture).await;
        let person = Person::plant(&fixture).await;
        let client = redis::Client::open(server.url()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let before = traces::of_redis(&mut connection).await;
        assert!(holding(&before, &person.needles).len() >= 3, "{mode:?}: {before:?}");

        fixture.auth.erase_user(&person.user.id, &context()).await.unwrap().unwrap();

        let mut after = traces::of_redis(&mut connection).await;
        if !mode.2 {
            // Nobody can list verifications of the store; they end with their time.
            after.retain(|(place, _)| !place.contains("verification:"));
        }
        assert_eq!(holding(&after, &person.needles), Vec::<&traces::Trace>::new(), "{mode:?}");
        // The marks that keep what was revoked from coming back name the id and nothing else.
        let ids = holding(&after, &[person.user.id.to_string()]);
        assert!(ids.iter().all(|(place, _)| place.contains("revok")), "{mode:?}: {ids:?}");
        let after = traces::of_database(&place, &*adapter).await;
        assert_eq!(holding(&after, &person.needles), Vec::<&traces::Trace>::new(), "{mode:?}");
        assert!(fixture.session_of(&person.session.token).await.unwrap().is_none());
        drop(fixture);
        drop(adapter);
        place.remove().await;
    }
}

async fn soft_in_redis(database: Arc<TestDatabase>) {
    for mode in MODES {
        let place = database.backend().create().await;
        let Some(server) = RedisServer::start().await else {
            return;
        };
        let fixture = with_redis(adapter(&place, true).await, &server, mode);
        looked_at(&fixture).await;
        let signed_up = fixture.sign_up(EMAIL).await.unwrap();
        let token = signed_up.session.unwrap().token;
        assert!(fixture.session_of(&token).await.unwrap().is_some(), "{mode:?}");
        assert!(fixture.auth.soft_delete_user(&signed_up.user.id, &context()).await.unwrap());
        assert!(fixture.session_of(&token).await.unwrap().is_none(), "{mode:?}");
        fixture.sign_in(EMAIL, PASSWORD).await.unwrap_err();
        assert!(fixture.auth.restore_user(&signed_up.user.id, &context()).await.unwrap());
        assert!(fixture.session_of(&token).await.unwrap().is_none(), "{mode:?}");
        let again = fixture.sign_in(EMAIL, PASSWORD).await.unwrap().session.token;
        assert!(fixture.session_of(&again).await.unwrap().is_some(), "{mode:?}");
        drop(fixture);
        place.remove().await;
    }
}

async fn kept(database: Arc<TestDatabase>) {
    let Some(server) = RedisServer::start().await else {
        return;
    };
    let adapter = adapter(&database, true).await;
    let fixture = with_redis(Arc::clone(&adapter), &server, (true, true, true));
    looked_at(&fixture).await;
    let person = Person::plant(&fixture).await;
    fixture.auth.sign_out(&person.session.token, &context()).await.unwrap();
    let origins = async || {
        let rows = adapter.find_many(Query::new(session::MODEL)).await.unwrap();
        let own = rows
            .iter()
            .filter(|row| row.record.get(session::USER_ID) == Some(&person.user.id.as_str().into()));
        own.map(|row| row.record.get(session::IP_ADDRESS).is_some_and(|value| !value.is_null()))
            .collect::<Vec<_>>()
    };
    assert_eq!(origins().await, [true, true], "a record of both");
    fixture.clock.advance(time::Duration::hours(1));
    let until = fixture.auth.now();
    let forgotten = fixture.auth.forget_addresses_until(until, &context()).await.unwrap();
    // The bystander's is among them.
    assert_eq!((forgotten.sessions, origins().await), (3, vec![false, false]));
    assert_eq!(fixture.auth.forget_addresses_until(until, &context()).await.unwrap().sessions, 0);

    let again = auth_core::service::SignInEmail::new(
        auth_core::domain::Email::parse(EMAIL).unwrap(),
        auth_core::password::Password::new(PASSWORD),
    );
    fixture.auth.sign_in_email(again, &request()).await.unwrap();
    assert_eq!(origins().await.iter().filter(|known| **known).count(), 1);
    fixture.auth.anonymise_user(&person.user.id, &request()).await.unwrap().unwrap();
    assert_eq!(origins().await, [false; 3]);
}

async fn cached(database: Arc<TestDatabase>) {
    let mut session = SessionConfig::default();
    session.local_cache = Some(LocalCacheConfig::default());
    let fixture = Fixture::on(adapter(&database, true).await, |builder| builder.session(session));
    let signed_up = fixture.sign_up(EMAIL).await.unwrap();
    let token = signed_up.session.unwrap().token;
    assert!(fixture.session_of(&token).await.unwrap().is_some());
    assert!(fixture.auth.soft_delete_user(&signed_up.user.id, &context()).await.unwrap());
    assert!(fixture.session_of(&token).await.unwrap().is_none());
}

async fn cookie(_: Arc<TestDatabase>) {
    let mut session = SessionConfig::default();
    let mut cookie_cache = CookieCacheConfig::default();
    cookie_cache.enabled = true;
    let longest = cookie_cache.max_age;
    session.cookie_cache = cookie_cache;
    let fixture = in_memory(|builder| builder.session(session));
    let signed_up = fixture.sign_up(EMAIL).await.unwrap();
    let session = signed_up.session.unwrap();
    let kept = fixture.auth.cache_session(&session, &signed_up.user, true).unwrap();
    assert!(fixture.auth.soft_delete_user(&signed_up.user.id, &context()).await.unwrap());
    assert!(fixture.auth.cached_session(&session.token, &kept).is_some(), "the documented bound");
    fixture.clock.advance(longest + time::Duration::SECOND);
    assert!(fixture.auth.cached_session(&session.token, &kept).is_none());
}
