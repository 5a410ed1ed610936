//! What a database says of itself, in a form that two moments or two engines can be compared by.

use std::collections::BTreeSet;

use super::{Engine, TestDatabase};

/// An index as the engine reports it. The primary keys are left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LiveIndex {
    pub(crate) table: String,
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    pub(crate) unique: bool,
}

/// Every table with its columns, indexes and constraints as text, except the names given.
pub(crate) async fn snapshot(database: &TestDatabase, except: &[&str]) -> Vec<String> {
    let sql = match database.engine {
        Engine::Sqlite => SQLITE_SNAPSHOT,
        Engine::Postgres => POSTGRES_SNAPSHOT,
        Engine::MySql => return mysql_snapshot(database, except).await,
    };
    let rows = database.rows(sql).await;
    let described = rows.iter().map(|row| {
        let [table, text]: [String; 2] = [0, 1].map(|index| row.try_get_by_index(index).unwrap());
        (table, text)
    });
    described.filter(|(table, _)| !except.contains(&table.as_str())).map(|(_, text)| text).collect()
}

async fn mysql_snapshot(database: &TestDatabase, except: &[&str]) -> Vec<String> {
    let mut described = Vec::new();
    for table in tables(database).await {
        if !except.contains(&table.as_str()) {
            let row = database.rows(&format!("SHOW CREATE TABLE {table}")).await.remove(0);
            described.push(row.try_get_by_index(1).unwrap());
        }
    }
    described
}

/// The names of all tables, sorted.
pub(crate) async fn tables(database: &TestDatabase) -> Vec<String> {
    let sql = match database.engine {
        Engine::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1",
        Engine::Postgres => {
            "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
        }
        Engine::MySql => "SELECT table_name FROM information_schema.tables WHERE table_schema = database()",
    };
    let mut tables = database.texts(sql).await;
    tables.sort();
    tables
}

/// The indexes of all tables whose names begin with `auth_`, primary keys left out.
pub(crate) async fn indexes(database: &TestDatabase) -> BTreeSet<LiveIndex> {
    let sql = match database.engine {
        Engine::Sqlite => SQLITE_INDEXES,
        Engine::Postgres => POSTGRES_INDEXES,
        Engine::MySql => MYSQL_INDEXES,
    };
    let rows = database.rows(sql).await;
    let live = rows.iter().map(|row| {
        let [table, name, columns, unique]: [String; 4] =
            [0, 1, 2, 3].map(|index| row.try_get_by_index(index).unwrap());
        let columns = columns.split(',').map(str::to_owned).collect();
        LiveIndex { table, name, columns, unique: unique == "1" }
    });
    live.collect()
}

/// The foreign keys of all tables as `table.column -> parent.column ON DELETE action`.
pub(crate) async fn foreign_keys(database: &TestDatabase) -> Vec<String> {
    let sql = match database.engine {
        Engine::Sqlite => SQLITE_FOREIGN_KEYS,
        Engine::Postgres => POSTGRES_FOREIGN_KEYS,
        Engine::MySql => MYSQL_FOREIGN_KEYS,
    };
    database.texts(sql).await
}

/// `table.column type null` of the auth tables with data, in the tables' order of columns.
pub(crate) async fn columns(database: &TestDatabase, table: &str) -> Vec<(String, String, bool)> {
    let sql = match database.engine {
        Engine::Sqlite => format!(
            "SELECT name, lower(type), CASE \"notnull\" WHEN 0 THEN 'yes' ELSE 'no' END FROM pragma_table_info('{table}') ORDER BY cid"
        ),
        Engine::Postgres => format!(
            "SELECT column_name::text, data_type::text, lower(is_nullable::text) FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = '{table}' ORDER BY ordinal_position"
        ),
        Engine::MySql => format!(
            "SELECT column_name, CAST(column_type AS CHAR), CAST(lower(is_nullable) AS CHAR) FROM information_schema.columns \
             WHERE table_schema = database() AND table_name = '{table}' ORDER BY ordinal_position"
        ),
    };
    let rows = database.rows(&sql).await;
    let columns = rows.iter().map(|row| {
        let [name, kind, null]: [String; 3] = [0, 1, 2].map(|index| row.try_get_by_index(index).unwrap());
        (name, kind, null == "yes")
    });
    columns.collect()
}

const SQLITE_SNAPSHOT: &str =
    "SELECT tbl_name, type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master ORDER BY 1, 2";

const POSTGRES_SNAPSHOT: &str = "
    SELECT table_name::text, concat_ws(' ', table_name, ordinal_position, column_name, data_type, is_nullable, column_default)
      FROM information_schema.columns WHERE table_schema = current_schema()
    UNION ALL
    SELECT tablename::text, indexdef FROM pg_indexes WHERE schemaname = current_schema()
    UNION ALL
    SELECT conrelid::regclass::text, concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
      FROM pg_constraint WHERE connamespace = current_schema()::regnamespace
    ORDER BY 1, 2";

const SQLITE_INDEXES: &str = "
    SELECT m.name, i.name, (SELECT group_concat(c.name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno) c),
           CAST(i.\"unique\" AS TEXT)
      FROM sqlite_master m JOIN pragma_index_list(m.name) i
     WHERE m.type = 'table' AND m.name LIKE 'auth\\_%' ESCAPE '\\' AND i.origin <> 'pk'";

const POSTGRES_INDEXES: &str = "
    SELECT t.relname::text, i.relname::text,
           (SELECT string_agg(a.attname, ',' ORDER BY k.position) FROM unnest(x.indkey) WITH ORDINALITY k (attnum, position)
              JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum)::text,
           CASE WHEN x.indisunique THEN '1' ELSE '0' END
      FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
     WHERE t.relnamespace = current_schema()::regnamespace AND t.relname LIKE 'auth\\_%' AND NOT x.indisprimary";

const MYSQL_INDEXES: &str = "
    SELECT table_name, index_name, CAST(group_concat(column_name ORDER BY seq_in_index) AS CHAR),
           CASE WHEN min(non_unique) = 0 THEN '1' ELSE '0' END
      FROM information_schema.statistics
     WHERE table_schema = database() AND table_name LIKE 'auth\\_%' AND index_name <> 'PRIMARY'
     GROUP BY table_name, index_name";

const SQLITE_FOREIGN_KEYS: &str = "
    SELECT m.name || '.' || k.\"from\" || ' -> ' || k.\"table\" || '.' || k.\"to\" || ' ON DELETE ' || k.on_delete
      FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) k WHERE m.type = 'table' ORDER BY 1";

const POSTGRES_FOREIGN_KEYS: &str = "
    SELECT c.conrelid::regclass || '.' || a.attname || ' -> ' || c.confrelid::regclass || '.' || p.attname || ' ON DELETE '
           || CASE c.confdeltype WHEN 'c' THEN 'CASCADE' ELSE c.confdeltype::text END
      FROM pg_constraint c
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
      JOIN pg_attribute p ON p.attrelid = c.confrelid AND p.attnum = c.confkey[1]
     WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace ORDER BY 1";

const MYSQL_FOREIGN_KEYS: &str = "
    SELECT CAST(concat(k.table_name, '.', k.column_name, ' -> ', k.referenced_table_name, '.', k.referenced_column_name,
                ' ON DELETE ', r.delete_rule) AS CHAR)
      FROM information_schema.key_column_usage k
      JOIN information_schema.referential_constraints r
        ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name
     WHERE k.table_schema = database() AND k.referenced_table_name IS NOT NULL ORDER BY 1";
