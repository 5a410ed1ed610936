//! The kinds of findings; a test holds them against `docs/doctor.md`.

use super::finding::Severity;
use super::finding::Severity::{Advice, Critical, Warning};

/// A kind of finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Code {
    /// Its name.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
}

const fn code(name: &'static str, severity: Severity) -> Code {
    Code { name, severity }
}

// The schema. What the live catalogue grades has codes of its own: `auth_core::adapter::seaorm::CatalogueProblem::code`.
pub(super) const PENDING_MIGRATION: Code = code("pending_migration", Warning);
pub(super) const OTHER_NAMES: Code = code("other_names", Critical);
pub(super) const DUPLICATE_EMAILS: Code = code("duplicate_emails", Warning);
pub(super) const DUPLICATE_ACCOUNTS: Code = code("duplicate_accounts", Warning);
pub(super) const EXPIRED_ROWS: Code = code("expired_rows", Advice);
// Tables and indexes.
pub(super) const INVALID_INDEX: Code = code("invalid_index", Warning);
pub(super) const IGNORED_INDEX: Code = code("ignored_index", Warning);
pub(super) const DUPLICATE_INDEX: Code = code("duplicate_index", Advice);
pub(super) const UNUSED_INDEX: Code = code("unused_index", Advice);
pub(super) const DEAD_ROWS: Code = code("dead_rows", Advice);
pub(super) const STALE_STATISTICS: Code = code("stale_statistics", Advice);
pub(super) const STORAGE_ENGINE: Code = code("storage_engine", Critical);
pub(super) const FREE_PAGES: Code = code("free_pages", Advice);
// What happens.
pub(super) const SLOW_STATEMENT: Code = code("slow_statement", Advice);
pub(super) const SLOW_ROUND_TRIP: Code = code("slow_round_trip", Advice);
pub(super) const IDLE_IN_TRANSACTION: Code = code("idle_in_transaction", Warning);
pub(super) const CONNECTIONS_NEAR_LIMIT: Code = code("connections_near_limit", Warning);
pub(super) const MAX_CONNECTIONS_LOW: Code = code("max_connections_low", Warning);
pub(super) const POOL_TIMEOUTS: Code = code("pool_timeouts", Warning);
pub(super) const WIDE_RIGHTS: Code = code("wide_rights", Warning);
// Settings of PostgreSQL.
pub(super) const FSYNC_OFF: Code = code("fsync_off", Critical);
pub(super) const FULL_PAGE_WRITES_OFF: Code = code("full_page_writes_off", Critical);
pub(super) const SYNCHRONOUS_COMMIT_OFF: Code = code("synchronous_commit_off", Warning);
pub(super) const AUTOVACUUM_OFF: Code = code("autovacuum_off", Warning);
pub(super) const TRACK_COUNTS_OFF: Code = code("track_counts_off", Warning);
pub(super) const SHARED_BUFFERS_SMALL: Code = code("shared_buffers_small", Advice);
pub(super) const EFFECTIVE_CACHE_SIZE_SMALL: Code = code("effective_cache_size_small", Advice);
pub(super) const RANDOM_PAGE_COST_HIGH: Code = code("random_page_cost_high", Advice);
pub(super) const WORK_MEM_SMALL: Code = code("work_mem_small", Advice);
pub(super) const MAINTENANCE_WORK_MEM_SMALL: Code = code("maintenance_work_mem_small", Advice);
pub(super) const CHECKPOINTS_HURRIED: Code = code("checkpoints_hurried", Advice);
pub(super) const WAL_BUFFERS_SMALL: Code = code("wal_buffers_small", Advice);
pub(super) const STATISTICS_TARGET_LOW: Code = code("statistics_target_low", Advice);
// Settings of MySQL and MariaDB.
pub(super) const BUFFER_POOL_SMALL: Code = code("buffer_pool_small", Advice);
pub(super) const REDO_LOG_SMALL: Code = code("redo_log_small", Advice);
pub(super) const FLUSH_AT_COMMIT_OFF: Code = code("flush_at_commit_off", Warning);
pub(super) const DOUBLEWRITE_OFF: Code = code("doublewrite_off", Critical);
pub(super) const SYNC_BINLOG_OFF: Code = code("sync_binlog_off", Warning);
pub(super) const BINLOG_STATEMENTS: Code = code("binlog_statements", Warning);
pub(super) const SQL_MODE_LAX: Code = code("sql_mode_lax", Warning);
pub(super) const TIME_ZONE_NOT_UTC: Code = code("time_zone_not_utc", Advice);
// Settings of SQLite.
pub(super) const JOURNAL_NOT_WAL: Code = code("journal_not_wal", Advice);
pub(super) const SYNCHRONOUS_OFF: Code = code("synchronous_off", Warning);
pub(super) const BUSY_TIMEOUT_SHORT: Code = code("busy_timeout_short", Warning);
pub(super) const PAGE_CACHE_SMALL: Code = code("page_cache_small", Advice);
// Redis.
pub(super) const REDIS_UNREACHABLE: Code = code("redis_unreachable", Critical);
pub(super) const REDIS_EVICTS: Code = code("redis_evicts", Warning);
pub(super) const REDIS_MEMORY_FULL: Code = code("redis_memory_full", Warning);
pub(super) const REDIS_PERSISTENCE_FAILS: Code = code("redis_persistence_fails", Warning);

/// All of them but those of the live catalogue.
pub const CODES: &[Code] = &[
    PENDING_MIGRATION,
    OTHER_NAMES,
    DUPLICATE_EMAILS,
    DUPLICATE_ACCOUNTS,
    EXPIRED_ROWS,
    INVALID_INDEX,
    IGNORED_INDEX,
    DUPLICATE_INDEX,
    UNUSED_INDEX,
    DEAD_ROWS,
    STALE_STATISTICS,
    STORAGE_ENGINE,
    FREE_PAGES,
    SLOW_STATEMENT,
    SLOW_ROUND_TRIP,
    IDLE_IN_TRANSACTION,
    CONNECTIONS_NEAR_LIMIT,
    MAX_CONNECTIONS_LOW,
    POOL_TIMEOUTS,
    WIDE_RIGHTS,
    FSYNC_OFF,
    FULL_PAGE_WRITES_OFF,
    SYNCHRONOUS_COMMIT_OFF,
    AUTOVACUUM_OFF,
    TRACK_COUNTS_OFF,
    SHARED_BUFFERS_SMALL,
    EFFECTIVE_CACHE_SIZE_SMALL,
    RANDOM_PAGE_COST_HIGH,
    WORK_MEM_SMALL,
    MAINTENANCE_WORK_MEM_SMALL,
    CHECKPOINTS_HURRIED,
    WAL_BUFFERS_SMALL,
    STATISTICS_TARGET_LOW,
    BUFFER_POOL_SMALL,
    REDO_LOG_SMALL,
    FLUSH_AT_COMMIT_OFF,
    DOUBLEWRITE_OFF,
    SYNC_BINLOG_OFF,
    BINLOG_STATEMENTS,
    SQL_MODE_LAX,
    TIME_ZONE_NOT_UTC,
    JOURNAL_NOT_WAL,
    SYNCHRONOUS_OFF,
    BUSY_TIMEOUT_SHORT,
    PAGE_CACHE_SMALL,
    REDIS_UNREACHABLE,
    REDIS_EVICTS,
    REDIS_MEMORY_FULL,
    REDIS_PERSISTENCE_FAILS,
];
