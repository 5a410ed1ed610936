//! Sessions that are kept in the memory of the process for seconds.

use std::sync::Arc;
use std::time::Duration;

use auth_core::config::{LocalCacheConfig, SessionConfig};
use auth_core::domain::SessionToken;
use auth_core::password::Password;
use auth_core::service::{ChangePassword, SignInEmail, UpdateUser};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{Fixture, PASSWORD, context};
use auth_tests::runner::{Case, main as run};
use auth_tests::statements::record;

fn main() {
    let cases = [
        Case::new("a_session_that_is_kept_costs_no_statement", no_statement),
        Case::new("of_fifty_who_miss_one_session_one_reads_it", single_flight),
        Case::new("what_the_process_ends_or_changes_is_seen_at_once", at_once),
        Case::new("what_another_process_revokes_holds_for_the_ttl_at_most", bound),
        Case::new("fifty_sessions_that_are_kept_end_at_once_when_all_are_revoked", fifty),
    ];
    run(&cases, |backend| backend != Backend::MysqlWithoutReturning);
}

async fn fixture(database: &TestDatabase, ttl: Duration) -> Fixture {
    Fixture::with(database, |builder| {
        let mut cache = LocalCacheConfig::default();
        cache.ttl = ttl;
        let mut session = SessionConfig::default();
        session.local_cache = Some(cache);
        builder.session(session)
    })
    .await
}

async fn no_statement(database: Arc<TestDatabase>) {
    let fixture = fixture(&database, MINUTE).await;
    let ada = fixture.sign_up("ada@example.com").await.unwrap();
    let session = ada.session.unwrap();
    let first = fixture.session_of(&session.token).await.unwrap().unwrap();
    let (second, statements) = record(fixture.session_of(&session.token)).await;
    let second = second.unwrap().unwrap();
    assert_eq!((&first.session, &first.user), (&second.session, &second.user));
    assert_eq!(statements, Vec::<String>::new());
    // The end of a session is not the cache's to decide.
    fixture.clock.advance(time::Duration::days(8));
    assert!(fixture.session_of(&session.token).await.unwrap().is_none());
}

async fn single_flight(database: Arc<TestDatabase>) {
    let fixture = fixture(&database, MINUTE).await;
    let token = fixture.sign_up("ada@example.com").await.unwrap().session.unwrap().token;
    let everybody = async {
        let mut waiting: Vec<_> = (0..50).map(|_| Box::pin(fixture.session_of(&token))).collect();
        std::future::poll_fn(|context| {
            waiting.retain_mut(|asking| match asking.as_mut().poll(context) {
                std::task::Poll::Ready(found) => {
                    assert!(found.unwrap().is_some());
                    false
                }
                std::task::Poll::Pending => true,
            });
            if waiting.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
    };
    let ((), statements) = record(everybody).await;
    assert!(statements.len() <= 1, "{statements:?}");
}

async fn at_once(database: Arc<TestDatabase>) {
    let fixture = fixture(&database, MINUTE).await;
    let auth = &fixture.auth;
    let ada = fixture.sign_up("ada@example.com").await.unwrap();
    let first = ada.session.unwrap().token;
    let mut tokens = Vec::new();
    for _ in 0..4 {
        tokens.push(fixture.sign_in("ada@example.com", PASSWORD).await.unwrap().session.token);
    }
    keep(&fixture, &[std::slice::from_ref(&first), &tokens].concat()).await;
    let update =
        UpdateUser { name: Some("Countess".to_owned()), image: None, additional: serde_json::Map::new() };
    auth.update_user(&ada.user.id, update, &context()).await.unwrap();
    assert_eq!(fixture.session_of(&first).await.unwrap().unwrap().user.name, "Countess");
    auth.sign_out(&tokens[0], &context()).await.unwrap();
    assert!(fixture.session_of(&tokens[0]).await.unwrap().is_none());
    auth.revoke_session(&ada.user.id, &tokens[1], &context()).await.unwrap();
    assert!(fixture.session_of(&tokens[1]).await.unwrap().is_none());
    auth.revoke_other_sessions(&ada.user.id, &first, &context()).await.unwrap();
    for token in &tokens {
        assert!(fixture.session_of(token).await.unwrap().is_none());
    }
    assert!(fixture.session_of(&first).await.unwrap().is_some());
    let change = ChangePassword {
        current: Password::new(PASSWORD),
        new: Password::new("another horse battery staple"),
        revoke_other_sessions: true,
        remember_me: true,
    };
    let second = auth.change_password(&ada.user.id, change, &context()).await.unwrap().session.unwrap().token;
    assert!(fixture.session_of(&first).await.unwrap().is_none());
    keep(&fixture, std::slice::from_ref(&second)).await;
    let transaction = auth.adapter().begin().await.unwrap();
    let within = auth.within_transaction(&*transaction);
    let sign_in = SignInEmail::new(ada.user.email.clone(), Password::new("another horse battery staple"));
    within.sign_in_email(sign_in, &context()).await.unwrap();
    within.sign_out(&second, &context()).await.unwrap();
    let after = within.detach();
    transaction.commit().await.unwrap();
    after.committed().await;
    assert!(fixture.session_of(&second).await.unwrap().is_none());
    let third =
        fixture.sign_in("ada@example.com", "another horse battery staple").await.unwrap().session.token;
    keep(&fixture, std::slice::from_ref(&third)).await;
    auth.remove_user(&ada.user.id, &context()).await.unwrap();
    assert!(fixture.session_of(&third).await.unwrap().is_none());
}

async fn bound(database: Arc<TestDatabase>) {
    if database.backend() == Backend::Memory {
        return;
    }
    let ttl = Duration::from_secs(1);
    let fixture = fixture(&database, ttl).await;
    let other = Fixture::new(&database).await;
    let token = fixture.sign_up("ada@example.com").await.unwrap().session.unwrap().token;
    keep(&fixture, std::slice::from_ref(&token)).await;
    other.auth.sign_out(&token, &context()).await.unwrap();
    // However busy the machine is, the bound is counted from when the session was read.
    tokio::time::sleep(ttl).await;
    assert!(fixture.session_of(&token).await.unwrap().is_none());
}

async fn fifty(database: Arc<TestDatabase>) {
    let fixture = Arc::new(fixture(&database, MINUTE).await);
    let ada = fixture.sign_up("ada@example.com").await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let fixture = Arc::clone(&fixture);
        tasks.spawn(async move {
            let token = fixture.sign_in("ada@example.com", PASSWORD).await.unwrap().session.token;
            keep(&fixture, std::slice::from_ref(&token)).await;
            token
        });
    }
    let tokens = tasks.join_all().await;
    fixture.auth.revoke_sessions(&ada.user.id, &context()).await.unwrap();
    for token in &tokens {
        assert!(fixture.session_of(token).await.unwrap().is_none());
    }
}

async fn keep(fixture: &Fixture, tokens: &[SessionToken]) {
    for token in tokens {
        assert!(fixture.session_of(token).await.unwrap().is_some());
    }
}

const MINUTE: Duration = Duration::from_secs(60);
