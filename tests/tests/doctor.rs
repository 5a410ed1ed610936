//! `auth doctor` finds what is planted, one thing at a time, and nothing else; what it says mends it.

#[path = "doctor/mariadb.rs"]
mod mariadb;
#[path = "doctor/plant.rs"]
mod plant;
#[path = "doctor/postgres.rs"]
mod postgres;
#[path = "doctor/sqlite.rs"]
mod sqlite;

use std::sync::Arc;

use auth_cli::doctor::{Examination, examine};
use auth_core::DatabaseConfig;
use auth_schema::Schema;
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::redis_server::RedisServer;
use auth_tests::runner::{Case, end, trials};
use auth_tests::{flavour::Access, flavour::Flavour, private_server::PrivateServer};
use libtest_mimic::Trial;
use sea_orm::ConnectionTrait;

fn main() {
    let cases = [
        Case::new("nobody_who_examines_can_write", read_only),
        Case::new("an_index_of_another_kind_is_no_duplicate", other_kinds)
            .on(|backend| backend == Backend::Postgres),
        Case::new("a_redis_that_is_gone_is_a_finding", redis).on(|backend| backend == Backend::Sqlite),
    ];
    let mut all = trials(&cases, Flavour::Ours, Access::Dictionary, Backend::is_an_engine);
    let mut one = |name: &str, run: fn()| {
        all.push(Trial::test(name, move || {
            run();
            Ok(())
        }));
    };
    one("postgres::every_planted_problem_is_found_alone_and_mended", || {
        in_order(async {
            if let Some(server) = PrivateServer::postgres().await {
                plant::run(plant::Place::Server(server), postgres::PLANTS).await;
            }
        });
    });
    one("mariadb::every_planted_problem_is_found_alone_and_mended", || {
        in_order(async {
            if let Some(server) = PrivateServer::mariadb().await {
                plant::run(plant::Place::Server(server), mariadb::PLANTS).await;
            }
        });
    });
    one("sqlite::every_planted_problem_is_found_alone_and_mended", || {
        in_order(plant::run(plant::Place::Files, sqlite::PLANTS));
    });
    one("sqlite::looking_leaves_the_journal_as_it_is", || in_order(sqlite::journal_stays()));
    end(all);
}

fn in_order(work: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(work);
}

async fn read_only(database: Arc<TestDatabase>) {
    database.adapter().await;
    let connection = auth_core::connect_to_examine(&DatabaseConfig::new(&database.url)).await.unwrap();
    examine(&connection, &Schema::core(), &Examination::default()).await.unwrap();
    for statement in
        ["DELETE FROM auth_sessions", "CREATE TABLE mine (id integer)", "DROP TABLE auth_sessions"]
    {
        let refused = connection.execute_unprepared(statement).await.unwrap_err().to_string().to_lowercase();
        assert!(
            refused.contains("read-only") || refused.contains("read only") || refused.contains("readonly"),
            "{refused}"
        );
    }
    connection.close().await.unwrap();
}

/// What two indexes on the same columns do not have in common; and one that a constraint holds is not dropped alone.
async fn other_kinds(database: Arc<TestDatabase>) {
    let connection = database.connect().await;
    migration::run(&connection).await.unwrap();
    for columns in [
        "(user_id text_pattern_ops)",
        "(user_id DESC)",
        "(user_id COLLATE \"C\")",
        "(user_id) INCLUDE (token)",
    ] {
        connection.execute_unprepared(&format!("CREATE INDEX ON auth_sessions {columns}")).await.unwrap();
    }
    for name in ["one", "two"] {
        let statement = format!("ALTER TABLE auth_sessions ADD CONSTRAINT {name} UNIQUE (id, token)");
        connection.execute_unprepared(&statement).await.unwrap();
    }
    let report = examine(&connection, &Schema::core(), &Examination::default()).await.unwrap();
    let found = report.findings.iter().filter(|finding| finding.code == "duplicate_index");
    let found: Vec<_> = found.map(|finding| (finding.subject.as_str(), finding.statements.len())).collect();
    assert_eq!(found, [("two of auth_sessions", 0)]);
    connection.close().await.unwrap();
}

async fn redis(database: Arc<TestDatabase>) {
    use auth_core::secondary_storage::{RedisConfig, RedisStorage};
    let Some(mut server) = RedisServer::start().await else {
        return;
    };
    database.adapter().await;
    let connection = database.connect().await;
    let mut examination = Examination::default();
    examination.redis = Some(Arc::new(RedisStorage::new(&RedisConfig::single(server.url())).unwrap()));
    let report = examine(&connection, &Schema::core(), &examination).await.unwrap();
    assert_eq!(report.findings, []);
    let health = report.redis.unwrap();
    assert!(health.logs_changes && health.persistence_works && health.used_bytes > 0, "{health:?}");
    assert_eq!(health.role, "master");
    server.kill();
    let report = examine(&connection, &Schema::core(), &examination).await.unwrap();
    let codes: Vec<&str> = report.findings.iter().map(|finding| finding.code).collect();
    assert_eq!((codes, report.redis), (vec!["redis_unreachable"], None));
}
