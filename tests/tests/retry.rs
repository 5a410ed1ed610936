//! Transactions that give way to others end well, and a commit of which nobody knows how it ended is looked up.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use auth_core::adapter::{AdapterError, Filter, Record};
use auth_core::config::{SessionConfig, TransactionConfig};
use auth_core::domain::{
    NewVerification, Random, RequestContext, Secret, SystemRandom, User, UserChange, UserId, Verification,
};
use auth_core::hooks::{DatabaseHooks, Event, HookError, Hooks, Operation, Phase};
use auth_core::password::Password;
use auth_core::repository::{RepositoryError, Store};
use auth_core::secondary_storage::MemoryStorage;
use auth_core::service::ChangePassword;
use auth_core::{AuthBuilder, AuthError, DatabaseConfig, SeaOrmAdapter};
use auth_schema::FieldId;
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{Fixture, PASSWORD, context};
use auth_tests::runner::{Case, main as run};
use auth_tests::statements::record;
use sea_orm::ConnectionTrait;
use time::macros::datetime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Barrier;

fn main() {
    let cases = [
        Case::new("two_transactions_that_wait_for_each_other_both_end_well", deadlock).on(server),
        Case::new("a_serialization_failure_is_run_again", serialization)
            .on(|backend| backend == Backend::Postgres),
        Case::new("a_busy_database_is_waited_for", busy).on(|backend| backend == Backend::Sqlite),
        Case::new("retries_end_after_the_tries_that_are_allowed", bounded)
            .on(|backend| backend == Backend::Sqlite),
        Case::new("a_commit_whose_answer_is_lost_is_found_by_reading_again", answer_lost).on(server),
        Case::new("a_commit_that_never_arrived_is_told_and_not_repeated", commit_lost).on(server),
        Case::new("a_deletion_of_unknown_outcome_is_nobodys_success", deletion_lost).on(server),
        Case::new("a_password_is_not_changed_because_a_store_has_the_new_session", password_lost).on(server),
        Case::new("a_begin_that_nobody_waits_for_leaves_no_transaction_open", abandoned).on(server),
        Case::new("a_deadlock_that_a_hook_passes_over_is_run_again", passed_over).on(server),
    ];
    run(&cases, |backend| matches!(backend, Backend::Sqlite | Backend::Postgres | Backend::Mysql));
}

fn server(backend: Backend) -> bool {
    backend != Backend::Sqlite
}

/// Changes two rows inside the transaction of a sign-up, in an order of its own; the first runs meet between the two.
#[derive(Debug)]
struct TwoRows {
    /// Whether the hook passes over what fails.
    careless: bool,
    rows: Mutex<Vec<[UserId; 2]>>,
    meet: Barrier,
    runs: Arc<AtomicUsize>,
    committed: Arc<AtomicUsize>,
}

