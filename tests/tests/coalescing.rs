//! Validations that share statements: every caller gets its own answer, whatever happens to the others.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use auth_core::adapter::AdapterError;
use auth_core::config::CoalescingConfig;
use auth_core::domain::{Email, NewSession, NewUser, RequestContext, Session, SessionToken, User};
use auth_core::service::Refresh;
use auth_core::{Auth, DatabaseConfig, DatabaseConnection, SeaOrmAdapter};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::runner::{Case, main as run};
use auth_tests::statements::record;
use sea_orm::{ConnectionTrait, TransactionTrait};

fn main() {
    let cases = [
        Case::new("callers_who_wait_share_a_statement", share),
        Case::new("a_lone_caller_asks_directly", alone),
        Case::new("a_statement_is_shared_by_a_bounded_number", bounded_batch),
        Case::new("a_full_queue_turns_nobody_away", full_queue),
        Case::new("a_failed_statement_is_each_callers_error", failure),
        Case::new("a_caller_who_goes_away_harms_nobody", cancelled),
        Case::new("a_caller_who_goes_away_while_asking_harms_nobody", cancelled_while_asking),
        Case::new("whoever_waits_for_one_that_is_stuck_asks_alone", stuck),
        Case::new("an_unreadable_row_is_the_error_of_its_own_caller", unreadable),
        Case::new("a_transaction_asks_for_itself", transaction),
        Case::new("nobody_is_let_in_after_a_sign_out", race),
        Case::new("it_can_be_switched_off", off),
    ];
    run(&cases, |backend| matches!(backend, Backend::Sqlite | Backend::Postgres | Backend::Mysql));
}

/// A pool of one connection, which the test can hold, so that whoever asks waits.
struct Stage {
    connection: DatabaseConnection,
    auth: Auth,
}

type Found = Result<Option<(Session, User)>, AdapterError>;
type Caller<'a> = Pin<Box<dyn Future<Output = Found> + Send + 'a>>;

impl Stage {
    async fn new(database: &TestDatabase, settings: impl FnOnce(&mut CoalescingConfig)) -> Self {
        let mut coalescing = CoalescingConfig::default();
        coalescing.workers = std::num::NonZeroUsize::MIN;
        settings(&mut coalescing);
        Self::with(database, 1, coalescing).await
    }

    async fn with(database: &TestDatabase, connections: u32, coalescing: CoalescingConfig) -> Self {
        let mut config = DatabaseConfig::new(&database.url);
        config.max_connections = connections;
        let connection = auth_core::connect(&config).await.unwrap();
        migration::run(&connection).await.unwrap();
        let adapter =
            SeaOrmAdapter::builder(connection.clone()).coalescing(coalescing).build().await.unwrap();
        let auth = Auth::builder(Arc::new(adapter), "x".repeat(32)).build().unwrap();
        Self { connection, auth }
    }

    async fn sessions(&self, count: usize) -> Vec<SessionToken> {
        let mut tokens = Vec::new();
        for number in 0..count {
            let email = Email::parse(&format!("user{number}@example.com")).unwrap();
            let user = self.auth.store().users().create(NewUser::new("User", email)).await.unwrap();
            let new = NewSession::new(user.id, self.auth.now() + time::Duration::days(7));
            tokens.push(self.auth.store().sessions().create(new).await.unwrap().token);
        }
        tokens
    }

    fn find<'a>(&'a self, token: &'a SessionToken) -> Caller<'a> {
        Box::pin(self.auth.store().sessions().find_with_user(token))
    }
}

