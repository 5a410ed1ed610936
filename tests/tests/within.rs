//! The application's own transaction around operations of the library.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use auth_core::domain::{Email, RequestContext, User};
use auth_core::hooks::{DatabaseHooks, Event, HookError, Hooks, Operation, Phase};
use auth_core::password::Password;
use auth_core::service::{Refresh, SignInEmail, SignUpEmail};
use auth_core::{Auth, AuthError, DatabaseConnection, MemoryAdapter, SeaOrmAdapter};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{Fixture, PASSWORD, context};
use auth_tests::runner::{Case, main as run};
use auth_tests::statements::record;
use sea_orm::{ConnectionTrait, TransactionTrait};

fn main() {
    let cases = [
        Case::new("a_rolled_back_sign_up_leaves_nothing_and_runs_no_after_hook", rolled_back),
        Case::new("a_committed_sign_up_runs_its_after_hooks_when_it_is_told", committed),
        Case::new("a_failed_operation_leaves_the_transaction_usable", savepoint),
        Case::new("reads_see_what_the_transaction_has_written", reads),
        Case::new("a_joined_sign_up_sends_no_begin_and_no_commit_of_its_own", statements),
        Case::new("a_transaction_of_the_waist_is_joined_too", waist),
    ];
    run(&cases, |backend| !matches!(backend, Backend::Memory | Backend::MysqlWithoutReturning));
}

#[derive(Debug, Clone, Default)]
struct Count(Arc<AtomicUsize>);

#[async_trait]
impl DatabaseHooks<User> for Count {
    fn events(&self) -> &'static [Event] {
        &[(Operation::Create, Phase::After)]
    }

    async fn after_create(&self, _: &User, _: &RequestContext) -> Result<(), HookError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

struct World {
    connection: DatabaseConnection,
    fixture: Fixture,
    count: Count,
}

impl World {
    async fn new(database: &TestDatabase) -> Self {
        let connection = database.connect().await;
        migration::run(&connection).await.unwrap();
        connection.execute_unprepared("CREATE TABLE notes (text VARCHAR(50))").await.unwrap();
        let adapter = Arc::new(SeaOrmAdapter::new(connection.clone()).await.unwrap());
        let count = Count::default();
        let hooks = Hooks::new().user(count.clone());
        let fixture = Fixture::on(adapter, |builder| builder.hooks(hooks));
        Self { connection, fixture, count }
    }

    fn auth(&self) -> &Auth {
        &self.fixture.auth
    }

    fn after_hooks(&self) -> usize {
        self.count.0.load(Ordering::SeqCst)
    }

    async fn notes(&self) -> i64 {
        let sql = "SELECT COUNT(*) FROM notes";
        let statement = sea_orm::Statement::from_string(self.connection.get_database_backend(), sql);
        let row = self.connection.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }
}

fn sign_up(email: &str) -> SignUpEmail {
    SignUpEmail::new("Ada", Email::parse(email).unwrap(), Password::new(PASSWORD))
}

const NOTE: &str = "INSERT INTO notes VALUES ('hello')";

async fn rolled_back(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    let transaction = world.connection.begin().await.unwrap();
    let joined = world.auth().within(&transaction).unwrap();
    let signed_up = joined.sign_up_email(sign_up("ada@example.com"), &context()).await.unwrap();
    transaction.execute_unprepared(NOTE).await.unwrap();
    let after = joined.detach();
    assert_eq!((after.len(), world.after_hooks()), (1, 0));
    transaction.rollback().await.unwrap();
    drop(after);
    assert_eq!(world.auth().store().users().count().await.unwrap(), 0);
    assert!(world.auth().store().accounts().list(&signed_up.user.id).await.unwrap().is_empty());
    let token = signed_up.session.unwrap().token;
    assert!(world.auth().validate_session(&token, Refresh::Never, &context()).await.unwrap().is_none());
    assert_eq!((world.notes().await, world.after_hooks()), (0, 0));

    // Dropped while open: the same.
    {
        let transaction = world.connection.begin().await.unwrap();
        let joined = world.auth().within(&transaction).unwrap();
        joined.sign_up_email(sign_up("ada@example.com"), &context()).await.unwrap();
    }
    assert_eq!(world.auth().store().users().count().await.unwrap(), 0);
    assert_eq!(world.after_hooks(), 0);
    world.fixture.user("ada@example.com").await;
    assert_eq!(world.after_hooks(), 1);
}

