//! What MySQL and MariaDB tell.

mod activity;
mod rights;

use std::collections::HashMap;

use sea_orm::QueryResult;

use super::super::pool::Pool;
use super::ask::{allowed, instant, number, rows, text, truth};
use super::facts::{Facts, IndexFacts, Setting, TableFacts};
use crate::adapter::AdapterError;

pub(super) async fn gather(
    pool: &Pool,
    tables: &[String],
    role: Option<&str>,
    facts: &mut Facts,
) -> Result<(), AdapterError> {
    for row in rows(pool, SERVER, Vec::new()).await? {
        facts.user = Some(text(&row, 0)?);
    }
    for question in [SETTINGS, STATUS] {
        for row in rows(pool, question, Vec::new()).await? {
            let setting = Setting::new(text(&row, 0)?.to_lowercase(), text(&row, 1)?);
            let bytes = SIZES.contains(&setting.name.as_str()).then(|| setting.value.parse().ok()).flatten();
            facts.settings.push(Setting { bytes, ..setting });
        }
    }
    for row in rows(pool, SINCE, Vec::new()).await? {
        let uptime = facts.setting("uptime").and_then(|uptime| uptime.value.parse().ok());
        facts.started_at =
            instant(&row, 0)?.zip(uptime).map(|(now, uptime)| now - time::Duration::seconds(uptime));
        facts.counted_since = facts.started_at;
    }
    gather_tables(pool, tables, facts).await?;
    gather_indexes(pool, tables, facts).await?;
    activity::usage(pool, facts).await?;
    activity::statements(pool, tables, facts).await?;
    activity::connections(pool, facts).await?;
    rights::gather(pool, tables, role, facts).await
}

async fn gather_tables(pool: &Pool, tables: &[String], facts: &mut Facts) -> Result<(), AdapterError> {
    for row in rows(pool, TABLES, Vec::new()).await? {
        let name = text(&row, 0)?;
        if tables.contains(&name) {
            facts.tables.push(TableFacts {
                name,
                storage_engine: Some(text(&row, 1)?),
                rows: number(&row, 2)?.unwrap_or_default(),
                bytes: number(&row, 3)?,
                index_bytes: number(&row, 4)?,
                ..TableFacts::default()
            });
        }
    }
    let Some(kept) = allowed(pool, KEPT, facts, ("planner statistics", READ_MYSQL)).await? else {
        return Ok(());
    };
    for row in kept {
        let name = text(&row, 0)?;
        if let Some(table) = facts.tables.iter_mut().find(|table| table.name == name) {
            // What InnoDB counts along differs from what it has written down for the planner.
            table.changed_since_analyze = number(&row, 1)?.map(|rows| rows.abs_diff(table.rows));
            table.analyzed_at = instant(&row, 2)?;
        }
    }
    Ok(())
}

async fn gather_indexes(pool: &Pool, tables: &[String], facts: &mut Facts) -> Result<(), AdapterError> {
    let known = rows(pool, HIDING, Vec::new()).await?;
    let hidden = match known.first().map(|row| text(row, 0)).transpose()?.as_deref() {
        Some("IGNORED") => "IGNORED = 'YES'",
        Some("IS_VISIBLE") => "IS_VISIBLE = 'NO'",
        _ => "FALSE",
    };
    let sizes = allowed(pool, INDEX_SIZES, facts, ("index sizes", READ_MYSQL)).await?.unwrap_or_default();
    let size = |row: &QueryResult| Ok(((text(row, 0)?, text(row, 1)?), number(row, 2)?));
    let sizes = sizes.iter().map(size).collect::<Result<HashMap<_, _>, AdapterError>>()?;
    for row in rows(pool, &INDEXES.replace("{hidden}", hidden), Vec::new()).await? {
        let (table, name) = (text(&row, 0)?, text(&row, 1)?);
        if tables.contains(&table) {
            let bytes = sizes.get(&(table.clone(), name.clone())).copied().flatten();
            facts.indexes.push(IndexFacts {
                unique: truth(&row, 2)?,
                valid: true,
                ignored: truth(&row, 3)?,
                cardinality: number(&row, 4)?,
                table,
                name,
                bytes,
                ..IndexFacts::default()
            });
        }
    }
    Ok(())
}

const READ_MYSQL: &str = "to be told: GRANT SELECT ON `mysql`.* to the user who asks";

const SERVER: &str = "SELECT CAST(CURRENT_USER() AS CHAR)";

const SINCE: &str = "SELECT CAST(UNIX_TIMESTAMP() AS SIGNED)";

const SETTINGS: &str = "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('binlog_format', 'innodb_buffer_pool_size', \
     'innodb_doublewrite', 'innodb_flush_log_at_trx_commit', 'innodb_log_file_size', 'innodb_log_files_in_group', \
     'innodb_redo_log_capacity', 'log_bin', 'max_connections', 'performance_schema', 'sql_mode', 'sync_binlog', \
     'system_time_zone', 'time_zone', 'userstat')";

const STATUS: &str =
    "SHOW GLOBAL STATUS WHERE Variable_name IN ('Uptime', 'Innodb_log_waits', 'Max_used_connections')";

const SIZES: [&str; 3] = ["innodb_buffer_pool_size", "innodb_log_file_size", "innodb_redo_log_capacity"];

/// Table, how it is stored, rows, bytes, bytes of indexes.
const TABLES: &str = "SELECT CAST(TABLE_NAME AS CHAR), CAST(ENGINE AS CHAR), CAST(TABLE_ROWS AS SIGNED), \
     CAST(DATA_LENGTH AS SIGNED), CAST(INDEX_LENGTH AS SIGNED) FROM information_schema.TABLES \
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_NAME";

/// Table, rows that the planner believes in, since when.
const KEPT: &str = "SELECT CAST(table_name AS CHAR), CAST(n_rows AS SIGNED), CAST(UNIX_TIMESTAMP(last_update) AS SIGNED) \
     FROM mysql.innodb_table_stats WHERE database_name = DATABASE()";

/// The column that tells whether an index is passed over.
const HIDING: &str = "SELECT CAST(COLUMN_NAME AS CHAR) FROM information_schema.COLUMNS \
     WHERE TABLE_SCHEMA = 'information_schema' AND TABLE_NAME = 'STATISTICS' \
     AND COLUMN_NAME IN ('IGNORED', 'IS_VISIBLE')";

/// Table, index, unique, passed over, values of the first column.
const INDEXES: &str = "SELECT CAST(TABLE_NAME AS CHAR), CAST(INDEX_NAME AS CHAR), NON_UNIQUE = 0, {hidden}, \
     CAST(CARDINALITY AS SIGNED) FROM information_schema.STATISTICS \
     WHERE TABLE_SCHEMA = DATABASE() AND SEQ_IN_INDEX = 1 ORDER BY TABLE_NAME, INDEX_NAME";

const INDEX_SIZES: &str = "SELECT CAST(table_name AS CHAR), CAST(index_name AS CHAR), \
     CAST(stat_value * @@innodb_page_size AS SIGNED) FROM mysql.innodb_index_stats \
     WHERE database_name = DATABASE() AND stat_name = 'size'";