/// Lets every caller come as far as it gets.
async fn arrive(callers: &mut [Caller<'_>]) {
    poll_fn(|context| {
        for caller in &mut *callers {
            assert!(caller.as_mut().poll(context).is_pending(), "the connection is held");
        }
        Poll::Ready(())
    })
    .await;
}

/// Waits for all at once: one that is not looked after would keep the connection that it was given.
async fn answers(mut callers: Vec<Caller<'_>>) -> Vec<Found> {
    let mut found: Vec<Option<Found>> = callers.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (caller, found) in callers.iter_mut().zip(&mut found) {
            if found.is_none()
                && let Poll::Ready(answer) = caller.as_mut().poll(context)
            {
                *found = Some(answer);
            }
        }
        if found.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    found.into_iter().flatten().collect()
}

/// Asks for all tokens while the only connection is held, then lets it go.
async fn asked_at_once(stage: &Stage, tokens: &[&SessionToken]) -> (Vec<Found>, Vec<String>) {
    record(async {
        let held = stage.connection.begin().await.unwrap();
        let mut callers: Vec<Caller<'_>> = tokens.iter().map(|token| stage.find(token)).collect();
        arrive(&mut callers).await;
        held.rollback().await.unwrap();
        answers(callers).await
    })
    .await
}

fn unknown(number: usize) -> SessionToken {
    SessionToken::parse(&format!("unknown{number}")).unwrap()
}

fn assert_found(found: &[Found], tokens: &[&SessionToken], known: &[SessionToken]) {
    assert_eq!(found.len(), tokens.len());
    for (found, token) in found.iter().zip(tokens) {
        let found = found.as_ref().unwrap();
        assert_eq!(found.is_some(), known.contains(token));
        if let Some((session, user)) = found {
            assert!(session.token == **token && session.user_id == user.id);
        }
    }
}

async fn share(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database, |_| {}).await;
    let known = stage.sessions(10).await;
    let strangers: Vec<SessionToken> = (0..5).map(unknown).collect();
    // Each session twice, those that are not there once.
    let tokens: Vec<&SessionToken> = known.iter().chain(&strangers).chain(&known).collect();
    let (found, statements) = asked_at_once(&stage, &tokens).await;
    assert_found(&found, &tokens, &known);
    assert_eq!(statements.len(), 2, "one for the first, one for all others: {statements:#?}");
}

async fn alone(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database, |_| {}).await;
    let known = stage.sessions(1).await;
    let (found, statements) = record(async {
        let first = stage.find(&known[0]).await;
        vec![first, stage.find(&known[0]).await]
    })
    .await;
    assert_found(&found, &[&known[0], &known[0]], &known);
    assert_eq!(statements.len(), 2);
    assert!(
        statements.iter().all(|text| !text.contains("ANY(") && !text.contains(" IN (")),
        "{statements:#?}"
    );
}

async fn bounded_batch(database: Arc<TestDatabase>) {
    let four = std::num::NonZeroUsize::new(4).unwrap();
    let stage = Stage::new(&database, |config| config.max_batch = four).await;
    let known = stage.sessions(11).await;
    let tokens: Vec<&SessionToken> = known.iter().collect();
    let (found, statements) = asked_at_once(&stage, &tokens).await;
    assert_found(&found, &tokens, &known);
    assert_eq!(statements.len(), 4, "one alone, ten by four: {statements:#?}");
}

async fn full_queue(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database, |config| config.max_queued = 2).await;
    let known = stage.sessions(6).await;
    let tokens: Vec<&SessionToken> = known.iter().collect();
    let (found, statements) = asked_at_once(&stage, &tokens).await;
    assert_found(&found, &tokens, &known);
    assert_eq!(statements.len(), 5, "the first, two together, three besides: {statements:#?}");
}

async fn failure(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database, |_| {}).await;
    let known = stage.sessions(5).await;
    let held = stage.connection.begin().await.unwrap();
    let mut callers: Vec<Caller<'_>> = known.iter().map(|token| stage.find(token)).collect();
    arrive(&mut callers).await;
    // Nobody gets a connection any more.
    let pool = stage.connection.clone();
    let closing = tokio::spawn(async move { pool.close().await });
    let found = answers(callers).await;
    held.rollback().await.unwrap();
    closing.await.unwrap().unwrap();
    assert_eq!(found.len(), 5);
    for found in found {
        let error = found.unwrap_err();
        assert!(matches!(error, AdapterError::Closed), "{error:?}");
    }
}

async fn cancelled(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database, |_| {}).await;
    let known = stage.sessions(5).await;
    let held = stage.connection.begin().await.unwrap();
    let mut callers: Vec<Caller<'_>> = known.iter().map(|token| stage.find(token)).collect();
    arrive(&mut callers).await;
    drop(callers.remove(2));
    held.rollback().await.unwrap();
    let tokens: Vec<&SessionToken> = known.iter().take(2).chain(known.iter().skip(3)).collect();
    assert_found(&answers(callers).await, &tokens, &known);
}