#[async_trait]
impl DatabaseHooks<User> for TwoRows {
    fn events(&self) -> &'static [Event] {
        &[(Operation::Create, Phase::In), (Operation::Create, Phase::After)]
    }

    async fn in_create(&self, _: &User, transaction: Store<'_>, _: &RequestContext) -> Result<(), HookError> {
        let run = self.runs.fetch_add(1, Ordering::SeqCst);
        let order = self.rows.lock().unwrap().pop();
        let Some([first, second]) = order else {
            return Ok(());
        };
        touch(transaction, &first).await?;
        if run < 2 {
            self.meet.wait().await;
        }
        match touch(transaction, &second).await {
            Err(_) if self.careless => Ok(()),
            outcome => outcome,
        }
    }

    async fn after_create(&self, _: &User, _: &RequestContext) -> Result<(), HookError> {
        self.committed.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

async fn touch(transaction: Store<'_>, id: &UserId) -> Result<(), HookError> {
    let users = transaction.model("user")?;
    let change = Record::default().with(users.field("name")?, "touched");
    users.update_many(Filter::equal(FieldId::ID, id.as_str()), change).await?;
    Ok(())
}

/// Signs two people up at once, with a hook that touches rows in the given orders. Gives how often the hook ran and how
/// often it was told of a commit.
async fn two_sign_ups(
    database: &TestDatabase,
    careless: bool,
    orders: impl Fn(&UserId, &UserId) -> Vec<[UserId; 2]>,
) -> (usize, usize) {
    let connection = database.connect().await;
    migration::run(&connection).await.unwrap();
    let adapter = Arc::new(SeaOrmAdapter::new(connection).await.unwrap());
    let plain = Fixture::on(adapter.clone(), |builder| builder);
    let (one, two) = (plain.user("one@example.com").await.id, plain.user("two@example.com").await.id);
    let (runs, committed) = (Arc::default(), Arc::default());
    let hook = TwoRows {
        careless,
        rows: Mutex::new(orders(&one, &two)),
        meet: Barrier::new(2),
        runs: Arc::clone(&runs),
        committed: Arc::clone(&committed),
    };
    let fixture = Fixture::on(adapter, |builder| builder.hooks(Hooks::new().user(hook)));
    let (a, b) = tokio::join!(fixture.sign_up("a@example.com"), fixture.sign_up("b@example.com"));
    a.unwrap();
    b.unwrap();
    assert_eq!(plain.auth.store().users().count().await.unwrap(), 4);
    (runs.load(Ordering::SeqCst), committed.load(Ordering::SeqCst))
}

async fn deadlock(database: Arc<TestDatabase>) {
    let crossed = |one: &UserId, two: &UserId| vec![[one.clone(), two.clone()], [two.clone(), one.clone()]];
    let (runs, committed) = two_sign_ups(&database, false, crossed).await;
    assert!(runs >= 3, "no transaction was given up: {runs} runs");
    assert_eq!(committed, 2);
}

async fn serialization(database: Arc<TestDatabase>) {
    let name = database.url.rsplit('/').next().unwrap();
    let setting = format!("ALTER DATABASE {name} SET default_transaction_isolation = 'repeatable read'");
    database.connect().await.execute_unprepared(&setting).await.unwrap();
    // Both have their snapshot when the first changes the row that the second wants.
    let same =
        |one: &UserId, two: &UserId| vec![[one.clone(), two.clone()], [UserId::new("nobody"), two.clone()]];
    let (runs, committed) = two_sign_ups(&database, false, same).await;
    assert!(runs >= 3, "no transaction was given up: {runs} runs");
    assert_eq!(committed, 2);
}

/// Pauses are as long as they may be.
#[derive(Debug)]
struct Patient;

impl Random for Patient {
    fn fill(&self, bytes: &mut [u8]) {
        if bytes.len() == 1 { bytes.fill(255) } else { SystemRandom.fill(bytes) }
    }
}

/// A fixture that does not wait for another writer, and a connection that is one.
async fn impatient(
    database: &TestDatabase,
    transactions: TransactionConfig,
) -> (Fixture, auth_core::DatabaseConnection) {
    migration::run(&database.connect().await).await.unwrap();
    let mut config = DatabaseConfig::new(&database.url);
    config.sqlite.busy_timeout = Duration::ZERO;
    let adapter = SeaOrmAdapter::new(auth_core::connect(&config).await.unwrap()).await.unwrap();
    let fixture = Fixture::on(Arc::new(adapter), |builder| {
        builder.random(Arc::new(Patient)).transactions(transactions)
    });
    config.max_connections = 1;
    (fixture, auth_core::connect(&config).await.unwrap())
}

async fn busy(database: Arc<TestDatabase>) {
    let (fixture, writer) = impatient(&database, TransactionConfig::default()).await;
    writer.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
    let release = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(200)).await;
        writer.execute_unprepared("COMMIT").await.unwrap();
    });
    let (outcome, statements) = record(fixture.sign_up("ada@example.com")).await;
    outcome.unwrap();
    let begins = statements.iter().filter(|sql| *sql == "BEGIN").count();
    assert!(begins > 1, "the database was never busy: {statements:?}");
    release.await.unwrap();
}

async fn bounded(database: Arc<TestDatabase>) {
    let mut config = TransactionConfig::default();
    config.max_tries = 3;
    let (fixture, writer) = impatient(&database, config.clone()).await;
    writer.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
    let (outcome, statements) = record(fixture.sign_up("ada@example.com")).await;
    let error = outcome.unwrap_err();
    assert!(matches!(error, AuthError::Adapter(AdapterError::Retryable(_))), "{error:?}");
    assert_eq!(statements, ["BEGIN", "BEGIN", "BEGIN"]);

    config.max_tries = 1_000;
    config.retry_deadline = Duration::ZERO;
    let (fixture, _other) = impatient(&database, config).await;
    let (outcome, statements) = record(fixture.sign_up("ada@example.com")).await;
    outcome.unwrap_err();
    assert_eq!(statements, ["BEGIN"]);
    writer.execute_unprepared("ROLLBACK").await.unwrap();
    assert_eq!(fixture.auth.store().users().count().await.unwrap(), 0);
}

