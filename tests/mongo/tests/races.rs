//! Many callers at once.

use std::sync::Arc;

use auth_core::AuthError;
use auth_core::adapter::{Adapter, Consume, Filter, Query, Record};
use auth_core::domain::{NewVerification, Secret};
use auth_schema::{account, session, user, verification};
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, PASSWORD};
use auth_tests::runner::Case;
use time::Duration;
use tokio::task::JoinSet;

fn main() {
    auth_mongo_tests::run(&[
        Case::new("thirty_two_consumers_of_one_verification_have_one_winner", consumers),
        Case::new("thirty_two_consumers_of_a_superseded_verification_have_one_winner", superseded),
        Case::new("ten_sign_ups_with_one_address_leave_one_person", sign_ups),
        Case::new("twenty_sign_ins_of_one_person_at_once_all_succeed", sign_ins),
        Case::new("no_session_outlives_its_user", orphans),
    ]);
}

async fn count(adapter: &dyn Adapter, model: auth_core::adapter::ModelId) -> u64 {
    adapter.count(model, Filter::everything()).await.unwrap()
}

async fn consumers(database: Arc<TestDatabase>) {
    let fixture = Arc::new(Fixture::new(&database).await);
    for round in 0..10 {
        let identifier = format!("reset-password:{round}");
        verification(&fixture, &identifier).await;
        assert_eq!(winners(&fixture, &identifier).await, 1, "round {round}");
    }
    assert_eq!(count(&**fixture.auth.adapter(), verification::MODEL).await, 0);
}

async fn superseded(database: Arc<TestDatabase>) {
    let fixture = Arc::new(Fixture::new(&database).await);
    for round in 0..5 {
        let identifier = format!("reset-password:{round}");
        for _ in 0..3 {
            verification(&fixture, &identifier).await;
            fixture.clock.advance(Duration::milliseconds(1));
        }
        assert_eq!(winners(&fixture, &identifier).await, 1, "round {round}");
    }
    // None of the older ones can be presented later.
    assert_eq!(count(&**fixture.auth.adapter(), verification::MODEL).await, 0);
    let adapter = fixture.auth.adapter();
    let filter = Filter::equal(verification::IDENTIFIER, "reset-password:0");
    let consume = Consume { model: verification::MODEL, filter, sort: None, with_all_matches: true };
    assert_eq!(adapter.consume_one(consume).await.unwrap(), None);
}

async fn verification(fixture: &Fixture, identifier: &str) {
    let expires_at = fixture.auth.store().clock().now() + Duration::hours(1);
    let new = NewVerification::new(identifier, Secret::new("a value"), expires_at);
    fixture.auth.store().verifications().create(new).await.unwrap();
}

async fn winners(fixture: &Arc<Fixture>, identifier: &str) -> usize {
    let mut tasks = JoinSet::new();
    for _ in 0..32 {
        let (fixture, identifier) = (Arc::clone(fixture), identifier.to_owned());
        tasks.spawn(async move { fixture.auth.store().verifications().consume(&identifier).await });
    }
    let outcomes = tasks.join_all().await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    outcomes.into_iter().filter_map(Result::unwrap).count()
}

async fn sign_ups(database: Arc<TestDatabase>) {
    let fixture = Arc::new(Fixture::new(&database).await);
    for round in 0..5_u64 {
        let mut tasks = JoinSet::new();
        for _ in 0..10 {
            let fixture = Arc::clone(&fixture);
            tasks.spawn(async move { fixture.sign_up(&format!("ada-{round}@example.com")).await });
        }
        let outcomes = tasks.join_all().await;
        let taken = outcomes.iter().filter(|outcome| matches!(outcome, Err(AuthError::EmailTaken))).count();
        assert_eq!(
            (outcomes.iter().filter(|outcome| outcome.is_ok()).count(), taken),
            (1, 9),
            "{outcomes:?}"
        );
        let adapter = &**fixture.auth.adapter();
        for model in [user::MODEL, account::MODEL, session::MODEL] {
            assert_eq!(count(adapter, model).await, round + 1, "nothing of those who lost");
        }
    }
}

async fn sign_ins(database: Arc<TestDatabase>) {
    let fixture = Arc::new(Fixture::new(&database).await);
    fixture.user("ada@example.com").await;
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        let fixture = Arc::clone(&fixture);
        tasks.spawn(async move { fixture.sign_in("ada@example.com", PASSWORD).await });
    }
    let outcomes = tasks.join_all().await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(count(&**fixture.auth.adapter(), session::MODEL).await, 21);
}

/// Sessions are created while their user is deleted: whoever comes first, none is left without the other.
async fn orphans(database: Arc<TestDatabase>) {
    let fixture = Arc::new(Fixture::new(&database).await);
    for round in 0..10 {
        let ada = fixture.sign_up(&format!("ada-{round}@example.com")).await.unwrap().user;
        let mut tasks = JoinSet::new();
        for caller in 0..6 {
            let (fixture, id) = (Arc::clone(&fixture), ada.id.clone());
            tasks.spawn(async move {
                let adapter = fixture.auth.adapter();
                if caller == 3 {
                    adapter.delete(user::MODEL, Filter::equal(user::ID, id.as_str())).await.unwrap();
                    return;
                }
                let name = format!("{round}-{caller}");
                // Either the user was there, or it is told that it was not.
                match adapter.create(session::MODEL, new_session(&name, id.as_str())).await {
                    Ok(_) | Err(auth_core::adapter::AdapterError::ForeignKey { .. }) => {}
                    Err(other) => panic!("{other:?}"),
                }
            });
        }
        tasks.join_all().await;
    }
    let adapter = fixture.auth.adapter();
    let left = adapter.find_many(Query::new(session::MODEL)).await.unwrap();
    assert_eq!((left.len(), count(&**adapter, user::MODEL).await), (0, 0), "{left:?}");
}

fn new_session(name: &str, user: &str) -> Record {
    let now = time::macros::datetime!(2026-11-24 12:00:00 UTC);
    Record::default()
        .with(session::EXPIRES_AT, now + Duration::days(7))
        .with(session::TOKEN, format!("token-{name}"))
        .with(session::CREATED_AT, now)
        .with(session::UPDATED_AT, now)
        .with(session::USER_ID, user)
}
