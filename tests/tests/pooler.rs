//! Behind a pooler that gives each transaction another server connection, everybody gets its own answers.

#[path = "pooler/asking.rs"]
mod asking;
#[path = "pooler/wire.rs"]
mod wire;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use auth_core::adapter::AdapterError;
use auth_core::config::{PoolerMode, TransactionConfig};
use auth_core::domain::{Email, NewUser, SessionToken, UserChange};
use auth_core::repository::RepositoryError;
use auth_core::service::Refresh;
use auth_core::{AuthError, DatabaseConfig, DatabaseConnection, SeaOrmAdapter};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::crowd;
use auth_tests::fixture::{Fixture, context};
use auth_tests::pgbouncer::PgBouncer;
use auth_tests::runner::{Case, main as run};
use sea_orm::{ConnectionTrait, Statement, TransactionTrait};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, Executor};

use self::wire::{Message, Wire};

fn main() {
    let cases = [
        Case::new("the_plain_driver_runs_the_statement_of_another_client", danger),
        Case::new("in_this_mode_it_does_not", answered),
        Case::new("ten_thousand_validations_of_twelve_clients_are_each_ones_own", crowded),
        Case::new("people_sign_up_and_in_and_out_through_it", people),
        Case::new("nothing_is_prepared_outside_a_transaction", on_the_wire),
        Case::new("what_an_entity_does_belongs_to_its_transaction", entities),
        Case::new("an_error_rolls_back_and_the_connection_goes_on", rolled_back),
        Case::new("a_commit_that_is_lost_is_an_unknown_outcome", commit_lost),
        Case::new("a_caller_who_goes_away_leaves_no_transaction_open", abandoned),
        Case::new("timeout_and_schema_hold_in_each_transaction", settings),
        Case::new("a_connection_that_keeps_statements_is_refused", keeps_statements),
        Case::new("a_connection_that_a_pooler_refuses_is_told_why", refused),
    ];
    run(&cases, |backend| backend == Backend::Postgres);
}

/// Settings for the way through the pooler.
fn pooled(url: &str, connections: u32) -> DatabaseConfig {
    let mut config = DatabaseConfig::new(url);
    config.pooler = PoolerMode::Transaction;
    config.max_connections = connections;
    config
}

async fn adapter(config: &DatabaseConfig) -> SeaOrmAdapter {
    let connection = auth_core::connect(config).await.unwrap();
    SeaOrmAdapter::builder(connection).pooler(config).build().await.unwrap()
}

async fn fixture(config: &DatabaseConfig) -> Fixture {
    Fixture::on(Arc::new(adapter(config).await), |builder| builder)
}

/// A client of its own, as a driver without this mode makes it.
async fn plain(pooler: &PgBouncer, database: &TestDatabase) -> PgConnection {
    let options: PgConnectOptions = pooler.url(database).parse().unwrap();
    options.extra_float_digits(None).connect().await.unwrap()
}

/// Two clients who keep the server connections of a pooler with two of them busy in turn, so that a third one is served by the
/// one that is told.
struct Turns {
    first: PgConnection,
    second: PgConnection,
}

impl Turns {
    async fn new(pooler: &PgBouncer, database: &TestDatabase) -> Self {
        let (mut first, mut second) = (plain(pooler, database).await, plain(pooler, database).await);
        first.execute("BEGIN").await.unwrap();
        // Both server connections are there now, and the first one is taken.
        second.execute("BEGIN").await.unwrap();
        second.execute("COMMIT").await.unwrap();
        Self { first, second }
    }

    async fn take_turns(&mut self) {
        self.second.execute("BEGIN").await.unwrap();
        self.first.execute("COMMIT").await.unwrap();
        std::mem::swap(&mut self.first, &mut self.second);
    }
}

