//! Applying and rolling back.

use migration::sea_orm_migration::{DbErr, MigrationTrait, MigratorTrait};
use migration::{HISTORY_TABLE, LEASE_TABLE, MigrationError, Migrator};

use crate::support::catalogue::{snapshot, tables};
use crate::support::{Engine, TestDatabase, on_every_engine};

const OURS: [&str; 7] = [
    "auth_accounts",
    LEASE_TABLE,
    HISTORY_TABLE,
    "auth_rate_limits",
    "auth_sessions",
    "auth_users",
    "auth_verifications",
];

fn names() -> Vec<String> {
    migration::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}

async fn applied(database: &TestDatabase) -> Vec<String> {
    let states = migration::status(&database.db).await.unwrap();
    states.into_iter().filter(|state| state.applied).map(|state| state.name).collect()
}

#[tokio::test]
async fn up_down_up_reset_up_ends_in_the_schema_of_the_first_up() {
    on_every_engine(|database| async move {
        let db = &database.db;
        let reversed: Vec<String> = names().into_iter().rev().collect();

        assert_eq!(migration::run(db).await.unwrap().applied, names(), "{database}");
        assert_eq!(tables(&database).await, OURS, "{database}");
        let first = snapshot(&database, &[]).await;

        assert_eq!(migration::down(db, 5).await.unwrap().rolled_back, reversed, "{database}");
        assert_eq!(tables(&database).await, [LEASE_TABLE, HISTORY_TABLE], "{database}");
        assert_eq!(migration::up(db, None).await.unwrap().applied, names(), "{database}");
        assert_eq!(migration::reset(db).await.unwrap().rolled_back, reversed, "{database}");
        assert_eq!(applied(&database).await, Vec::<String>::new(), "{database}");
        assert_eq!(migration::up(db, None).await.unwrap().applied, names(), "{database}");
        let refreshed = migration::refresh(db).await.unwrap();
        assert_eq!((refreshed.rolled_back, refreshed.applied), (reversed, names()), "{database}");

        assert_eq!(snapshot(&database, &[]).await, first, "{database}");
    })
    .await;
}

#[tokio::test]
async fn applying_twice_changes_nothing() {
    on_every_engine(|database| async move {
        migration::run(&database.db).await.unwrap();
        let history = format!("SELECT concat(version, ' ', applied_at) FROM {HISTORY_TABLE} ORDER BY 1");
        let before = (snapshot(&database, &[]).await, database.texts(&history).await);
        assert!(migration::run(&database.db).await.unwrap().is_empty(), "{database}");
        assert!(migration::up(&database.db, None).await.unwrap().is_empty(), "{database}");
        assert_eq!((snapshot(&database, &[]).await, database.texts(&history).await), before, "{database}");
    })
    .await;
}

#[tokio::test]
async fn a_run_does_as_many_steps_as_it_is_asked_for() {
    on_every_engine(|database| async move {
        let db = &database.db;
        assert_eq!(migration::up(db, Some(2)).await.unwrap().applied, names()[..2], "{database}");
        assert_eq!(applied(&database).await, names()[..2], "{database}");
        assert_eq!(migration::up(db, Some(1)).await.unwrap().applied, names()[2..3], "{database}");
        assert_eq!(migration::down(db, 1).await.unwrap().rolled_back, names()[2..3], "{database}");
        assert_eq!(migration::up(db, Some(9)).await.unwrap().applied, names()[2..], "{database}");
        assert!(migration::up(db, Some(0)).await.unwrap().is_empty(), "{database}");
    })
    .await;
}

#[tokio::test]
async fn status_and_run_do_not_write_when_there_is_nothing_to_write() {
    on_every_engine(|database| async move {
        let states = migration::status(&database.db).await.unwrap();
        assert!(states.iter().all(|state| !state.applied), "{database}");
        assert_eq!(tables(&database).await, Vec::<String>::new(), "{database}");

        migration::run(&database.db).await.unwrap();
        database.execute(&format!("DROP TABLE {LEASE_TABLE}")).await;
        migration::run(&database.db).await.unwrap();
        assert!(!tables(&database).await.contains(&LEASE_TABLE.to_owned()), "{database}");
    })
    .await;
}

#[tokio::test]
async fn a_run_that_died_before_it_was_recorded_is_continued() {
    on_every_engine(|database| async move {
        migration::run(&database.db).await.unwrap();
        let complete = snapshot(&database, &[]).await;
        let on_table = if database.engine == Engine::MySql { "ON auth_sessions" } else { "" };
        database.execute(&format!("DROP INDEX auth_sessions_expires_at_idx {on_table}")).await;
        database.execute(&format!("DELETE FROM {HISTORY_TABLE} WHERE version LIKE '%sessions'")).await;

        assert_eq!(migration::run(&database.db).await.unwrap().applied, names()[1..2], "{database}");
        let repaired = snapshot(&database, &[]).await;
        // MySQL shows keys in the order of their making.
        assert_eq!(sorted_lines(&repaired), sorted_lines(&complete), "{database}");
    })
    .await;
}

fn sorted_lines(schema: &[String]) -> Vec<&str> {
    let mut lines: Vec<&str> =
        schema.iter().flat_map(|text| text.lines()).map(|line| line.trim_end_matches(',')).collect();
    lines.sort_unstable();
    lines
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_by_name() {
    on_every_engine(|database| async move {
        migration::run(&database.db).await.unwrap();
        let insert =
            format!("INSERT INTO {HISTORY_TABLE} (version, applied_at) VALUES ('auth_m2099_later', 1)");
        database.execute(&insert).await;
        for result in [migration::run(&database.db).await, migration::reset(&database.db).await] {
            let Err(MigrationError::NewerDatabase { names }) = result else {
                panic!("{database}: {result:?}")
            };
            assert_eq!(names, ["auth_m2099_later"], "{database}");
        }
    })
    .await;
}

struct ApplicationMigrator;

impl MigratorTrait for ApplicationMigrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        migration::migrations()
    }
}

#[tokio::test]
async fn a_migrated_database_moves_under_the_migrator_of_an_application() {
    on_every_engine(|database| async move {
        migration::run(&database.db).await.unwrap();
        let before = snapshot(&database, &["seaql_migrations"]).await;
        ApplicationMigrator::up(&database.db, None).await.unwrap();
        assert_eq!(snapshot(&database, &["seaql_migrations"]).await, before, "{database}");
        let recorded = database.texts("SELECT version FROM seaql_migrations ORDER BY version").await;
        assert_eq!(recorded, names(), "{database}");
    })
    .await;
}

#[tokio::test]
async fn the_migrator_refuses_to_drop_every_table() {
    on_every_engine(|database| async move {
        database.execute("CREATE TABLE customers (id integer)").await;
        let refused = Migrator::fresh(&database.db).await;
        assert!(matches!(refused, Err(DbErr::Migration(_))), "{database}: {refused:?}");
        assert_eq!(tables(&database).await, ["customers"], "{database}");
    })
    .await;
}
