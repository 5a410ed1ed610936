//! The full-text index over the names and addresses of users, in the form of each engine.
//!
//! It is chosen, not released: no migration makes it, and the adapter finds out at its start whether it stands. What the statements
//! make here and what the adapter asks (`auth-core`, `adapter/seaorm/search`) are one agreement; the tests of the search hold both
//! against each other.

use sea_orm_migration::sea_orm::DbBackend;

/// The table that is searched, and its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchedTable<'a> {
    /// The table.
    pub table: &'a str,
    /// Its id.
    pub id: &'a str,
    /// The column of the name.
    pub name: &'a str,
    /// The column of the e-mail address.
    pub email: &'a str,
}

/// The statements that make the index, each to be run by itself, in this order. On PostgreSQL and SQLite each can be run again; on
/// MySQL and MariaDB the only one fails when the index stands.
///
/// | engine | what is made | meanwhile |
/// |---|---|---|
/// | PostgreSQL | a GIN index `<table>_search_idx`, concurrently: outside a transaction | reads and writes go on |
/// | MySQL, MariaDB | an invisible generated column `search_text` and a FULLTEXT index `<table>_search_idx` on it | the table is rebuilt; writes wait |
/// | SQLite | the tables `<table>_search` and `<table>_search_fts`, and three triggers that keep them | writes wait |
pub fn create(engine: DbBackend, of: &SearchedTable<'_>) -> Vec<String> {
    match engine {
        DbBackend::Postgres => vec![postgres(of)],
        DbBackend::MySql => vec![mysql(of)],
        _ => sqlite(of),
    }
}

/// The statements that remove it again. On MySQL and MariaDB the only one fails when there is no index.
pub fn drop(engine: DbBackend, of: &SearchedTable<'_>) -> Vec<String> {
    let named = |suffix: &str| quoted(engine, &format!("{}_search{suffix}", of.table));
    match engine {
        DbBackend::Postgres => vec![format!("DROP INDEX CONCURRENTLY IF EXISTS {}", named("_idx"))],
        DbBackend::MySql => {
            let (table, index) = (quoted(engine, of.table), named("_idx"));
            vec![format!("ALTER TABLE {table} DROP INDEX {index}, DROP COLUMN `search_text`")]
        }
        _ => {
            let triggers = ["_insert", "_update", "_delete"].map(named);
            let triggers = triggers.map(|trigger| format!("DROP TRIGGER IF EXISTS {trigger}"));
            let tables = ["_fts", ""].map(named).map(|table| format!("DROP TABLE IF EXISTS {table}"));
            triggers.into_iter().chain(tables).collect()
        }
    }
}

/// Words are written to the index at once (`fastupdate` off): users come seldom, and a list of pending words would be read by every
/// search.
fn postgres(of: &SearchedTable<'_>) -> String {
    let engine = DbBackend::Postgres;
    let (table, name, email) = (quoted(engine, of.table), quoted(engine, of.name), quoted(engine, of.email));
    let index = quoted(engine, &format!("{}_search_idx", of.table));
    // Punctuation becomes space, or the parser would keep `ada@example.com` and `-5` as one word each.
    format!(
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS {index} ON {table} USING gin (to_tsvector('simple', \
         translate(coalesce(CAST({name} AS text), '') || ' ' || coalesce(CAST({email} AS text), ''), \
         {POSTGRES_PUNCTUATION}, repeat(' ', 32)))) WITH (fastupdate = off)"
    )
}

/// A column of its own, because an index covers only columns of one collation, and address and name have two. Each word begins with
/// `zz`, so that none is too short for the index or among the words that it leaves out (`com`, `the`).
fn mysql(of: &SearchedTable<'_>) -> String {
    let engine = DbBackend::MySql;
    let (table, name, email) = (quoted(engine, of.table), quoted(engine, of.name), quoted(engine, of.email));
    let index = quoted(engine, &format!("{}_search_idx", of.table));
    let mut words = format!("CONCAT_WS(' ', {name}, {email})");
    for sign in PUNCTUATION.chars() {
        // Whether a backslash is an escape depends on a setting.
        let sign = match sign {
            '\'' => "CHAR(39 USING utf8mb4)".to_owned(),
            '\\' => "CHAR(92 USING utf8mb4)".to_owned(),
            sign => format!("'{sign}'"),
        };
        words = format!("REPLACE({words}, {sign}, ' ')");
    }
    format!(
        "ALTER TABLE {table} ADD COLUMN `search_text` MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci \
         GENERATED ALWAYS AS (CONCAT(' zz', REPLACE({words}, ' ', ' zz'))) STORED INVISIBLE, \
         ADD FULLTEXT INDEX {index} (`search_text`)"
    )
}