/// Where the wire is cut, once.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Cut {
    /// The commit does not reach the server.
    Commit,
    /// The server commits, its answer does not reach the client.
    Answer,
}

/// A proxy in front of a server that cuts the connection at the first commit after it is armed.
async fn proxy(server: String, cut: Cut, armed: Arc<AtomicBool>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let upstream = TcpStream::connect(&server).await.unwrap();
            tokio::spawn(relay(client, upstream, cut, Arc::clone(&armed)));
        }
    });
    port
}

async fn relay(mut client: TcpStream, mut server: TcpStream, cut: Cut, armed: Arc<AtomicBool>) {
    let (mut up, mut down) = (vec![0; 16_384], vec![0; 16_384]);
    loop {
        tokio::select! {
            read = client.read(&mut up) => match read {
                Ok(length @ 1..) => {
                    let commits = up[..length].windows(6).any(|word| word == b"COMMIT");
                    let cutting = commits && armed.swap(false, Ordering::SeqCst);
                    if cutting && cut == Cut::Commit {
                        return;
                    }
                    if server.write_all(&up[..length]).await.is_err() {
                        return;
                    }
                    if cutting {
                        // The answer arrives here and nowhere else.
                        let _ = server.read(&mut down).await;
                        return;
                    }
                }
                _ => return,
            },
            read = server.read(&mut down) => match read {
                Ok(length @ 1..) => if client.write_all(&down[..length]).await.is_err() { return },
                _ => return,
            },
        }
    }
}

/// A fixture behind a proxy, and one that reaches the server directly.
async fn behind(
    database: &TestDatabase,
    cut: Cut,
    settings: impl FnOnce(AuthBuilder) -> AuthBuilder,
) -> (Fixture, Fixture, Arc<AtomicBool>) {
    let connection = database.connect().await;
    migration::run(&connection).await.unwrap();
    let direct = Fixture::on(Arc::new(SeaOrmAdapter::new(connection).await.unwrap()), |builder| builder);
    let (before, rest) = database.url.rsplit_once('@').unwrap();
    let (server, name) = rest.split_once('/').unwrap();
    let default_port = if database.backend() == Backend::Postgres { 5432 } else { 3306 };
    let server = if server.contains(':') { server.to_owned() } else { format!("{server}:{default_port}") };
    let armed = Arc::new(AtomicBool::new(false));
    let port = proxy(server, cut, Arc::clone(&armed)).await;
    let plain = if database.backend() == Backend::Postgres { "sslmode=disable" } else { "ssl-mode=DISABLED" };
    let config = DatabaseConfig::new(format!("{before}@127.0.0.1:{port}/{name}?{plain}"));
    let adapter = SeaOrmAdapter::new(auth_core::connect(&config).await.unwrap()).await.unwrap();
    (Fixture::on(Arc::new(adapter), settings), direct, armed)
}

fn counting() -> (Hooks, Arc<AtomicUsize>) {
    let committed = Arc::new(AtomicUsize::new(0));
    let hook = TwoRows {
        careless: false,
        rows: Mutex::default(),
        meet: Barrier::new(1),
        runs: Arc::default(),
        committed: Arc::clone(&committed),
    };
    (Hooks::new().user(hook), committed)
}

async fn answer_lost(database: Arc<TestDatabase>) {
    let (hooks, committed) = counting();
    let (fixture, direct, armed) = behind(&database, Cut::Answer, |builder| builder.hooks(hooks)).await;
    armed.store(true, Ordering::SeqCst);
    let signed_up = fixture.sign_up("ada@example.com").await.unwrap();
    assert!(!armed.load(Ordering::SeqCst), "the wire was not cut");
    assert_eq!(direct.auth.store().users().find(&signed_up.user.id).await.unwrap(), Some(signed_up.user));
    assert_eq!(direct.auth.store().users().count().await.unwrap(), 1);
    assert_eq!(committed.load(Ordering::SeqCst), 1);
}

async fn commit_lost(database: Arc<TestDatabase>) {
    let (hooks, committed) = counting();
    let (fixture, direct, armed) = behind(&database, Cut::Commit, |builder| builder.hooks(hooks)).await;
    armed.store(true, Ordering::SeqCst);
    let (outcome, statements) = record(fixture.sign_up("ada@example.com")).await;
    let error = outcome.unwrap_err();
    assert!(matches!(error, AuthError::Adapter(AdapterError::UnknownOutcome(_))), "{error:?}");
    assert_eq!(statements.iter().filter(|sql| sql.starts_with("INSERT")).count(), 3, "it was repeated");
    let later: Vec<&String> = statements.iter().skip_while(|sql| *sql != "COMMIT").skip(1).collect();
    assert!(!later.is_empty() && later.iter().all(|sql| sql.starts_with("SELECT")), "{later:?}");
    assert_eq!(direct.auth.store().users().count().await.unwrap(), 0);
    assert_eq!(committed.load(Ordering::SeqCst), 0);
    fixture.sign_up("ada@example.com").await.unwrap();
    assert_eq!(committed.load(Ordering::SeqCst), 1);
}

