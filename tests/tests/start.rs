//! What an application is told at start when its database is not ready: one error that names what is wrong
//! and what to run.

use std::sync::Arc;
use std::time::Duration;

use auth_core::adapter::AdapterError;
use auth_core::{Auth, DatabaseConfig, MemoryAdapter, SeaOrmAdapter};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::runner::{Case, main as run};
use sea_orm::ConnectionTrait;

fn main() {
    let cases = [
        Case::new("a_database_without_tables_is_told_what_to_run", empty),
        Case::new("everything_that_is_missing_is_listed_at_once", damaged),
        Case::new("a_foreign_table_is_no_table_of_ours", foreign),
        Case::new("a_server_that_is_down_is_named", down),
        Case::new("a_wrong_url_is_named", wrong_url),
        Case::new("a_short_secret_is_refused", short_secret),
    ];
    run(&cases, |backend| !matches!(backend, Backend::Memory | Backend::MysqlWithoutReturning));
}

async fn empty(database: Arc<TestDatabase>) {
    let error = SeaOrmAdapter::new(database.connect().await).await.unwrap_err();
    let text = error.to_string();
    for needed in
        ["table auth_users is missing", "table auth_verifications is missing", "cargo run -p migration"]
    {
        assert!(text.contains(needed), "{text}");
    }
}

async fn damaged(database: Arc<TestDatabase>) {
    let connection = database.connect().await;
    migration::run(&connection).await.unwrap();
    SeaOrmAdapter::new(connection.clone()).await.unwrap();
    for statement in ["ALTER TABLE auth_users DROP COLUMN image", "DROP TABLE auth_verifications"] {
        connection.execute_unprepared(statement).await.unwrap();
    }
    let error = SeaOrmAdapter::new(connection).await.unwrap_err();
    let AdapterError::Catalogue(found) = &error else { panic!("{error:?}") };
    assert_eq!(found.problems.len(), 2);
    let text = error.to_string();
    for needed in ["column auth_users.image is missing", "table auth_verifications is missing"] {
        assert!(text.contains(needed), "{text}");
    }
}

/// On servers, a table of the same name in another database or schema must not count.
async fn foreign(database: Arc<TestDatabase>) {
    let other = database.backend().create().await;
    migration::run(&other.connect().await).await.unwrap();
    let error = SeaOrmAdapter::new(database.connect().await).await.unwrap_err();
    assert!(error.to_string().contains("auth_users is missing"), "{error}");
    other.remove().await;
}

async fn down(database: Arc<TestDatabase>) {
    let url = match database.backend() {
        Backend::Postgres => "postgres://postgres@127.0.0.1:1/x",
        Backend::Mysql => "mysql://root@127.0.0.1:1/x",
        _ => "sqlite:/nowhere/at/all/auth.db",
    };
    let mut config = DatabaseConfig::new(url);
    config.connect_retry_for = Duration::from_millis(300);
    config.connect_timeout = Duration::from_secs(2);
    let error = auth_core::connect(&config).await.unwrap_err();
    if database.backend() == Backend::Sqlite {
        assert!(matches!(error, AdapterError::Configuration { .. }), "{error:?}");
    } else {
        assert!(matches!(error, AdapterError::Unreachable { .. }), "{error:?}");
        let expected = "no database answers at 127.0.0.1:1/x: is it running, and is the address right?";
        assert_eq!(error.to_string(), expected);
    }
}

async fn wrong_url(_: Arc<TestDatabase>) {
    let error = auth_core::connect(&DatabaseConfig::new("oracle://x")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "database configuration: \"oracle\" is no known database: begin the URL with sqlite:, postgres:// or mysql://"
    );
}

async fn short_secret(_: Arc<TestDatabase>) {
    let error = Auth::builder(Arc::new(MemoryAdapter::new()), "too short").build().unwrap_err();
    assert!(error.to_string().contains("at least 32 characters"), "{error}");
    let secret = "x".repeat(32);
    let error =
        Auth::builder(Arc::new(MemoryAdapter::new()), secret).base_url("ftp://x").build().unwrap_err();
    assert!(error.to_string().contains("\"ftp://x\""), "{error}");
}