/// What makes the mode necessary.
async fn danger(database: Arc<TestDatabase>) {
    let Some(pooler) = PgBouncer::start(&database, 2) else { return };
    let (mut ada, mut eve) = (plain(&pooler, &database).await, plain(&pooler, &database).await);
    let mut turns = Turns::new(&pooler, &database).await;
    let (hers, anothers) = ("SELECT 'of ada: ' || $1::text", "SELECT 'of eve: ' || $1::text");
    let first: String = sqlx::query_scalar(hers).bind("x").fetch_one(&mut ada).await.unwrap();
    assert_eq!(first, "of ada: x");
    turns.take_turns().await;
    let other: String = sqlx::query_scalar(anothers).bind("x").fetch_one(&mut eve).await.unwrap();
    assert_eq!(other, "of eve: x");
    let second: String = sqlx::query_scalar(hers).bind("x").fetch_one(&mut ada).await.unwrap();
    assert_eq!(second, "of eve: x", "the danger is gone: is this mode still needed?");
}

/// The same turns.
async fn answered(database: Arc<TestDatabase>) {
    let Some(pooler) = PgBouncer::start(&database, 2) else { return };
    let direct = Fixture::new(&database).await;
    let (signed_up, email) =
        (direct.sign_up("ada@example.com").await.unwrap(), Email::parse("ada@example.com"));
    let email = email.unwrap();
    let (ada, eve) = (fixture(&pooled(&pooler.url(&database), 1)).await, pooled(&pooler.url(&database), 1));
    let eve = fixture(&eve).await;
    let mut turns = Turns::new(&pooler, &database).await;
    for _ in 0..4 {
        let session = ada.session_of(&signed_up.session.as_ref().unwrap().token).await.unwrap().unwrap();
        assert_eq!(session.user.id, signed_up.user.id);
        turns.take_turns().await;
        let user = eve.auth.store().users().find_by_email(&email).await.unwrap().unwrap();
        assert_eq!(user.id, signed_up.user.id);
        assert_eq!(eve.auth.store().users().count().await.unwrap(), 1);
    }
}

async fn crowded(database: Arc<TestDatabase>) {
    let Some(pooler) = PgBouncer::start(&database, 4) else { return };
    let direct = database.connect_for_long().await;
    migration::run(&direct).await.unwrap();
    crowd::fill(&direct, Backend::Postgres, 0, VALIDATIONS).await;
    let owners = owners(&direct).await;
    assert_eq!(owners.len(), VALIDATIONS);
    let url = pooler.url(&database);
    let clients = owners.chunks(VALIDATIONS.div_ceil(CLIENTS)).map(|chunk| {
        let (chunk, config) = (chunk.to_vec(), pooled(&url, 2));
        tokio::spawn(async move {
            let fixture = Arc::new(fixture(&config).await);
            // Some at once, so that there are statements for one and statements that several share.
            let parts = chunk
                .chunks(chunk.len().div_ceil(AT_ONCE))
                .map(|part| tokio::spawn(validate(Arc::clone(&fixture), part.to_vec())));
            let mut validated = 0;
            for part in parts.collect::<Vec<_>>() {
                validated += part.await.unwrap();
            }
            validated
        })
    });
    let mut validated = 0;
    for client in clients.collect::<Vec<_>>() {
        validated += client.await.unwrap();
    }
    assert_eq!(validated, VALIDATIONS);
}

async fn validate(fixture: Arc<Fixture>, tokens: Vec<(String, String)>) -> usize {
    for (token, owner) in &tokens {
        let found = fixture.session_of(&SessionToken::parse(token.as_str()).unwrap()).await.unwrap().unwrap();
        assert_eq!((found.session.token.expose(), found.user.id.as_str()), (token.as_str(), owner.as_str()));
        assert_eq!(found.session.user_id, found.user.id);
    }
    tokens.len()
}

/// Every token with its user.
async fn owners(direct: &DatabaseConnection) -> Vec<(String, String)> {
    let text = "SELECT token, user_id FROM auth_sessions ORDER BY id";
    let rows =
        direct.query_all_raw(Statement::from_string(direct.get_database_backend(), text)).await.unwrap();
    let text = |row: &sea_orm::QueryResult, at| row.try_get_by_index::<String>(at).unwrap();
    rows.iter().map(|row| (text(row, 0), text(row, 1))).collect()
}

