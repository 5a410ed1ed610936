//! What is planted in MariaDB.

use super::plant::{Ask, Mend, Plant};

const VERIFICATIONS: &str = "INSERT INTO auth_verifications (id, identifier, value, expires_at, created_at, updated_at) \
     SELECT CONCAT('v', seq), CONCAT('i', seq), 'v', '2090-01-01', NOW(3), NOW(3) FROM seq_1_to_3000";
const EXPIRED: &str = "INSERT INTO auth_verifications (id, identifier, value, expires_at, created_at, updated_at) \
     SELECT CONCAT('v', seq), CONCAT('i', seq), 'v', '2020-01-01', NOW(3), NOW(3) FROM seq_1_to_3000";
const ANALYZE: &str = "ANALYZE TABLE auth_verifications";

pub(crate) const PLANTS: &[Plant] = &[
    Plant::new("missing_index", &["DROP INDEX auth_sessions_expires_at_idx ON auth_sessions"]),
    Plant::new("duplicate_index", &["CREATE INDEX twice ON auth_sessions (user_id)"]),
    Plant {
        ask: Ask::Resting,
        ..Plant::new("unused_index", &["CREATE INDEX rests ON auth_users (updated_at)"])
    },
    Plant::new(
        "ignored_index",
        &["ALTER TABLE auth_sessions ALTER INDEX auth_sessions_expires_at_idx IGNORED"],
    ),
    Plant::new("stale_statistics", &["ALTER TABLE auth_verifications STATS_AUTO_RECALC = 0", VERIFICATIONS]),
    Plant::new("storage_engine", &["ALTER TABLE auth_rate_limits ENGINE = MyISAM"]),
    Plant { mend: Mend::Command, ..Plant::new("expired_rows", &[EXPIRED, ANALYZE]) },
    Plant {
        mend: Mend::Person,
        ..Plant::new(
            "duplicate_emails",
            &["INSERT INTO auth_users (id, name, email, email_verified, created_at, updated_at) VALUES \
               ('a', 'Ada', 'ada@x.y', 1, NOW(3), NOW(3)), ('b', 'Ada', 'ADA@x.y', 1, NOW(3), NOW(3))"],
        )
    },
    Plant {
        ask: Ask::Role,
        ..Plant::new(
            "wide_rights",
            &[
                "CREATE USER app",
                "GRANT ALL ON plant_8.* TO app",
                "GRANT ALTER, SELECT ON plant_8.auth_users TO app",
                "GRANT PROCESS ON *.* TO app",
            ],
        )
    },
    Plant { ask: Ask::Processes, ..Plant::new("max_connections_low", &[]) },
    Plant {
        sessions: 30_000,
        ..Plant::new("buffer_pool_small", &["SET GLOBAL innodb_buffer_pool_size = 8388608"])
    },
    Plant::new("redo_log_small", &["SET GLOBAL innodb_log_file_size = 16777216"]),
    Plant::new("flush_at_commit_off", &["SET GLOBAL innodb_flush_log_at_trx_commit = 2"]),
    Plant::new("sync_binlog_off", &["SET GLOBAL sync_binlog = 0"]),
    Plant::new("binlog_statements", &["SET GLOBAL binlog_format = 'STATEMENT'"]),
    Plant::new("sql_mode_lax", &["SET GLOBAL sql_mode = ''"]),
    Plant::new("time_zone_not_utc", &["SET GLOBAL time_zone = '+02:00'"]),
];
