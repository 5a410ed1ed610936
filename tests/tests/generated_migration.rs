//! `auth generate migration` writes what is committed here; it compiles, adds what is missing, can be run again, and its `down`
//! restores the old schema, on every engine.

#[rustfmt::skip]
#[path = "generated_migration/m20261126_000000_add_auth_sessions_user_id_fkey.rs"]
mod m20261126_000000_add_auth_sessions_user_id_fkey;
#[rustfmt::skip]
#[path = "generated_migration/m20261126_000000_add_user_nickname.rs"]
mod m20261126_000000_add_user_nickname;
#[rustfmt::skip]
#[path = "generated_migration/m20261126_000000_auth_schema.rs"]
mod m20261126_000000_auth_schema;
#[rustfmt::skip]
#[path = "generated_migration/m20261126_000000_auth_schema_indexes.rs"]
mod m20261126_000000_auth_schema_indexes;

use std::path::Path;
use std::sync::Arc;

use auth_cli::{generate, migrate};
use auth_core::adapter::{Adapter, Filter};
use auth_core::{DatabaseConnection, SeaOrmAdapter};
use auth_schema::difference::Difference;
use auth_schema::live::LiveTable;
use auth_schema::{Schema, user};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::Fixture;
use auth_tests::flavour::Flavour;
use auth_tests::runner::{Case, main as run};
use sea_orm::{ConnectionTrait, Statement};
use sea_orm_migration::{MigrationTrait, SchemaManager};

fn main() {
    let cases = [
        Case::new("one_optional_field_is_one_statement_and_its_down_restores_the_schema", one_field),
        Case::new("tables_columns_and_indexes_come_and_go_with_rows_in_place", many),
        Case::new("a_foreign_key_comes_again_and_goes_again", foreign_key),
        Case::new("values_that_stand_twice_are_told_from_other_failures", duplicates),
        Case::new("a_migration_whose_run_was_cut_short_is_run_again", again),
    ];
    run(&cases, Backend::is_an_engine);
}

/// What `auth.toml` says beyond the core.
const MORE: &str = r#"
    [models.user.fields.role]
    type = "string"
    default = "member"

    [models.session.fields.seen_at]
    type = "timestamp"
    required = false
    index = true

    [models.team]
    unique_together = [["owner", "name"]]
    [models.team.fields.name]
    type = "string"
    [models.team.fields.owner]
    type = "string"
    references = "user.id"
    [models.team.fields.code]
    type = "string"
    unique = true

    [models.badge.fields.team]
    type = "string"
    references = "team.code"
"#;

async fn tables(connection: &DatabaseConnection) -> Vec<LiveTable> {
    let live = SeaOrmAdapter::inspect(connection, &Schema::core()).await.unwrap().live;
    live.tables.into_iter().filter(|table| !table.name.contains("migration")).collect()
}

/// Generates, compares with what is committed, and gives the number of steps.
async fn generated(connection: &DatabaseConnection, schema: &Schema, name: &str) -> usize {
    let live = SeaOrmAdapter::inspect(connection, schema).await.unwrap().live;
    let difference = Difference::between(schema, &live).unwrap();
    assert!(difference.impossible.is_empty(), "{:?}", difference.impossible);
    let steps = difference.steps(live.engine).unwrap();
    assert!(steps.len() > 1 || generate::name(&steps) == name);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/generated_migration");
    for file in generate::migration(&difference, "20261126_000000", name).unwrap() {
        let committed = std::fs::read_to_string(folder.join(&file.name)).unwrap_or_default();
        let differing = committed.lines().zip(file.content.lines()).find(|(old, new)| old != new);
        assert!(committed == file.content, "{} is stale: write what is generated: {differing:?}", file.name);
    }
    steps.len()
}

async fn one_field(database: Arc<TestDatabase>) {
    let connection = database.connect().await;
    Flavour::Kysely.create(database.backend(), &connection).await;
    migrate::run(&connection, &Flavour::Kysely.schema(), |_| {}).await.unwrap();
    let before = tables(&connection).await;
    let config = format!(
        "{}\n[models.user.fields.nickname]\ntype = 'string'\nrequired = false",
        Flavour::Kysely.config()
    );
    let schema = Schema::from_toml(&config).unwrap();
    assert_eq!(generated(&connection, &schema, "add_user_nickname").await, 1);
    let migration = m20261126_000000_add_user_nickname::Migration;
    let text = include_str!("generated_migration/m20261126_000000_add_user_nickname.rs");
    assert_eq!(text.matches("ALTER TABLE \"user\" ADD COLUMN").count(), 2, "SQLite and PostgreSQL");
    assert_eq!(text.matches("ALTER TABLE `user` ADD COLUMN").count(), 1, "MySQL");

    let manager = SchemaManager::new(&connection);
    migration.up(&manager).await.unwrap();
    SeaOrmAdapter::with_schema(connection.clone(), schema.clone()).await.unwrap();
    let live = SeaOrmAdapter::inspect(&connection, &schema).await.unwrap().live;
    assert!(Difference::between(&schema, &live).unwrap().changes.is_empty());
    migration.down(&manager).await.unwrap();
    assert_eq!(tables(&connection).await, before);
}

