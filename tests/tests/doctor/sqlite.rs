//! What is planted in SQLite.

use auth_cli::doctor::{Examination, examine};
use auth_core::DatabaseConfig;
use auth_schema::Schema;
use sea_orm::ConnectionTrait;

use super::plant::{Mend, Plant};

const VERIFICATIONS: &str = "INSERT INTO auth_verifications (id, identifier, value, expires_at, created_at, updated_at) \
     WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 3000) \
     SELECT 'v' || n, 'i' || n, 'v', '2090-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z' \
     FROM counted";
const EXPIRED: &str = "INSERT INTO auth_verifications (id, identifier, value, expires_at, created_at, updated_at) \
     WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 3000) \
     SELECT 'v' || n, 'i' || n, 'v', '2020-01-01T00:00:00.000Z', '2019-01-01T00:00:00.000Z', '2019-01-01T00:00:00.000Z' \
     FROM counted";

pub(crate) const PLANTS: &[Plant] = &[
    Plant::new("missing_index", &["DROP INDEX auth_sessions_expires_at_idx"]),
    Plant::new("duplicate_index", &["CREATE INDEX twice ON auth_sessions (user_id)"]),
    Plant::new("journal_not_wal", &["PRAGMA journal_mode = DELETE"]),
    Plant::new("synchronous_off", &["PRAGMA synchronous = OFF"]),
    Plant::new("busy_timeout_short", &["PRAGMA busy_timeout = 0"]),
    Plant::new("stale_statistics", &[VERIFICATIONS]),
    Plant {
        sessions: 30_000,
        ..Plant::new("free_pages", &["DELETE FROM auth_sessions WHERE id >= '1'", "ANALYZE"])
    },
    Plant { mend: Mend::Command, ..Plant::new("expired_rows", &[EXPIRED, "ANALYZE"]) },
    Plant {
        mend: Mend::Person,
        ..Plant::new(
            "duplicate_emails",
            &["INSERT INTO auth_users (id, name, email, email_verified, created_at, updated_at) VALUES \
               ('a', 'Ada', 'ada@x.y', 1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'), \
               ('b', 'Ada', 'ADA@x.y', 1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')"],
        )
    },
];

/// A file with a rollback journal is examined, and still has one.
pub(crate) async fn journal_stays() {
    let file = std::env::temp_dir().join(format!("auth_test_journal_{}.db", std::process::id()));
    let mut config = DatabaseConfig::new(format!("sqlite:{}", file.display()));
    config.sqlite.wal = false;
    let connection = auth_core::connect(&config).await.unwrap();
    migration::run(&connection).await.unwrap();
    connection.close().await.unwrap();
    let before = std::fs::read(&file).unwrap();
    let connection = auth_core::connect_to_examine(&DatabaseConfig::new(config.url.expose())).await.unwrap();
    let report = examine(&connection, &Schema::core(), &Examination::default()).await.unwrap();
    connection.execute_unprepared("PRAGMA optimize").await.ok();
    connection.close().await.unwrap();
    let codes: Vec<&str> = report.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["journal_not_wal"]);
    assert_eq!(std::fs::read(&file).unwrap(), before, "the file is what it was");
    std::fs::remove_file(&file).unwrap();
}