async fn people(database: Arc<TestDatabase>) {
    let Some(pooler) = PgBouncer::start(&database, 4) else { return };
    migration::run(&database.connect().await).await.unwrap();
    let url = pooler.url(&database);
    let people = (0..CLIENTS).map(|number| {
        let config = pooled(&url, 2);
        tokio::spawn(async move {
            let fixture = fixture(&config).await;
            for turn in 0..5 {
                live(&fixture, &format!("person{number}.{turn}@example.com")).await;
            }
        })
    });
    for person in people.collect::<Vec<_>>() {
        person.await.unwrap();
    }
    let direct = Fixture::on(Arc::new(SeaOrmAdapter::new(database.connect().await).await.unwrap()), |it| it);
    let users = u64::try_from(CLIENTS * 5).unwrap();
    assert_eq!(direct.auth.store().users().count().await.unwrap(), users);
}

/// Signs up, is known, stays known when the session is extended, signs in again, ends the first session and both.
async fn live(fixture: &Fixture, email: &str) {
    let signed_up = fixture.sign_up(email).await.unwrap();
    let token = signed_up.session.unwrap().token;
    let before = fixture.session_of(&token).await.unwrap().unwrap();
    assert_eq!((before.user.email.as_str(), &before.session.token), (email, &token));
    fixture.clock.advance(time::Duration::days(2));
    let after = fixture.auth.validate_session(&token, Refresh::WhenDue, &context()).await.unwrap().unwrap();
    assert!(after.session.expires_at > before.session.expires_at, "it is extended");
    assert_eq!((after.user.id, after.session.token), (before.user.id.clone(), token.clone()));
    let again = fixture.sign_in(email, auth_tests::fixture::PASSWORD).await.unwrap();
    assert_eq!(again.user.id, before.user.id);
    fixture.auth.sign_out(&token, &context()).await.unwrap();
    assert!(fixture.session_of(&token).await.unwrap().is_none());
    assert!(fixture.session_of(&again.session.token).await.unwrap().is_some());
    fixture.auth.revoke_sessions(&again.user.id, &context()).await.unwrap();
    assert!(fixture.session_of(&again.session.token).await.unwrap().is_none());
}

fn new_user(email: &str) -> NewUser {
    NewUser::new("Ada", Email::parse(email).unwrap())
}

fn renamed(name: &str) -> UserChange {
    UserChange { name: Some(name.to_owned()), ..UserChange::default() }
}

/// What a pooler takes without being told to: what it can give back to a server connection.
const STARTUP: [&str; 6] =
    ["user", "database", "application_name", "client_encoding", "DateStyle", "TimeZone"];
const VALIDATIONS: usize = 10_000;
const CLIENTS: usize = 12;
const AT_ONCE: usize = 6;

async fn on_the_wire(database: Arc<TestDatabase>) {
    migration::run(&database.connect().await).await.unwrap();
    let (wire, url) = Wire::before(&database).await;
    let config = pooled(&url, 2);
    let connection = auth_core::connect(&config).await.unwrap();
    let adapter = SeaOrmAdapter::builder(connection.clone()).pooler(&config).build().await.unwrap();
    let fixture = Fixture::on(Arc::new(adapter), |builder| builder);
    live(&fixture, "ada@example.com").await;
    fixture.sign_up("ada@example.com").await.unwrap_err();
    fixture.auth.delete_expired(&context()).await.unwrap();
    let transaction = connection.begin().await.unwrap();
    let joined = fixture.auth.within(&transaction).unwrap();
    assert_eq!(joined.store().users().count().await.unwrap(), 1);
    assert_eq!(joined.store().users().list(None, 10).await.unwrap().len(), 1);
    drop(joined);
    transaction.commit().await.unwrap();
    assert_alone(&wire);
}