async fn cancelled_while_asking(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database, |_| {}).await;
    let known = stage.sessions(5).await;
    let held = stage.connection.begin().await.unwrap();
    let mut callers: Vec<Caller<'_>> = known.iter().map(|token| stage.find(token)).collect();
    arrive(&mut callers).await;
    // The one that has the turn; its place goes to the others.
    drop(callers.remove(0));
    held.rollback().await.unwrap();
    let tokens: Vec<&SessionToken> = known.iter().skip(1).collect();
    assert_found(&answers(callers).await, &tokens, &known);
    assert!(stage.find(&known[0]).await.unwrap().is_some(), "the turn came back");
}

async fn stuck(database: Arc<TestDatabase>) {
    let one = std::num::NonZeroUsize::MIN;
    let mut coalescing = CoalescingConfig::default();
    coalescing.workers = one;
    let stage = Stage::with(&database, 2, coalescing).await;
    let known = stage.sessions(2).await;
    let held = (stage.connection.begin().await.unwrap(), stage.connection.begin().await.unwrap());
    // It has the turn, and is never looked after again; nobody else comes who could notice.
    let mut first = vec![stage.find(&known[0])];
    arrive(&mut first).await;
    let mut second = vec![stage.find(&known[1])];
    arrive(&mut second).await;
    held.0.rollback().await.unwrap();
    held.1.rollback().await.unwrap();
    assert_found(&answers(second).await, &[&known[1]], &known);
    drop(first);
}

async fn unreadable(database: Arc<TestDatabase>) {
    // The other engines hold what their columns say.
    if !database.url.starts_with("sqlite:") {
        return;
    }
    let stage = Stage::new(&database, |_| {}).await;
    let known = stage.sessions(4).await;
    let text =
        format!("UPDATE auth_sessions SET created_at = 'yesterday' WHERE token = '{}'", known[2].expose());
    stage.connection.execute_unprepared(&text).await.unwrap();
    let held = stage.connection.begin().await.unwrap();
    let mut callers: Vec<Caller<'_>> =
        known.iter().chain([&known[2]]).map(|token| stage.find(token)).collect();
    arrive(&mut callers).await;
    held.rollback().await.unwrap();
    let mut found = answers(callers).await;
    for broken in [found.pop().unwrap(), found.remove(2)] {
        let error = broken.unwrap_err();
        assert!(
            matches!(&error, AdapterError::Inconsistent { field, .. } if field == "created_at"),
            "{error:?}"
        );
    }
    assert_found(&found, &[&known[0], &known[1], &known[3]], &known);
}

async fn transaction(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database, |_| {}).await;
    let known = stage.sessions(2).await;
    let transaction = stage.auth.adapter().begin().await.unwrap();
    let mut callers = vec![stage.find(&known[0])];
    arrive(&mut callers).await;
    // The pool has no connection left, and the turn is taken.
    let within = stage.auth.within_transaction(&*transaction);
    let valid = within.validate_session(&known[1], Refresh::Never, &RequestContext::default()).await.unwrap();
    assert!(valid.unwrap().session.token == known[1]);
    drop(within);
    transaction.rollback().await.unwrap();
    assert_found(&answers(callers).await, &[&known[0]], &known);
}

async fn race(database: Arc<TestDatabase>) {
    let stage = Stage::with(&database, 4, CoalescingConfig::default()).await;
    let tokens = stage.sessions(1).await;
    let user = stage.find(&tokens[0]).await.unwrap().unwrap().1;
    let tasks: Vec<_> = (0..48)
        .map(|_| {
            let (auth, user_id) = (stage.auth.clone(), user.id.clone());
            tokio::spawn(async move {
                let context = RequestContext::default();
                for _ in 0..10 {
                    let new = NewSession::new(user_id.clone(), auth.now() + time::Duration::days(7));
                    let token = auth.store().sessions().create(new).await.unwrap().token;
                    for _ in 0..5 {
                        let valid = auth.validate_session(&token, Refresh::WhenDue, &context).await.unwrap();
                        assert!(valid.unwrap().session.token == token);
                    }
                    auth.sign_out(&token, &context).await.unwrap();
                    let valid = auth.validate_session(&token, Refresh::WhenDue, &context).await.unwrap();
                    assert!(valid.is_none(), "it was signed out before");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

async fn off(database: Arc<TestDatabase>) {
    let stage = Stage::with(&database, 1, CoalescingConfig::off()).await;
    let known = stage.sessions(4).await;
    let tokens: Vec<&SessionToken> = known.iter().collect();
    let (found, statements) = asked_at_once(&stage, &tokens).await;
    assert_found(&found, &tokens, &known);
    assert_eq!(statements.len(), 4, "{statements:#?}");
}
