//! One schema, told four times: what the migrations make, what the dictionary says, what the dictionary would
//! render, what the entities have. They must agree on every engine.

use std::collections::BTreeMap;
use std::sync::Arc;

use auth_schema::Schema;
use auth_schema::ddl::{Engine, script};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::runner::{Case, main as run};
use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait, IdenStatic, Iterable, Statement};

fn main() {
    let cases = [
        Case::new("the_migrations_make_what_the_dictionary_says", dictionary),
        Case::new("the_dictionary_renders_what_the_migrations_make", rendered),
        Case::new("the_entities_have_the_migrated_columns", entities),
    ];
    run(&cases, |backend| !matches!(backend, Backend::Memory | Backend::MysqlWithoutReturning));
}

/// Type, default collation included where the engine tells it, and whether null is allowed.
type Columns = BTreeMap<(String, String), (String, bool)>;

async fn columns(database: &TestDatabase, connection: &DatabaseConnection) -> Columns {
    let sql = match database.backend() {
        Backend::Postgres => {
            "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text \
             FROM information_schema.columns WHERE table_schema = 'public'"
        }
        Backend::Mysql => {
            "SELECT CAST(TABLE_NAME AS CHAR), CAST(COLUMN_NAME AS CHAR), \
             CAST(CONCAT(COLUMN_TYPE, ' ', COALESCE(COLLATION_NAME, '')) AS CHAR), CAST(IS_NULLABLE AS CHAR) \
             FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()"
        }
        _ => {
            "SELECT m.name, p.name, lower(p.type), CASE p.\"notnull\" WHEN 0 THEN 'YES' ELSE 'NO' END \
             FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS p WHERE m.type = 'table'"
        }
    };
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let mut columns = Columns::new();
    for row in connection.query_all_raw(statement).await.unwrap() {
        let text = |position| row.try_get_by_index::<String>(position).unwrap();
        if !["auth_migrations", "auth_migration_lease", "sqlite_sequence"].contains(&text(0).as_str()) {
            columns.insert((text(0), text(1)), (text(2), text(3) == "YES"));
        }
    }
    columns
}

async fn migrated(database: &TestDatabase) -> Columns {
    let connection = database.connect().await;
    migration::run(&connection).await.unwrap();
    columns(database, &connection).await
}

async fn dictionary(database: Arc<TestDatabase>) {
    let migrated = migrated(&database).await;
    let schema = Schema::core();
    let mut known = 0;
    for (_, model) in schema.models() {
        for field in model.fields() {
            let key = (model.table().to_owned(), field.column.clone());
            let (_, nullable) = migrated.get(&key).unwrap_or_else(|| panic!("{key:?} is missing"));
            assert_eq!(*nullable, !field.required, "{key:?}");
            known += 1;
        }
    }
    assert_eq!(migrated.len(), known, "the migrations make columns that the dictionary does not know");
}

async fn rendered(database: Arc<TestDatabase>) {
    let other = database.backend().create().await;
    let connection = other.connect().await;
    let engine = match database.backend() {
        Backend::Postgres => Engine::Postgres,
        Backend::Mysql => Engine::Mysql,
        _ => Engine::Sqlite,
    };
    for statement in script(&Schema::core(), engine).unwrap() {
        connection.execute_unprepared(&statement).await.unwrap();
    }
    let rendered = columns(&other, &connection).await;
    assert_eq!(rendered, migrated(&database).await);
    connection.close().await.unwrap();
    other.remove().await;
}

fn names<E: EntityTrait>(table: &str) -> Vec<(String, String)> {
    E::Column::iter().map(|column| (table.to_owned(), column.as_str().to_owned())).collect()
}

async fn entities(database: Arc<TestDatabase>) {
    let mut expected = [
        names::<entity::auth_users::Entity>("auth_users"),
        names::<entity::auth_sessions::Entity>("auth_sessions"),
        names::<entity::auth_accounts::Entity>("auth_accounts"),
        names::<entity::auth_verifications::Entity>("auth_verifications"),
        names::<entity::auth_rate_limits::Entity>("auth_rate_limits"),
    ]
    .concat();
    expected.sort();
    let migrated: Vec<(String, String)> = migrated(&database).await.into_keys().collect();
    assert_eq!(migrated, expected);
}
