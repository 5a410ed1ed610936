//! A server that is killed in the middle of writes, one that is not there, and one that has no transactions.

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use auth_core::AuthError;
use auth_core::adapter::{Adapter, AdapterError, Consume, Filter, Query, Record, Value};
use auth_core::service::Refresh;
use auth_mongo::MongoAdapter;
use auth_mongo_tests::server::{MongoServer, program};
use auth_mongo_tests::{INSTANT, person, told};
use auth_schema::{account, session, user, verification};
use auth_tests::fixture::{Fixture, PASSWORD, context};
use libtest_mimic::{Arguments, Trial};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

fn main() {
    let mut trials =
        vec![trial("an_address_where_nothing_answers_is_told_without_its_password", nothing_answers())];
    if let Some(program) = program() {
        trials.push(trial(
            "a_killed_server_leaves_whole_people_and_comes_back_without_a_restart",
            killed(program.clone()),
        ));
        trials
            .push(trial("a_transaction_that_lost_its_server_is_told_and_left_no_row", lost(program.clone())));
        trials.push(trial(
            "without_a_replica_set_the_capability_says_so_and_so_does_the_error",
            standalone(program),
        ));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit()
}

fn trial(name: &str, test: impl Future<Output = ()> + Send + 'static) -> Trial {
    Trial::test(name, || {
        Runtime::new()?.block_on(test);
        Ok(())
    })
}

async fn open(url: &str) -> Arc<dyn Adapter> {
    Arc::new(MongoAdapter::builder(url).build().await.unwrap())
}

async fn nothing_answers() {
    let url = "mongodb://me:hush@127.0.0.1:1/auth?serverSelectionTimeoutMS=300";
    let error = MongoAdapter::builder(url).build().await.unwrap_err();
    assert!(matches!(error, AdapterError::Unavailable(_)), "{error:?}");
    let told = told(&error);
    assert!(told.contains("127.0.0.1:1") && !told.contains("hush"), "{told}");
}

/// Eight callers sign people up, one after another, until the server is gone.
async fn killed(program: PathBuf) {
    let mut server = MongoServer::start(&program).await;
    let fixture = Arc::new(Fixture::on(open(&server.url()).await, |builder| builder));
    let signed_up = Arc::new(AtomicU32::new(0));
    let mut callers = JoinSet::new();
    for caller in 0..8 {
        let (fixture, signed_up) = (Arc::clone(&fixture), Arc::clone(&signed_up));
        callers.spawn(async move {
            let mut outcomes = Vec::new();
            loop {
                let email = format!("person-{caller}-{}@example.com", outcomes.len());
                let outcome = fixture.sign_up(&email).await;
                let has_failed = outcome.is_err();
                signed_up.fetch_add(u32::from(!has_failed), Ordering::Relaxed);
                outcomes.push((email, outcome.map(|signed_up| signed_up.session.unwrap().token)));
                if has_failed {
                    return outcomes;
                }
            }
        });
    }
    let some = async {
        while signed_up.load(Ordering::Relaxed) < 24 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(2), some).await.expect("people sign up");
    server.kill();
    let outcomes = callers.join_all().await.into_iter().flatten().collect::<Vec<_>>();
    let lost: Vec<_> = outcomes.iter().filter_map(|(_, outcome)| outcome.as_ref().err()).collect();
    assert_eq!(lost.len(), 8, "everybody was told");
    for error in lost {
        assert!(is_outage(error), "{error:?}");
    }
    // While it is gone, each request is told so, and nothing waits for ever.
    let error = fixture.sign_in("person-0-0@example.com", PASSWORD).await.unwrap_err();
    assert!(is_outage(&error), "{error:?}");

    server.start_again().await;
    for (email, outcome) in &outcomes {
        whole_or_nothing(&fixture, email).await;
        if let Ok(token) = outcome {
            let valid = fixture.auth.validate_session(token, Refresh::Never, &context()).await.unwrap();
            assert_eq!(valid.expect("what was answered is there").user.email.as_str(), email);
        }
        // Those who were told of the outage try again, or find that they are in already.
        match fixture.sign_up(email).await {
            Ok(_) | Err(AuthError::EmailTaken) => {}
            Err(other) => panic!("{email}: {other:?}"),
        }
        fixture.sign_in(email, PASSWORD).await.expect("everybody can sign in");
    }
    fixture.sign_up("later@example.com").await.expect("writes go on");
}

/// A user with exactly one password account, or neither.
async fn whole_or_nothing(fixture: &Fixture, email: &str) {
    let adapter = fixture.auth.adapter();
    let found =
        adapter.find_one(Query::new(user::MODEL).filter(Filter::equal(user::EMAIL, email))).await.unwrap();
    let Some(found) = found else {
        return;
    };
    let id = found.record.get(user::ID).cloned();
    let of = |field| Filter::equal(field, id.clone());
    assert_eq!(adapter.count(account::MODEL, of(account::USER_ID)).await.unwrap(), 1, "{email}");
    assert_eq!(adapter.count(session::MODEL, of(session::USER_ID)).await.unwrap(), 1, "{email}");
}

fn is_outage(error: &AuthError) -> bool {
    use AdapterError::{ConnectionLost, Retryable, Unavailable, UnknownOutcome};
    let AuthError::Adapter(error) = error else {
        return false;
    };
    matches!(error, Unavailable(_) | ConnectionLost(_) | UnknownOutcome(_) | Retryable(_))
}

/// The server goes while a transaction is open, and is back before it is committed.
async fn lost(program: PathBuf) {
    let mut server = MongoServer::start(&program).await;
    let adapter = open(&server.url()).await;
    let transaction = adapter.begin().await.unwrap();
    transaction.adapter().create(user::MODEL, person("id-a", "a")).await.unwrap();
    server.kill();
    server.start_again().await;
    let error = transaction.commit().await.unwrap_err();
    assert!(error.is_retryable() || matches!(error, AdapterError::UnknownOutcome(_)), "{error:?}");
    assert_eq!(adapter.count(user::MODEL, Filter::everything()).await.unwrap(), 0);
    // The address is free.
    adapter.create(user::MODEL, person("id-a", "a")).await.unwrap();
}

async fn standalone(program: PathBuf) {
    let server = MongoServer::standalone(&program).await;
    let adapter = open(&server.url()).await;
    assert!(!adapter.capabilities().transactions);
    let error = adapter.begin().await.unwrap_err();
    assert!(matches!(error, AdapterError::Unsupported { .. }), "{error:?}");
    assert!(error.to_string().contains("replica set"), "{error}");
    // What is whole by itself works.
    adapter.create(user::MODEL, person("id-a", "a")).await.unwrap();
    let change = Record::default().with(user::NAME, "b");
    let changed = adapter.update(user::MODEL, Filter::equal(user::ID, "id-a"), change).await.unwrap();
    assert_eq!(changed.unwrap().get(user::NAME), Some(&Value::from("b")));
    assert_eq!(adapter.delete_many(user::MODEL, Filter::everything()).await.unwrap(), 1);
    for round in 0..5 {
        assert_eq!(winners(&adapter, round).await, 1, "round {round}");
    }
    assert_eq!(adapter.count(verification::MODEL, Filter::everything()).await.unwrap(), 0);
}

/// Of three values that supersede each other, eight callers get one at most, also without transactions.
async fn winners(adapter: &Arc<dyn Adapter>, round: u32) -> usize {
    let identifier = format!("round-{round}");
    for value in ["old", "older", "new"] {
        let verification = Record::default()
            .with(verification::IDENTIFIER, identifier.as_str())
            .with(verification::VALUE, value)
            .with(verification::EXPIRES_AT, INSTANT)
            .with(verification::CREATED_AT, INSTANT)
            .with(verification::UPDATED_AT, INSTANT);
        adapter.create(verification::MODEL, verification).await.unwrap();
    }
    let mut callers = JoinSet::new();
    for _ in 0..8 {
        let (adapter, filter) =
            (Arc::clone(adapter), Filter::equal(verification::IDENTIFIER, identifier.as_str()));
        let consume = Consume { model: verification::MODEL, filter, sort: None, with_all_matches: true };
        callers.spawn(async move { adapter.consume_one(consume).await.unwrap() });
    }
    callers.join_all().await.into_iter().flatten().count()
}
