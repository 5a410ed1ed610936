//! What PostgreSQL tells. Only tables that a bare name reaches count, as in every statement of ours.

mod activity;
mod rights;

use super::super::pool::Pool;
use super::ask::{instant, number, rows, text, truth};
use super::facts::{Facts, IndexFacts, Setting, Spilled, TableFacts, Usage};
use crate::adapter::AdapterError;

pub(super) async fn gather(
    pool: &Pool,
    tables: &[String],
    role: Option<&str>,
    facts: &mut Facts,
) -> Result<(), AdapterError> {
    server(pool, facts).await?;
    for row in rows(pool, SETTINGS, Vec::new()).await? {
        let setting = Setting::new(text(&row, 0)?, text(&row, 1)?);
        facts.settings.push(Setting { bytes: number(&row, 2)?, ..setting });
    }
    for row in rows(pool, TABLES, Vec::new()).await? {
        let name = text(&row, 0)?;
        if tables.contains(&name) {
            facts.tables.push(TableFacts {
                name,
                rows: number(&row, 1)?.unwrap_or_default(),
                bytes: number(&row, 2)?,
                index_bytes: number(&row, 3)?,
                dead_rows: number(&row, 4)?,
                changed_since_analyze: number(&row, 5)?,
                vacuumed_at: instant(&row, 6)?,
                analyzed_at: instant(&row, 7)?,
                storage_engine: None,
            });
        }
    }
    for row in rows(pool, INDEXES, Vec::new()).await? {
        let table = text(&row, 0)?;
        if tables.contains(&table) {
            let uses = number(&row, 5)?;
            facts.indexes.push(IndexFacts {
                table,
                name: text(&row, 1)?,
                unique: truth(&row, 2)?,
                valid: truth(&row, 3)?,
                ignored: false,
                bytes: number(&row, 4)?,
                cardinality: number(&row, 6)?,
                uses,
                usage: uses.map(Usage::of),
            });
        }
    }
    activity::statements(pool, tables, facts).await?;
    activity::connections(pool, facts).await?;
    rights::gather(pool, tables, role, facts).await
}

async fn server(pool: &Pool, facts: &mut Facts) -> Result<(), AdapterError> {
    for row in rows(pool, SERVER, Vec::new()).await? {
        facts.user = Some(text(&row, 0)?);
        facts.started_at = instant(&row, 1)?;
        // Where the counters were never reset, they count since the database was made: at least since the start.
        facts.counted_since = instant(&row, 2)?.or(facts.started_at);
        let (files, bytes) = (number(&row, 3)?, number(&row, 4)?);
        facts.spilled = files.zip(bytes).map(|(files, bytes)| Spilled { files, bytes });
    }
    Ok(())
}

const SERVER: &str = "SELECT current_user::text, EXTRACT(EPOCH FROM pg_postmaster_start_time())::bigint, \
     EXTRACT(EPOCH FROM stats_reset)::bigint, temp_files, temp_bytes \
     FROM pg_stat_database WHERE datname = current_database()";

/// Name, value as people write it, bytes.
const SETTINGS: &str = "SELECT name, current_setting(name), CASE unit WHEN '8kB' THEN setting::bigint * 8192 \
     WHEN 'kB' THEN setting::bigint * 1024 WHEN 'MB' THEN setting::bigint * 1048576 WHEN 'B' THEN setting::bigint END \
     FROM pg_settings WHERE name IN ('autovacuum', 'checkpoint_completion_target', 'default_statistics_target', \
     'effective_cache_size', 'fsync', 'full_page_writes', 'idle_in_transaction_session_timeout', \
     'maintenance_work_mem', 'max_connections', 'max_wal_size', 'random_page_cost', 'reserved_connections', \
     'seq_page_cost', 'shared_buffers', 'superuser_reserved_connections', 'synchronous_commit', 'track_counts', \
     'wal_buffers', 'work_mem') ORDER BY name";

/// Table, rows, bytes, bytes of indexes, dead rows, changes since the last analysis, last vacuum, last analysis.
const TABLES: &str = "SELECT c.relname::text, GREATEST(c.reltuples, s.n_live_tup, 0)::bigint, \
     pg_table_size(c.oid), pg_indexes_size(c.oid), s.n_dead_tup, s.n_mod_since_analyze, \
     EXTRACT(EPOCH FROM GREATEST(s.last_vacuum, s.last_autovacuum))::bigint, \
     EXTRACT(EPOCH FROM GREATEST(s.last_analyze, s.last_autoanalyze))::bigint \
     FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace \
     LEFT JOIN pg_stat_user_tables AS s ON s.relid = c.oid \
     WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
     AND pg_table_is_visible(c.oid) ORDER BY c.relname";

/// Table, index, unique, valid, bytes, scans, values of the first column.
const INDEXES: &str = "SELECT t.relname::text, i.relname::text, x.indisunique, x.indisvalid AND x.indisready, \
     pg_relation_size(i.oid), s.idx_scan, CASE WHEN d.n_distinct < 0 \
     THEN (-d.n_distinct * GREATEST(t.reltuples, 0))::bigint ELSE d.n_distinct::bigint END \
     FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid JOIN pg_class AS t ON t.oid = x.indrelid \
     JOIN pg_namespace AS n ON n.oid = t.relnamespace \
     LEFT JOIN pg_stat_user_indexes AS s ON s.indexrelid = i.oid \
     LEFT JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = x.indkey[0] \
     LEFT JOIN pg_stats AS d ON d.schemaname = n.nspname AND d.tablename = t.relname AND d.attname = a.attname \
     AND NOT d.inherited \
     WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND pg_table_is_visible(t.oid) \
     ORDER BY t.relname, i.relname";