async fn entities(database: Arc<TestDatabase>) {
    migration::run(&database.connect().await).await.unwrap();
    let (wire, url) = Wire::before(&database).await;
    let config = pooled(&url, 2);
    let builder = SeaOrmAdapter::builder(auth_core::connect(&config).await.unwrap());
    let adapter = builder.user::<asking::Entity>().pooler(&config).build().await.unwrap();
    let fixture = Fixture::on(Arc::new(adapter), |builder| builder);
    live(&fixture, "ada@example.com").await;
    let users = fixture.auth.store().users();
    let user = users.create(new_user("eve@example.com")).await.unwrap();
    let changed = users.update(&user.id, renamed("Eve")).await.unwrap().unwrap();
    assert_eq!((changed.name.as_str(), changed.id), ("Eve", user.id));
    assert_alone(&wire);
}

/// Nothing is prepared, run or closed but in a transaction, and nothing has a name before all names are free.
fn assert_alone(wire: &Wire) {
    let mut prepared = 0;
    for connection in wire.sent() {
        let (mut open, mut free) = (false, false);
        for message in &connection {
            match message {
                Message::Startup(names) => {
                    assert!(names.iter().all(|name| STARTUP.contains(&name.as_str())), "{names:?}");
                }
                Message::Text(text) => {
                    open = (open || text.starts_with("BEGIN")) && text != "COMMIT" && text != "ROLLBACK";
                    free = open && (free || text.contains("DEALLOCATE ALL"));
                    assert!(open || text == "COMMIT" || text == "ROLLBACK", "{text} stands alone");
                }
                Message::Parse(name) | Message::Bind(name) => {
                    assert!(open && (free || name.is_empty()), "{message:?} in {connection:#?}");
                    prepared += 1;
                }
                Message::CloseStatement => panic!("a statement is closed: {connection:#?}"),
                Message::Sync | Message::Other => {}
            }
        }
        assert!(!open, "a transaction stays open");
    }
    assert!(prepared > 20, "the wire was read");
}

async fn rolled_back(database: Arc<TestDatabase>) {
    migration::run(&database.connect().await).await.unwrap();
    let (wire, url) = Wire::before(&database).await;
    let fixture = fixture(&pooled(&url, 1)).await;
    let users = fixture.auth.store().users();
    users.create(new_user("ada@example.com")).await.unwrap();
    for _ in 0..3 {
        let error = AuthError::from(users.create(new_user("ada@example.com")).await.unwrap_err());
        assert!(
            matches!(error, AuthError::EmailTaken | AuthError::Adapter(AdapterError::Conflict { .. })),
            "{error:?}"
        );
        assert_eq!(users.count().await.unwrap(), 1);
    }
    assert_eq!(wire.sent().len(), 1, "the connection was given up");
}

async fn commit_lost(database: Arc<TestDatabase>) {
    let direct = Fixture::new(&database).await;
    let id = direct.user("ada@example.com").await.id;
    let (wire, url) = Wire::before(&database).await;
    let fixture = fixture(&pooled(&url, 1)).await;
    wire.cut_commit.store(true, Ordering::SeqCst);
    let error = fixture.auth.store().users().update(&id, renamed("Eve")).await.unwrap_err();
    assert!(matches!(error, RepositoryError::Adapter(AdapterError::UnknownOutcome(_))), "{error:?}");
    let name = async || direct.auth.store().users().find(&id).await.unwrap().unwrap().name;
    assert_ne!(name().await, "Eve");
    wire.cut_commit.store(true, Ordering::SeqCst);
    let read = fixture.auth.store().users().count().await.unwrap();
    assert_eq!(read, 1, "what was read was read");
    assert!(!wire.cut_commit.load(Ordering::SeqCst), "the wire was not cut");
    fixture.auth.store().users().update(&id, renamed("Eve")).await.unwrap();
    assert_eq!(name().await, "Eve");
}

