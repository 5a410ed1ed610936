//! Lists and searches may come from a replica that lags; nothing that decides does.

use std::sync::Arc;

use auth_core::domain::{Email, User, UserSearch};
use auth_core::service::Refresh;
use auth_core::{DatabaseConfig, DatabaseConnection, SeaOrmAdapter};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{Fixture, PASSWORD, context};
use auth_tests::runner::{Case, main as run};

fn main() {
    let cases = [
        Case::new("lists_and_searches_are_asked_of_the_replica", lists),
        Case::new("what_decides_is_asked_of_the_first", decisions),
        Case::new("a_transaction_asks_nobody_else", transaction),
        Case::new("a_replica_that_is_gone_is_replaced", gone),
    ];
    run(&cases, |backend| matches!(backend, Backend::Sqlite | Backend::Postgres | Backend::Mysql));
}

/// A replica that lags so far that it holds other people.
struct Stage {
    fixture: Fixture,
    replica: DatabaseConnection,
    other: TestDatabase,
}

impl Stage {
    async fn new(database: &TestDatabase) -> Self {
        let other = database.backend().create().await;
        let lagging = Fixture::new(&other).await;
        lagging.sign_up("old@example.com").await.unwrap();
        let replica = other.connect().await;
        let connection = auth_core::connect(&DatabaseConfig::new(&database.url)).await.unwrap();
        migration::run(&connection).await.unwrap();
        let builder = SeaOrmAdapter::builder(connection).replica(replica.clone());
        let fixture = Fixture::on(Arc::new(builder.build().await.unwrap()), |builder| builder);
        Self { fixture, replica, other }
    }

    async fn end(self) {
        self.replica.close().await.unwrap();
        self.other.remove().await;
    }
}

fn emails(users: &[User]) -> Vec<&str> {
    users.iter().map(|user| user.email.as_str()).collect()
}

async fn lists(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database).await;
    let user = stage.fixture.user("new@example.com").await;
    let store = stage.fixture.auth.store();
    assert_eq!(emails(&store.users().list(None, 10).await.unwrap()), ["old@example.com"]);
    for text in ["example", ""] {
        let search = UserSearch::new(text);
        assert_eq!(emails(&store.users().search(search).await.unwrap()), ["old@example.com"], "{text:?}");
    }
    assert!(store.sessions().list_of_user(&user.id, None, 10).await.unwrap().is_empty());
    stage.end().await;
}

async fn decisions(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database).await;
    let (fixture, email) = (&stage.fixture, Email::parse("new@example.com").unwrap());
    let signed_up = fixture.sign_up("new@example.com").await.unwrap();
    let (token, id) = (signed_up.session.unwrap().token, signed_up.user.id);
    let (auth, context) = (&fixture.auth, context());
    assert!(auth.validate_session(&token, Refresh::WhenDue, &context).await.unwrap().is_some());
    let users = auth.store().users();
    assert_eq!(users.count().await.unwrap(), 1);
    assert!(users.find(&id).await.unwrap().is_some() && users.find_by_email(&email).await.unwrap().is_some());
    assert!(users.find_many(std::slice::from_ref(&id)).await.unwrap().len() == 1);
    assert_eq!(auth.store().sessions().list_active(&id).await.unwrap().len(), 1);
    fixture.sign_in("old@example.com", PASSWORD).await.unwrap_err();
    assert_eq!(fixture.sign_in("new@example.com", PASSWORD).await.unwrap().user.id, id);
    auth.revoke_sessions(&id, &context).await.unwrap();
    assert!(auth.validate_session(&token, Refresh::WhenDue, &context).await.unwrap().is_none());
    stage.end().await;
}

async fn transaction(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database).await;
    stage.fixture.user("new@example.com").await;
    let transaction = stage.fixture.auth.adapter().begin().await.unwrap();
    let within = stage.fixture.auth.within_transaction(&*transaction);
    assert_eq!(emails(&within.store().users().list(None, 10).await.unwrap()), ["new@example.com"]);
    drop(within);
    transaction.rollback().await.unwrap();
    stage.end().await;
}

async fn gone(database: Arc<TestDatabase>) {
    let stage = Stage::new(&database).await;
    stage.fixture.user("new@example.com").await;
    stage.replica.clone().close().await.unwrap();
    let users = stage.fixture.auth.store().users();
    assert_eq!(emails(&users.list(None, 10).await.unwrap()), ["new@example.com"]);
    assert_eq!(emails(&users.search(UserSearch::new("new")).await.unwrap()), ["new@example.com"]);
    stage.end().await;
}
