//! The catalogue of indexes on every engine: each entry is created, seen and dropped in its legal form, and what has none changes
//! nothing.

use std::sync::Arc;

use auth_cli::index::{self, Asked, Catalogue, IndexError, Profile, Refusal, State, redundant};
use auth_core::{DatabaseConnection, SeaOrmAdapter};
use auth_schema::Schema;
use auth_schema::live::{LiveSchema, LiveTable};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::runner::{Case, main as run};
use migration::index::{Engine, Form, core, extended};
use sea_orm::ConnectionTrait;

fn main() {
    let cases = [
        Case::new("every_extended_index_is_created_seen_and_dropped", every_entry),
        Case::new("they_stand_in_tables_of_other_names", other_names),
        Case::new("one_refused_name_keeps_all_from_being_changed", refused),
        Case::new("an_index_of_the_profile_core_stays", core_stays),
        Case::new("a_profile_is_created_as_far_as_it_goes", profile),
        Case::new("an_index_that_a_foreign_key_needs_stays", foreign_key).on(|on| on == Backend::Mysql),
        Case::new("a_build_that_failed_is_done_again", unfinished).on(|on| on == Backend::Postgres),
        Case::new("no_index_makes_another_redundant", no_redundancy),
    ];
    run(&cases, Backend::is_an_engine);
}

/// The core with the fields that entries of the catalogue are for.
const APPLICATION: &str = "
[models.user.fields]
role = { type = 'string', required = false }
status = { type = 'string', required = false }
preferences = { type = 'json', required = false }
[models.verification.fields]
token = { type = 'string', required = false }
user_id = { type = 'string', required = false }
[models.rate_limit.fields]
expires_at = { type = 'timestamp', required = false }
";

async fn place(database: &TestDatabase, config: &str) -> (DatabaseConnection, Schema) {
    let connection = database.connect_for_long().await;
    let schema = Schema::from_toml(config).unwrap();
    SeaOrmAdapter::create_tables(&connection, &schema).await.unwrap();
    (connection, schema)
}

async fn live(connection: &DatabaseConnection, schema: &Schema) -> LiveSchema {
    SeaOrmAdapter::inspect(connection, schema).await.unwrap().live
}

async fn engine(connection: &DatabaseConnection) -> Engine {
    Engine::named(auth_core::server(connection).await.unwrap().engine).unwrap()
}

fn names(name: &str) -> Asked {
    Asked::Names(vec![name.to_owned()])
}

async fn state(connection: &DatabaseConnection, schema: &Schema, name: &str) -> State {
    let catalogue = Catalogue::read(connection, schema).await.unwrap();
    catalogue.list().into_iter().find(|entry| entry.definition.name == name).unwrap().state
}

async fn each_entry(connection: &DatabaseConnection, schema: &Schema) {
    let engine = engine(connection).await;
    let before = live(connection, schema).await;
    for entry in extended() {
        let name = entry.name;
        let column = entry.kind.asks_for_a_column().then_some("preferences");
        let created = index::create(connection, schema, &names(name), column, |_| ()).await;
        if let Form::None(no) = entry.form(engine) {
            let text = created.unwrap_err().to_string();
            assert!(text.contains(no.nearest) && text.contains(engine.name()), "{text}");
            assert!(matches!(state(connection, schema, name).await, State::NoForm(_)));
        } else {
            assert_eq!(created.unwrap_or_else(|error| panic!("{name}: {error:?}")).steps.len(), 1, "{name}");
            assert_eq!(state(connection, schema, name).await, State::Present, "{name}");
            let again = index::create(connection, schema, &names(name), column, |_| ()).await.unwrap();
            assert!(again.steps.is_empty(), "{name}");
            // It stands in nobody's way.
            SeaOrmAdapter::with_schema(connection.clone(), schema.clone()).await.unwrap();
            let dropped = index::remove(connection, schema, &[name.to_owned()], column, |_| ()).await;
            assert_eq!(dropped.unwrap_or_else(|error| panic!("{name}: {error:?}")).steps.len(), 1, "{name}");
        }
        // The lease's table stays.
        let mut after = live(connection, schema).await;
        after.tables.retain(|table| before.table(&table.name).is_some());
        assert_eq!(after, before, "{name} leaves something");
    }
}

async fn every_entry(database: Arc<TestDatabase>) {
    let (connection, schema) = place(&database, APPLICATION).await;
    each_entry(&connection, &schema).await;
}

async fn other_names(database: Arc<TestDatabase>) {
    let config = format!("naming = 'better-auth'\n[models.user]\ntable = 'the people'\n{APPLICATION}");
    let (connection, schema) = place(&database, &config).await;
    each_entry(&connection, &schema).await;
    let name = "auth_users_lower_email_idx";
    index::create(&connection, &schema, &names(name), None, |_| ()).await.unwrap();
    let table = schema.models().next().unwrap().1.table().to_owned();
    let found = live(&connection, &schema).await;
    let index = format!("{table}_lower_email_idx");
    assert!(found.table(&table).unwrap().indexes.iter().any(|found| found.name == index), "{found:#?}");
    let dropped = index::remove(&connection, &schema, &[index], None, |_| ()).await.unwrap();
    assert_eq!(dropped.steps.len(), 1, "it is known by its name in the database too");
}