async fn committed(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    let transaction = world.connection.begin().await.unwrap();
    transaction.execute_unprepared(NOTE).await.unwrap();
    let joined = world.auth().within(&transaction).unwrap();
    let signed_up = joined.sign_up_email(sign_up("ada@example.com"), &context()).await.unwrap();
    let after = joined.detach();
    transaction.commit().await.unwrap();
    assert_eq!(world.after_hooks(), 0);
    after.committed().await;
    assert_eq!((world.after_hooks(), world.notes().await), (1, 1));
    let token = signed_up.session.unwrap().token;
    assert!(world.auth().validate_session(&token, Refresh::Never, &context()).await.unwrap().is_some());
}

async fn savepoint(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    world.fixture.user("ada@example.com").await;
    let transaction = world.connection.begin().await.unwrap();
    let joined = world.auth().within(&transaction).unwrap();
    let error = joined.sign_up_email(sign_up("ada@example.com"), &context()).await.unwrap_err();
    assert!(matches!(error, AuthError::EmailTaken), "{error:?}");
    joined.sign_up_email(sign_up("eve@example.com"), &context()).await.unwrap();
    transaction.execute_unprepared(NOTE).await.unwrap();
    let after = joined.detach();
    assert_eq!(after.len(), 1);
    transaction.commit().await.unwrap();
    after.committed().await;
    assert_eq!(world.auth().store().users().count().await.unwrap(), 2);
    assert_eq!((world.notes().await, world.after_hooks()), (1, 2));
}

async fn reads(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    let transaction = world.connection.begin().await.unwrap();
    let joined = world.auth().within(&transaction).unwrap();
    let signed_up = joined.sign_up_email(sign_up("ada@example.com"), &context()).await.unwrap();
    let (email, password) = (Email::parse("ada@example.com").unwrap(), Password::new(PASSWORD));
    joined.sign_in_email(SignInEmail::new(email, password), &context()).await.unwrap();
    assert_eq!(joined.list_sessions(&signed_up.user.id).await.unwrap().len(), 2);
    assert_eq!(joined.revoke_sessions(&signed_up.user.id, &context()).await.unwrap(), 2);
    assert!(joined.store().users().delete(&signed_up.user.id).await.unwrap());
    let after = joined.detach();
    transaction.commit().await.unwrap();
    after.committed().await;
    assert_eq!(world.auth().store().users().count().await.unwrap(), 0);
}

async fn statements(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    let transaction = world.connection.begin().await.unwrap();
    let joined = world.auth().within(&transaction).unwrap();
    let context = context();
    let (outcome, statements) = record(joined.sign_up_email(sign_up("ada@example.com"), &context)).await;
    outcome.unwrap();
    // A savepoint, so that a failure leaves nothing of the three.
    assert_eq!(statements.len(), 5, "{statements:#?}");
    drop(joined);
    transaction.commit().await.unwrap();
}

async fn waist(database: Arc<TestDatabase>) {
    let world = World::new(&database).await;
    let memory = Fixture::on(Arc::new(MemoryAdapter::new()), |builder| builder);
    for auth in [world.auth(), &memory.auth] {
        for commits in [false, true] {
            let transaction = auth.adapter().begin().await.unwrap();
            let joined = auth.within_transaction(&*transaction);
            joined.sign_up_email(sign_up("ada@example.com"), &context()).await.unwrap();
            let after = joined.detach();
            if commits {
                transaction.commit().await.unwrap();
            } else {
                transaction.rollback().await.unwrap();
            }
            after.committed().await;
            assert_eq!(auth.store().users().count().await.unwrap(), u64::from(commits));
        }
    }
    // Memory has no SeaORM transaction to join.
    let transaction = world.connection.begin().await.unwrap();
    let error = memory.auth.within(&transaction).unwrap_err();
    assert!(error.to_string().contains("join a SeaORM transaction"), "{error}");
}