async fn many(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let ada = fixture.user("ada@example.com").await;
    let connection = database.connect().await;
    let before = tables(&connection).await;
    let schema = Schema::from_toml(MORE).unwrap();
    assert_eq!(generated(&connection, &schema, "auth_schema").await, 7);

    up(&connection).await;
    let adapter = Arc::new(SeaOrmAdapter::with_schema(connection.clone(), schema.clone()).await.unwrap());
    let live = SeaOrmAdapter::inspect(&connection, &schema).await.unwrap().live;
    assert_eq!(Difference::between(&schema, &live).unwrap().changes, []);
    let fixture = Fixture::on(Arc::clone(&adapter) as Arc<dyn Adapter>, |builder| builder);
    let found = fixture.auth.store().users().find(&ada.id).await.unwrap().unwrap();
    assert_eq!(found.additional.get("role"), Some(&auth_schema::Value::from("member")));
    fixture.user("eve@example.com").await;
    let teams = schema.find("team").unwrap();
    assert_eq!(adapter.count(teams, Filter::everything()).await.unwrap(), 0);

    down(&connection).await;
    assert_eq!(tables(&connection).await, before);
    let adapter = SeaOrmAdapter::new(connection).await.unwrap();
    assert_eq!(adapter.count(user::MODEL, Filter::everything()).await.unwrap(), 2);
}

/// What was done before the cut is found and passed over; PostgreSQL's unfinished index is built anew.
async fn again(database: Arc<TestDatabase>) {
    let connection = database.connect().await;
    migration::run(&connection).await.unwrap();
    up(&connection).await;
    let schema = Schema::from_toml(MORE).unwrap();
    if database.backend() == Backend::Postgres {
        let built = node(&connection).await;
        up(&connection).await;
        assert_eq!(node(&connection).await, built, "a whole index stays");
        let broken =
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'auth_sessions_seen_at_idx'::regclass";
        connection.execute_unprepared(broken).await.unwrap();
    } else {
        let backend = connection.get_database_backend();
        let quote = if database.backend() == Backend::Mysql {
            "`auth_sessions_seen_at_idx` ON auth_sessions"
        } else {
            "auth_sessions_seen_at_idx"
        };
        connection.execute_raw(Statement::from_string(backend, format!("DROP INDEX {quote}"))).await.unwrap();
    }
    up(&connection).await;
    let live = SeaOrmAdapter::inspect(&connection, &schema).await.unwrap().live;
    assert_eq!(Difference::between(&schema, &live).unwrap().changes, []);
}

async fn one(connection: &DatabaseConnection, question: &str) -> String {
    let question = Statement::from_string(connection.get_database_backend(), question);
    connection.query_one_raw(question).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

async fn node(connection: &DatabaseConnection) -> String {
    one(connection, "SELECT 'auth_sessions_seen_at_idx'::regclass::oid::text").await
}

async fn foreign_key(database: Arc<TestDatabase>) {
    let connection = database.connect().await;
    migration::run(&connection).await.unwrap();
    let (drop, add) = match database.backend() {
        Backend::Postgres => ("DROP CONSTRAINT auth_sessions_user_id_fkey", " NOT VALID"),
        Backend::Mysql => ("DROP FOREIGN KEY auth_sessions_user_id_fkey", ""),
        // SQLite adds none.
        _ => return,
    };
    connection.execute_unprepared(&format!("ALTER TABLE auth_sessions {drop}")).await.unwrap();
    let before = tables(&connection).await;
    assert_eq!(generated(&connection, &Schema::core(), "add_auth_sessions_user_id_fkey").await, 1);
    // A run that was killed between the two statements.
    let key = "FOREIGN KEY (user_id) REFERENCES auth_users (id) ON DELETE CASCADE";
    let cut = format!("ALTER TABLE auth_sessions ADD CONSTRAINT auth_sessions_user_id_fkey {key}{add}");
    connection.execute_unprepared(&cut).await.unwrap();

    let manager = SchemaManager::new(&connection);
    for _ in 0..2 {
        m20261126_000000_add_auth_sessions_user_id_fkey::Migration.up(&manager).await.unwrap();
        if database.backend() == Backend::Postgres {
            let question =
                "SELECT convalidated::text FROM pg_constraint WHERE conname = 'auth_sessions_user_id_fkey'";
            assert_eq!(one(&connection, question).await, "true");
        }
        m20261126_000000_add_auth_sessions_user_id_fkey::Migration.down(&manager).await.unwrap();
        m20261126_000000_add_auth_sessions_user_id_fkey::Migration.down(&manager).await.unwrap();
        assert_eq!(tables(&connection).await, before);
    }
    migrate::run(&connection, &Schema::core(), |_| {}).await.unwrap();
    let live = SeaOrmAdapter::inspect(&connection, &Schema::core()).await.unwrap().live;
    assert_eq!(Difference::between(&Schema::core(), &live).unwrap().changes, []);
}

async fn duplicates(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    fixture.user("eve@example.com").await;
    let connection = database.connect().await;
    let optional = "[models.user.fields.nickname]\ntype = 'string'\nrequired = false\n";
    migrate::run(&connection, &Schema::from_toml(optional).unwrap(), |_| {}).await.unwrap();
    connection.execute_unprepared("UPDATE auth_users SET nickname = 'x'").await.unwrap();
    let unique = Schema::from_toml(&format!("{optional}unique = true")).unwrap();
    let refused = migrate::run(&connection, &unique, |_| {}).await.unwrap_err();
    assert!(matches!(refused, migrate::MigrateError::Duplicates { .. }), "{refused:?}");
}

async fn up(connection: &DatabaseConnection) {
    let manager = SchemaManager::new(connection);
    m20261126_000000_auth_schema::Migration.up(&manager).await.unwrap();
    assert_eq!(m20261126_000000_auth_schema_indexes::Migration.use_transaction(), Some(false));
    m20261126_000000_auth_schema_indexes::Migration.up(&manager).await.unwrap();
}

async fn down(connection: &DatabaseConnection) {
    let manager = SchemaManager::new(connection);
    m20261126_000000_auth_schema_indexes::Migration.down(&manager).await.unwrap();
    m20261126_000000_auth_schema::Migration.down(&manager).await.unwrap();
}