/// Wants to know of deletions.
#[derive(Debug, Clone, Default)]
struct Deletions(Arc<AtomicUsize>);

#[async_trait]
impl DatabaseHooks<Verification> for Deletions {
    fn events(&self) -> &'static [Event] {
        &[(Operation::Delete, Phase::After)]
    }

    async fn after_delete(&self, _: &Verification, _: &RequestContext) -> Result<(), HookError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

async fn deletion_lost(database: Arc<TestDatabase>) {
    let deletions = Deletions::default();
    let hooks = Hooks::new().verification(deletions.clone());
    let (fixture, direct, armed) = behind(&database, Cut::Commit, |builder| builder.hooks(hooks)).await;
    let new = NewVerification::new("x", Secret::new("v"), datetime!(2027-01-01 0:00 UTC));
    direct.auth.store().verifications().create(new).await.unwrap();
    armed.store(true, Ordering::SeqCst);
    let error = fixture.auth.store().verifications().consume("x").await.unwrap_err();
    assert!(matches!(error, RepositoryError::Adapter(AdapterError::UnknownOutcome(_))), "{error:?}");
    // Somebody else takes it; the first caller was given nothing.
    assert!(direct.auth.store().verifications().consume("x").await.unwrap().is_some());
    assert_eq!(deletions.0.load(Ordering::SeqCst), 0);
}

/// The store is told of the new session, whatever becomes of the commit: it proves nothing.
async fn password_lost(database: Arc<TestDatabase>) {
    let mut session = SessionConfig::default();
    session.store_in_database = false;
    let storage = Arc::new(MemoryStorage::default());
    let settings = |builder: AuthBuilder| builder.secondary_storage(storage).session(session);
    let (fixture, direct, armed) = behind(&database, Cut::Commit, settings).await;
    let user = fixture.user("ada@example.com").await;
    armed.store(true, Ordering::SeqCst);
    let request = ChangePassword {
        current: Password::new(PASSWORD),
        new: Password::new("the next password"),
        revoke_other_sessions: true,
        remember_me: true,
    };
    let error = fixture.auth.change_password(&user.id, request, &context()).await.unwrap_err();
    assert!(matches!(error, AuthError::Adapter(AdapterError::UnknownOutcome(_))), "{error:?}");
    direct.sign_in("ada@example.com", PASSWORD).await.unwrap();
}

async fn abandoned(database: Arc<TestDatabase>) {
    let mut config = DatabaseConfig::new(&database.url);
    config.max_connections = 1;
    let connection = auth_core::connect(&config).await.unwrap();
    migration::run(&connection).await.unwrap();
    let fixture = Fixture::on(Arc::new(SeaOrmAdapter::new(connection).await.unwrap()), |builder| builder);
    let user = fixture.user("ada@example.com").await;
    for polls in 0..12_u32 {
        // Polled a few times, then dropped: somewhere in between, `BEGIN` is under way.
        let mut begin = Box::pin(fixture.auth.adapter().begin());
        for _ in 0..polls {
            let once = std::future::poll_fn(|context| std::task::Poll::Ready(begin.as_mut().poll(context)));
            if once.await.is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(begin);
        // A statement on its own is seen by others at once.
        let change = UserChange { name: Some(format!("name {polls}")), ..UserChange::default() };
        fixture.auth.store().users().update(&user.id, change).await.unwrap();
        let other = Fixture::on(Arc::new(SeaOrmAdapter::new(database.connect().await).await.unwrap()), |b| b);
        let found = other.auth.store().users().find(&user.id).await.unwrap().unwrap();
        assert_eq!(found.name, format!("name {polls}"));
    }
}

async fn passed_over(database: Arc<TestDatabase>) {
    let crossed = |one: &UserId, two: &UserId| vec![[one.clone(), two.clone()], [two.clone(), one.clone()]];
    let (runs, committed) = two_sign_ups(&database, true, crossed).await;
    assert!(runs >= 3, "no transaction was run again: {runs} runs");
    assert_eq!(committed, 2);
}
