//! What SQLite tells. It keeps no counters: of uses, statements and clients it knows nothing.

use std::collections::HashMap;

use auth_schema::ddl::Engine;

use super::super::pool::Pool;
use super::ask::{allowed, number, rows, text, truth};
use super::facts::{Facts, IndexFacts, Setting, TableFacts};
use crate::adapter::AdapterError;

pub(super) async fn gather(pool: &Pool, tables: &[String], facts: &mut Facts) -> Result<(), AdapterError> {
    settings(pool, facts).await?;
    let how = ("sizes of tables", "this build of SQLite has no table dbstat");
    let sizes = allowed(pool, SIZES, facts, how).await?.unwrap_or_default();
    let mut bytes = HashMap::new();
    for row in &sizes {
        bytes.insert(text(row, 0)?, number(row, 1)?);
    }
    let analysed = analysed(pool).await?;
    for row in rows(pool, INDEXES, Vec::new()).await? {
        let (table, name) = (text(&row, 0)?, text(&row, 1)?);
        if tables.contains(&table) {
            let cardinality =
                analysed.get(&(table.clone(), name.clone())).and_then(|known| known.cardinality);
            facts.indexes.push(IndexFacts {
                unique: truth(&row, 2)?,
                valid: true,
                bytes: bytes.get(&name).copied().flatten(),
                cardinality,
                table,
                name,
                ..IndexFacts::default()
            });
        }
    }
    for row in rows(pool, TABLES, Vec::new()).await? {
        let name = text(&row, 0)?;
        if tables.contains(&name) {
            let question = format!("SELECT COUNT(*) FROM {}", Engine::Sqlite.quoted(&name));
            let counted = rows(pool, &question, Vec::new()).await?;
            let rows = counted.first().map(|row| number(row, 0)).transpose()?.flatten().unwrap_or_default();
            let believed =
                analysed.iter().find(|((table, _), _)| *table == name).map(|(_, known)| known.rows);
            let indexes = facts.indexes.iter().filter(|index| index.table == name);
            facts.tables.push(TableFacts {
                rows,
                bytes: bytes.get(&name).copied().flatten(),
                index_bytes: indexes.map(|index| index.bytes).sum(),
                changed_since_analyze: Some(believed.map_or(rows, |believed| believed.abs_diff(rows))),
                name,
                ..TableFacts::default()
            });
        }
    }
    for what in ["index usage", "statements", "connections"] {
        facts.leave_untold(what, "SQLite does not count it");
    }
    facts.leave_untold(
        "rights",
        "SQLite has no roles: who may read and write the file is up to the file system",
    );
    Ok(())
}

async fn settings(pool: &Pool, facts: &mut Facts) -> Result<(), AdapterError> {
    for name in SETTINGS {
        let Some(row) = rows(pool, &format!("PRAGMA {name}"), Vec::new()).await?.into_iter().next() else {
            continue;
        };
        let value = match number_or_negative(&row) {
            Some(number) => number.to_string(),
            None => text(&row, 0)?,
        };
        facts.settings.push(Setting::new(name, value));
    }
    let page_size = facts.setting("page_size").and_then(|setting| setting.value.parse().ok()).unwrap_or(0);
    for setting in &mut facts.settings {
        let number: Option<i64> = setting.value.parse().ok();
        setting.bytes = match (setting.name.as_str(), number) {
            // In pages; a negative number is one of kibibytes.
            ("cache_size", Some(kibibytes @ ..0)) => Some(kibibytes.unsigned_abs() * 1024),
            ("cache_size" | "page_count" | "freelist_count", Some(pages)) => {
                Some(u64::try_from(pages).unwrap_or_default() * page_size)
            }
            _ => None,
        };
    }
    Ok(())
}

fn number_or_negative(row: &sea_orm::QueryResult) -> Option<i64> {
    row.try_get_by_index::<i64>(0).ok()
}

/// What the planner believes of an index.
struct Analysed {
    rows: u64,
    cardinality: Option<u64>,
}

async fn analysed(pool: &Pool) -> Result<HashMap<(String, String), Analysed>, AdapterError> {
    let mut analysed = HashMap::new();
    if rows(pool, HAS_STATISTICS, Vec::new()).await?.is_empty() {
        return Ok(analysed);
    }
    for row in rows(pool, STATISTICS, Vec::new()).await? {
        // Rows, then how many have the same first column, the same first two, and so on.
        let numbers = text(&row, 2)?;
        let mut numbers = numbers.split(' ').map_while(|number| number.parse::<u64>().ok());
        if let Some(rows) = numbers.next() {
            let cardinality = numbers.next().filter(|same| *same > 0).map(|same| rows / same);
            analysed.insert((text(&row, 0)?, text(&row, 1)?), Analysed { rows, cardinality });
        }
    }
    Ok(analysed)
}

const SETTINGS: [&str; 9] = [
    "journal_mode",
    "synchronous",
    "busy_timeout",
    "cache_size",
    "foreign_keys",
    "page_size",
    "page_count",
    "freelist_count",
    "auto_vacuum",
];

const SIZES: &str = "SELECT name, SUM(pgsize) FROM dbstat WHERE aggregate = TRUE GROUP BY name";

const TABLES: &str = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";

const INDEXES: &str = "SELECT t.name, i.name, i.\"unique\" FROM sqlite_schema AS t \
     JOIN pragma_index_list(t.name) AS i WHERE t.type = 'table' ORDER BY t.name, i.name";

const HAS_STATISTICS: &str = "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'";

const STATISTICS: &str = "SELECT tbl, idx, stat FROM sqlite_stat1 WHERE idx IS NOT NULL";
