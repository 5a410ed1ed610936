//! What `DatabaseConfig` says is what a session has.

use std::sync::Arc;
use std::time::Duration;

use auth_core::DatabaseConfig;
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::runner::{Case, main as run};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

fn main() {
    let cases = [Case::new("a_session_has_the_configured_settings", settings)];
    run(&cases, |backend| matches!(backend, Backend::Sqlite | Backend::Postgres | Backend::Mysql));
}

async fn ask(connection: &DatabaseConnection, sql: &str) -> String {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index::<String>(0).unwrap()
}

async fn settings(database: Arc<TestDatabase>) {
    let mut config = DatabaseConfig::new(&database.url);
    config.statement_timeout = Some(Duration::from_millis(1500));
    config.application_name = String::from("settings test");
    config.schema = Some("pg_catalog".to_owned());
    config.sqlite.busy_timeout = Duration::from_millis(1234);
    let connection = auth_core::connect(&config).await.unwrap();
    let expected: &[(&str, &str)] = match database.backend() {
        Backend::Postgres => &[
            ("SHOW statement_timeout", "1500ms"),
            ("SHOW timezone", "UTC"),
            ("SHOW application_name", "settings test"),
            ("SHOW search_path", "pg_catalog"),
        ],
        Backend::Mysql => &[
            // MariaDB counts seconds, MySQL milliseconds.
            if ask(&connection, "SELECT VERSION()").await.contains("MariaDB") {
                ("SELECT CAST(@@SESSION.max_statement_time AS CHAR)", "1.500000")
            } else {
                ("SELECT CAST(@@SESSION.max_execution_time AS CHAR)", "1500")
            },
            ("SELECT CAST(@@SESSION.sql_mode LIKE '%STRICT_ALL_TABLES%' AS CHAR)", "1"),
            ("SELECT CAST(@@SESSION.time_zone AS CHAR)", "+00:00"),
            ("SELECT CAST(@@SESSION.character_set_connection AS CHAR)", "utf8mb4"),
        ],
        _ => &[
            ("SELECT journal_mode FROM pragma_journal_mode", "wal"),
            ("SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys", "1"),
            ("SELECT CAST(timeout AS TEXT) FROM pragma_busy_timeout", "1234"),
        ],
    };
    for (sql, value) in expected {
        assert_eq!(ask(&connection, sql).await, *value, "{sql}");
    }
}
