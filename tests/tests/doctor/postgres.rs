//! What is planted in PostgreSQL.

use super::plant::{Ask, Mend, Plant};

const VERIFICATIONS: &str = "INSERT INTO auth_verifications (id, identifier, value, expires_at, created_at, updated_at) \
     SELECT 'v' || n, 'i' || n, 'v', timestamptz '2090-01-01', now(), now() FROM generate_series(1, 3000) AS n";
const EXPIRED: &str = "INSERT INTO auth_verifications (id, identifier, value, expires_at, created_at, updated_at) \
     SELECT 'v' || n, 'i' || n, 'v', timestamptz '2020-01-01', now(), now() FROM generate_series(1, 3000) AS n";
const FLUSH: &str = "SELECT pg_stat_force_next_flush()";
const RELOAD: &str = "SELECT pg_reload_conf()";
const ANALYZE: &str = "ANALYZE auth_verifications";

pub(crate) const PLANTS: &[Plant] = &[
    Plant::new("missing_index", &["DROP INDEX auth_sessions_expires_at_idx"]),
    Plant::new("duplicate_index", &["CREATE INDEX twice ON auth_sessions (user_id)"]),
    Plant {
        ask: Ask::Resting,
        ..Plant::new(
            "unused_index",
            &["CREATE INDEX rests ON auth_sessions (user_agent)", "ANALYZE auth_sessions"],
        )
    },
    // Under the name of one of the catalogue: built by its definition, which is not unique.
    Plant::new(
        "invalid_index",
        &[
            "UPDATE auth_users SET updated_at = '2026-01-01'",
            "!CREATE UNIQUE INDEX CONCURRENTLY auth_users_updated_at_idx ON auth_users (updated_at)",
        ],
    ),
    // Of somebody else's: built as it was meant.
    Plant::new(
        "invalid_index",
        &[
            "UPDATE auth_users SET name = 'Ada'",
            "!CREATE UNIQUE INDEX CONCURRENTLY mine ON auth_users (name)",
            "UPDATE auth_users SET name = id",
        ],
    ),
    Plant::new(
        "dead_rows",
        &[VERIFICATIONS, FLUSH, "DELETE FROM auth_verifications WHERE id > 'v2'", FLUSH, "SELECT 1", ANALYZE],
    ),
    Plant::new("stale_statistics", &[VERIFICATIONS, FLUSH]),
    Plant { mend: Mend::Command, ..Plant::new("expired_rows", &[EXPIRED, FLUSH, "SELECT 1", ANALYZE]) },
    Plant {
        mend: Mend::Person,
        ..Plant::new(
            "duplicate_emails",
            &["INSERT INTO auth_users (id, name, email, email_verified, created_at, updated_at) \
               SELECT e, 'Ada', e, true, now(), now() FROM (VALUES ('ada@x.y'), ('ADA@x.y')) AS v (e)"],
        )
    },
    Plant {
        ask: Ask::Role,
        ..Plant::new(
            "wide_rights",
            &[
                "CREATE ROLE app CREATEDB",
                "GRANT ALL ON auth_users TO app",
                "GRANT CREATE ON SCHEMA public TO app",
            ],
        )
    },
    Plant::new("wide_rights", &["GRANT SELECT ON auth_accounts TO PUBLIC"]),
    Plant { ask: Ask::Processes, ..Plant::new("max_connections_low", &[]) },
    Plant {
        restart: true,
        sessions: 5000,
        ..Plant::new("shared_buffers_small", &["ALTER SYSTEM SET shared_buffers = '1MB'"])
    },
    Plant::new("effective_cache_size_small", &["ALTER SYSTEM SET effective_cache_size = '1MB'", RELOAD]),
    Plant::new("random_page_cost_high", &["ALTER SYSTEM SET random_page_cost = 40", RELOAD]),
    Plant::new(
        "work_mem_small",
        &[
            "ALTER SYSTEM SET work_mem = '64kB'",
            RELOAD,
            "SET work_mem = '64kB'",
            "DO 'BEGIN FOR i IN 1..12 LOOP PERFORM count(*) FROM (SELECT n FROM generate_series(1, 20000) AS n \
             ORDER BY random()) AS s; END LOOP; END'",
            FLUSH,
            "RESET work_mem",
        ],
    ),
    Plant {
        sessions: 30_000,
        ..Plant::new("maintenance_work_mem_small", &["ALTER SYSTEM SET maintenance_work_mem = '1MB'", RELOAD])
    },
    Plant::new("checkpoints_hurried", &["ALTER SYSTEM SET checkpoint_completion_target = 0.5", RELOAD]),
    Plant { restart: true, ..Plant::new("wal_buffers_small", &["ALTER SYSTEM SET wal_buffers = '64kB'"]) },
    Plant::new("statistics_target_low", &["ALTER SYSTEM SET default_statistics_target = 10", RELOAD]),
    Plant::new("fsync_off", &["ALTER SYSTEM SET fsync = off", RELOAD]),
    Plant::new("full_page_writes_off", &["ALTER SYSTEM SET full_page_writes = off", RELOAD]),
    Plant::new("synchronous_commit_off", &["ALTER SYSTEM SET synchronous_commit = off", RELOAD]),
    Plant::new("autovacuum_off", &["ALTER SYSTEM SET autovacuum = off", RELOAD]),
    Plant::new("track_counts_off", &["ALTER SYSTEM SET track_counts = off", RELOAD]),
];