async fn refused(database: Arc<TestDatabase>) {
    let (connection, schema) = place(&database, "").await;
    let before = live(&connection, &schema).await;
    for other in
        ["auth_sessions_active_idx", "auth_users_role_created_at_idx", "auth_users_json_idx", "nonsense"]
    {
        let both = Asked::Names(vec!["auth_users_updated_at_idx".to_owned(), other.to_owned()]);
        let refused = index::create(&connection, &schema, &both, None, |_| ()).await.unwrap_err();
        assert!(matches!(&refused, IndexError::Refused(refusals) if refusals.len() == 1), "{refused}");
        assert!(refused.to_string().contains(other), "{refused}");
        assert_eq!(live(&connection, &schema).await, before, "{other}");
    }
    let injection = Some("email\") ; DROP TABLE auth_users; --");
    let refused = index::create(&connection, &schema, &names("auth_users_json_idx"), injection, |_| ()).await;
    refused.unwrap_err();
    assert_eq!(live(&connection, &schema).await, before);
}

async fn core_stays(database: Arc<TestDatabase>) {
    let (connection, schema) = place(&database, "").await;
    for entry in core() {
        assert_eq!(state(&connection, &schema, entry.name).await, State::Present, "{}", entry.name);
        let refused = index::remove(&connection, &schema, &[entry.name.to_owned()], None, |_| ()).await;
        let IndexError::Refused(refusals) = refused.unwrap_err() else { panic!("{}", entry.name) };
        assert!(matches!(refusals.as_slice(), [Refusal::Core { .. }]), "{refusals:?}");
    }
    let drop = match database.backend() {
        Backend::Mysql => "DROP INDEX auth_sessions_expires_at_idx ON auth_sessions",
        _ => "DROP INDEX auth_sessions_expires_at_idx",
    };
    connection.execute_unprepared(drop).await.unwrap();
    assert_eq!(state(&connection, &schema, "auth_sessions_expires_at_idx").await, State::Missing);
    let made =
        index::create(&connection, &schema, &Asked::Profile(Profile::Core), None, |_| ()).await.unwrap();
    assert_eq!((made.steps.len(), made.left.len()), (1, 0));
    assert_eq!(state(&connection, &schema, "auth_sessions_expires_at_idx").await, State::Present);
}

async fn profile(database: Arc<TestDatabase>) {
    let (connection, schema) = place(&database, "").await;
    let extended = Asked::Profile(Profile::Extended);
    let made = index::create(&connection, &schema, &extended, None, |_| ()).await.unwrap();
    assert!(made.steps.len() >= 6 && made.left.len() >= 8, "{made:#?}");
    let again = index::create(&connection, &schema, &extended, None, |_| ()).await.unwrap();
    assert!(again.steps.is_empty(), "{again:#?}");
}

async fn foreign_key(database: Arc<TestDatabase>) {
    let (connection, schema) = place(&database, "").await;
    let name = "auth_sessions_user_id_created_at_covering_idx";
    index::create(&connection, &schema, &names(name), None, |_| ()).await.unwrap();
    connection
        .execute_unprepared("DROP INDEX auth_sessions_user_id_expires_at_idx ON auth_sessions")
        .await
        .unwrap();
    let refused = index::remove(&connection, &schema, &[name.to_owned()], None, |_| ()).await.unwrap_err();
    let IndexError::Refused(refusals) = &refused else { panic!("{refused}") };
    assert!(matches!(refusals.as_slice(), [Refusal::ForeignKey { .. }]), "{refused}");
    assert_eq!(state(&connection, &schema, name).await, State::Present);
}

async fn unfinished(database: Arc<TestDatabase>) {
    let (connection, schema) = place(&database, "").await;
    // A unique one over values that stand twice fails, and stays behind under the name of the other.
    connection
        .execute_unprepared(
            "INSERT INTO auth_users (id, name, email, email_verified, created_at, updated_at) \
             SELECT 'u' || n, 'Ada', n || '@example.com', true, now(), '2026-01-01' FROM generate_series(1, 3) AS n",
        )
        .await
        .unwrap();
    let name = "auth_users_updated_at_idx";
    let failed = format!("CREATE UNIQUE INDEX CONCURRENTLY {name} ON auth_users (updated_at)");
    connection.execute_unprepared(&failed).await.unwrap_err();
    assert_eq!(state(&connection, &schema, name).await, State::Invalid);
    let catalogue = Catalogue::read(&connection, &schema).await.unwrap();
    let plan = catalogue.plan(&names(name), None).unwrap();
    assert!(plan.steps[0].up[0].starts_with("DROP INDEX CONCURRENTLY"), "{:?}", plan.steps[0].up);
    index::create(&connection, &schema, &names(name), None, |_| ()).await.unwrap();
    assert_eq!(state(&connection, &schema, name).await, State::Present);
}

async fn no_redundancy(database: Arc<TestDatabase>) {
    let connection = database.connect_for_long().await;
    migration::run(&connection).await.unwrap();
    let schema = Schema::core();
    let found = live(&connection, &schema).await;
    for (_, model) in schema.models() {
        let table: &LiveTable = found.table(model.table()).unwrap();
        assert_eq!(redundant(table), [], "{}", model.table());
    }
    assert!(core().iter().all(|index| !index.serves.is_empty()));
    connection.execute_unprepared("CREATE INDEX twice ON auth_sessions (user_id)").await.unwrap();
    let catalogue = Catalogue::read(&connection, &schema).await.unwrap();
    assert_eq!(catalogue.redundant()[0].index, "twice");
}