/// The numbers of the rows are kept in a table of their own, by id: SQLite may number the rows of `users` anew, and what changes
/// one user must not look at all of them. Triggers come first, then what is there already: a row is written twice by neither.
fn sqlite(of: &SearchedTable<'_>) -> Vec<String> {
    let engine = DbBackend::Sqlite;
    let (table, id) = (quoted(engine, of.table), quoted(engine, of.id));
    let (name, email) = (quoted(engine, of.name), quoted(engine, of.email));
    let named = |suffix: &str| quoted(engine, &format!("{}_search{suffix}", of.table));
    let (numbers, words) = (named(""), named("_fts"));
    // As text: an index is used only where both sides are of one kind.
    let number =
        |row: &str| format!("(SELECT number FROM {numbers} WHERE user_id = CAST({row}.{id} AS TEXT))");
    let trigger = |suffix: &str, event: &str, body: String| {
        let trigger = named(suffix);
        format!("CREATE TRIGGER IF NOT EXISTS {trigger} AFTER {event} ON {table} BEGIN {body}; END")
    };
    vec![
        format!(
            "CREATE TABLE IF NOT EXISTS {numbers} (number INTEGER PRIMARY KEY, user_id TEXT NOT NULL UNIQUE)"
        ),
        format!(
            "CREATE VIRTUAL TABLE IF NOT EXISTS {words} USING fts5(name, email, content = '', \
             contentless_delete = 1, prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 2')"
        ),
        trigger(
            "_insert",
            "INSERT",
            format!(
                // `REPLACE` takes a row away without a trigger, and its id may come again.
                "DELETE FROM {words} WHERE rowid = {0}; \
                 DELETE FROM {numbers} WHERE user_id = CAST(new.{id} AS TEXT); \
                 INSERT INTO {numbers} (user_id) VALUES (CAST(new.{id} AS TEXT)); \
                 INSERT INTO {words} (rowid, name, email) VALUES ({0}, new.{name}, new.{email})",
                number("new")
            ),
        ),
        trigger(
            "_update",
            &format!("UPDATE OF {id}, {name}, {email}"),
            format!(
                "UPDATE {numbers} SET user_id = CAST(new.{id} AS TEXT) \
                 WHERE user_id = CAST(old.{id} AS TEXT) AND old.{id} IS NOT new.{id}; \
                 UPDATE {words} SET name = new.{name}, email = new.{email} WHERE rowid = {}",
                number("new")
            ),
        ),
        trigger(
            "_delete",
            "DELETE",
            format!(
                "DELETE FROM {words} WHERE rowid = {}; \
                 DELETE FROM {numbers} WHERE user_id = CAST(old.{id} AS TEXT)",
                number("old")
            ),
        ),
        // Without an index the rows come in the order in which they were written.
        format!(
            "INSERT INTO {numbers} (user_id) SELECT CAST({id} AS TEXT) FROM {table} NOT INDEXED \
             WHERE CAST({id} AS TEXT) NOT IN (SELECT user_id FROM {numbers})"
        ),
        format!(
            "INSERT INTO {words} (rowid, name, email) SELECT s.number, u.{name}, u.{email} \
             FROM {table} AS u NOT INDEXED CROSS JOIN {numbers} AS s ON s.user_id = CAST(u.{id} AS TEXT) \
             WHERE s.number NOT IN (SELECT rowid FROM {words})"
        ),
    ]
}

fn quoted(engine: DbBackend, name: &str) -> String {
    let quote = if engine == DbBackend::MySql { '`' } else { '"' };
    format!("{quote}{}{quote}", name.replace(quote, &format!("{quote}{quote}")))
}

/// What stands between words, beside spaces: the punctuation of ASCII.
const PUNCTUATION: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// The same as a literal that means the same whatever the server's settings are.
const POSTGRES_PUNCTUATION: &str = "E'!\"#$%&''()*+,-./:;<=>?@[\\\\]^_`{|}~'";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_and_stand_for_themselves() {
        let of = SearchedTable { table: "us\"er`", id: "i d", name: "na\"me", email: "e`mail" };
        for (engine, quoted) in [
            (DbBackend::Postgres, ["\"us\"\"er`\"", "\"na\"\"me\"", "\"us\"\"er`_search_idx\""]),
            (DbBackend::MySql, ["`us\"er```", "`na\"me`", "`us\"er``_search_idx`"]),
            (DbBackend::Sqlite, ["\"us\"\"er`\"", "\"na\"\"me\"", "\"us\"\"er`_search_fts\""]),
        ] {
            let statements = create(engine, &of).join("\n");
            for name in quoted {
                assert!(statements.contains(name), "{name} in {statements}");
            }
        }
    }

    #[test]
    fn every_sign_of_ascii_stands_between_words() {
        let signs: String = (0_u8..128).map(char::from).filter(char::is_ascii_punctuation).collect();
        assert_eq!(PUNCTUATION, signs);
        let literal = POSTGRES_PUNCTUATION.trim_start_matches("E'").trim_end_matches('\'');
        assert_eq!(literal.replace("''", "'").replace("\\\\", "\\"), signs);
    }
}