async fn abandoned(database: Arc<TestDatabase>) {
    let Some(pooler) = PgBouncer::start(&database, 1) else { return };
    migration::run(&database.connect().await).await.unwrap();
    let fixture = Arc::new(fixture(&pooled(&pooler.url(&database), 1)).await);
    let token = fixture.sign_up("ada@example.com").await.unwrap().session.unwrap().token;
    for number in 0..200u32 {
        let asking = {
            let (fixture, token) = (Arc::clone(&fixture), token.clone());
            tokio::spawn(async move { fixture.session_of(&token).await.unwrap().is_some() })
        };
        for _ in 0..number % 20 {
            tokio::task::yield_now().await;
        }
        asking.abort();
    }
    assert!(fixture.session_of(&token).await.unwrap().is_some());
    // With one server connection, a transaction that stays open would keep everybody else waiting.
    let other = tokio::time::timeout(Duration::from_secs(20), plain(&pooler, &database)).await.unwrap();
    let mut other = other;
    tokio::time::timeout(Duration::from_secs(20), other.execute("SELECT 1")).await.unwrap().unwrap();
    other.close().await.unwrap();
}

async fn settings(database: Arc<TestDatabase>) {
    let Some(pooler) = PgBouncer::start(&database, 2) else { return };
    let direct = database.connect().await;
    for text in ["CREATE SCHEMA elsewhere", "SET search_path = elsewhere"] {
        direct.execute_unprepared(text).await.unwrap();
    }
    let mut there = DatabaseConfig::new(&database.url);
    there.schema = Some("elsewhere".to_owned());
    migration::run(&auth_core::connect(&there).await.unwrap()).await.unwrap();
    let mut config = pooled(&pooler.url(&database), 2);
    config.schema = Some("elsewhere".to_owned());
    config.statement_timeout = Some(Duration::from_millis(1500));
    let fixture = fixture(&config).await;
    live(&fixture, "ada@example.com").await;
    let transaction = fixture.auth.adapter().begin().await.unwrap();
    let connection = transaction.adapter().seaorm().unwrap().connection();
    let show = Statement::from_string(connection.get_database_backend(), "SHOW statement_timeout");
    let row = connection.query_one_raw(show).await.unwrap().unwrap();
    assert_eq!(row.try_get_by_index::<String>(0).unwrap(), "1500ms");
    transaction.rollback().await.unwrap();
    let mut other = plain(&pooler, &database).await;
    let timeout: (String,) =
        sqlx::query_as("SHOW statement_timeout").persistent(false).fetch_one(&mut other).await.unwrap();
    assert_ne!(timeout.0, "1500ms", "it is left behind for others");
}

async fn keeps_statements(database: Arc<TestDatabase>) {
    migration::run(&database.connect().await).await.unwrap();
    let options: PgConnectOptions = database.url.parse().unwrap();
    let build = async |options: PgConnectOptions| {
        let pool = PgPoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
        let builder = SeaOrmAdapter::builder(DatabaseConnection::from(pool));
        builder.transactions(TransactionConfig::default()).pooler(PoolerMode::Transaction).build().await
    };
    let error = build(options.clone()).await.unwrap_err();
    assert!(error.to_string().contains("statement_cache_capacity(0)"), "{error}");
    build(options.statement_cache_capacity(0)).await.unwrap();
    let sqlite = auth_core::connect(&DatabaseConfig::new("sqlite::memory:")).await.unwrap();
    let error = SeaOrmAdapter::builder(sqlite).pooler(PoolerMode::Transaction).build().await.unwrap_err();
    assert!(matches!(error, AdapterError::Configuration { .. }), "{error:?}");
    let error = auth_core::connect(&pooled("sqlite::memory:", 1)).await.unwrap_err();
    assert!(error.to_string().contains("before PostgreSQL only"), "{error}");
}

async fn refused(database: Arc<TestDatabase>) {
    let Some(pooler) = PgBouncer::start(&database, 1) else { return };
    let error = auth_core::connect(&DatabaseConfig::new(pooler.url(&database))).await.unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("unsupported startup parameter") && text.contains("DatabaseConfig::pooler"),
        "{text}"
    );
}
