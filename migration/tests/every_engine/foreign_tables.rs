//! Tables that are not ours.

use migration::{Direction, MigrationError};

use crate::support::catalogue::snapshot;
use crate::support::command::lines;
use crate::support::{TestDatabase, on_every_engine};

async fn make_foreign_tables(database: &TestDatabase) {
    for table in ["customers", "auth_users_backup"] {
        database.execute(&format!("CREATE TABLE {table} (id integer PRIMARY KEY, name varchar(40))")).await;
        database.execute(&format!("CREATE INDEX {table}_name_idx ON {table} (name)")).await;
        database.execute(&format!("INSERT INTO {table} VALUES (1, 'Ada'), (2, 'Grace')")).await;
    }
}

/// The schema of the foreign tables and their rows.
async fn foreign_tables(database: &TestDatabase) -> (Vec<String>, Vec<String>) {
    let mut rows = database.texts("SELECT name FROM customers ORDER BY id").await;
    rows.extend(database.texts("SELECT name FROM auth_users_backup ORDER BY id").await);
    let schema = snapshot(database, &OURS).await;
    (schema, rows)
}

#[tokio::test]
async fn a_foreign_table_and_its_rows_survive_every_command() {
    on_every_engine(|database| async move {
        make_foreign_tables(&database).await;
        let before = foreign_tables(&database).await;
        assert_eq!(before.1, ["Ada", "Grace", "Ada", "Grace"], "{database}");
        let commands: [&[&str]; 9] = [
            &[],
            &["status"],
            &["down"],
            &["up", "1"],
            &["down", "3"],
            &["refresh"],
            &["reset"],
            &["reset"],
            &["up"],
        ];
        for command in commands {
            lines(&database.url, command);
            assert_eq!(foreign_tables(&database).await, before, "{database}: {command:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_foreign_table_that_refers_to_users_keeps_its_rows_and_stops_the_rollback() {
    on_every_engine(|database| async move {
        migration::run(&database.db).await.unwrap();
        let id = match database.engine {
            crate::support::Engine::MySql => "varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
            _ => "text",
        };
        database
            .execute(&format!(
                "CREATE TABLE orders (id integer PRIMARY KEY, user_id {id} NOT NULL, \
                 FOREIGN KEY (user_id) REFERENCES auth_users (id) ON DELETE CASCADE)"
            ))
            .await;
        database.execute(USER).await;
        database.execute("INSERT INTO orders VALUES (1, 'u1')").await;

        let result = migration::reset(&database.db).await;
        let Err(MigrationError::Step { name, direction, .. }) = result else {
            panic!("{database}: {result:?}")
        };
        assert_eq!(
            (name.as_str(), direction),
            ("auth_m20261124_000001_create_users", Direction::Down),
            "{database}"
        );
        assert_eq!(database.texts("SELECT user_id FROM orders").await, ["u1"], "{database}");
        assert_eq!(database.texts("SELECT id FROM auth_users").await, ["u1"], "{database}");

        database.execute("DROP TABLE orders").await;
        assert_eq!(migration::reset(&database.db).await.unwrap().rolled_back, [name], "{database}");
    })
    .await;
}

#[tokio::test]
async fn a_foreign_table_with_a_name_of_ours_is_left_as_it_is() {
    on_every_engine(|database| async move {
        database
            .execute("CREATE TABLE auth_sessions (id integer, expires_at integer, note varchar(40))")
            .await;
        database.execute("INSERT INTO auth_sessions VALUES (1, 2, 'theirs')").await;
        let before = snapshot(&database, &["auth_migration_lease", "auth_migrations", "auth_users"]).await;

        let error = migration::run(&database.db).await.unwrap_err();
        assert!(matches!(error, MigrationError::Step { .. }), "{database}: {error:?}");
        migration::reset(&database.db).await.unwrap();

        assert_eq!(
            snapshot(&database, &["auth_migration_lease", "auth_migrations"]).await,
            before,
            "{database}"
        );
        assert_eq!(database.texts("SELECT note FROM auth_sessions").await, ["theirs"], "{database}");
    })
    .await;
}

const USER: &str = "INSERT INTO auth_users (id, name, email, email_verified, created_at, updated_at) \
    VALUES ('u1', 'Ada', 'ada@example.com', false, '2026-11-24 10:00:00.123', '2026-11-24 10:00:00.123')";

const OURS: [&str; 7] = [
    "auth_accounts",
    "auth_migration_lease",
    "auth_migrations",
    "auth_rate_limits",
    "auth_sessions",
    "auth_users",
    "auth_verifications",
];
