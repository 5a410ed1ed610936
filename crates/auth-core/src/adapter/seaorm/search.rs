//! Searches rows by words, with the full-text index where it stands.
//!
//! The index is that of `migration::index::full_text`, whose statements are the other half of what is written here.

use auth_schema::ddl::Engine;
use auth_schema::live::LiveTable;
use auth_schema::{Model, user};
use sea_orm::DbBackend;
use sea_orm::sea_query::Value as SqlValue;

use super::adapter::SqlAdapter;
use super::admit::admit;
use super::decode::decode;
use super::error::classify;
use super::filter::{conditions, order};
use super::shape::{Rendered, Shape};
use super::sql::Sql;
use super::table::Table;
use crate::adapter::search::{BETWEEN_WORDS, RANKED, Search, Term, spaced};
use crate::adapter::{Adapter, AdapterError, Record};

/// How the rows are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// By the index of words.
    Index,
    /// Newest first, until enough are found; each row is asked whether its words begin so.
    Words,
    /// Newest first, until enough are found; the text may stand anywhere.
    Anywhere,
}

/// Whether the full-text index over a model's table stands.
pub(super) fn has_index(engine: Engine, model: &Model, found: &LiveTable) -> bool {
    let name = format!("{}_search_idx", found.name);
    let has = |columns: &[&str]| {
        let index = found.indexes.iter().find(|index| index.name == name);
        index.is_some_and(|index| index.valid && index.columns == columns)
    };
    model.name() == "user"
        && match engine {
            // A column of that name that the application fills holds other words.
            Engine::Mysql => {
                has(&[WORDS_COLUMN])
                    && found.columns.iter().any(|column| column.name == WORDS_COLUMN && column.generated)
            }
            // An expression has no name.
            _ => has(&[""]),
        }
}

impl SqlAdapter<'_> {
    /// [`Adapter::search`]. One statement; with the index of a server two.
    pub(super) async fn search_rows(&self, mut search: Search) -> Result<Vec<Record>, AdapterError> {
        let table = self.table(search.model)?;
        admit(table, &mut search.filter)?;
        let terms = search.terms();
        if terms.is_empty() {
            let rows = self.find_many(search.newest_first().limit(search.limit)).await?;
            return Ok(rows.into_iter().map(|row| row.record).collect());
        }
        let way = self.way(table, &search, &terms).await?;
        let shape = shape(way as u8, &search, &terms);
        let sql = self.render(shape, |sql| select(sql, table, way, &search, &terms))?;
        let rows = self.executor.all(&sql.text, sql.values, self.about(table)).await;
        let rows = rows.map_err(|error| classify(error, "search", Some(table)))?;
        rows.iter().map(|row| decode(table, row, 0)).collect()
    }

    /// The indexes of PostgreSQL and InnoDB gather every row of a word before they give the first, which takes long for a word that
    /// most rows have. Such a word shows among the newest rows, and then reading these is the short way.
    async fn way(&self, table: &Table, search: &Search, terms: &[Term]) -> Result<Way, AdapterError> {
        let is_indexed = table.has_search_index && search.fields == [user::NAME, user::EMAIL];
        if !is_indexed || terms.iter().all(|term| term.words.is_empty()) {
            return Ok(Way::Anywhere);
        }
        if self.shared.engine.backend == DbBackend::Sqlite {
            return Ok(Way::Index);
        }
        let sql: Rendered =
            self.render(shape(PROBE, search, terms), |sql| probe(sql, table, search, terms))?;
        let row = self.executor.one(&sql.text, sql.values, self.about(table)).await;
        let row = row.map_err(|error| classify(error, "search", Some(table)))?;
        let count: Result<i64, _> = row.map_or(Ok(0), |row| row.try_get_by_index(0));
        let count = count.map_err(|error| classify(error, "search", Some(table)))?;
        Ok(if count >= COMMON { Way::Words } else { Way::Index })
    }
}

/// What decides the text of the statement. The words of the terms are one parameter, or one for each.
fn shape(operation: u8, search: &Search, terms: &[Term]) -> Shape {
    let mut key = vec![b'0' + operation];
    for term in terms {
        let words = if operation == Way::Words as u8 || operation == PROBE { term.words.len() } else { 0 };
        key.extend([u8::from(term.is_literal), u8::try_from(words).unwrap_or(u8::MAX)]);
    }
    let fields = search.fields.iter().copied().chain([search.newest]).collect::<Vec<_>>();
    Shape::new(b'F', search.model).written(fields.into_iter()).filter(&search.filter).text(&key)
}

/// `SELECT … FROM (the newest matches) ORDER BY how well they answer`.
fn select(
    sql: &mut Sql,
    table: &Table,
    way: Way,
    search: &Search,
    terms: &[Term],
) -> Result<(), AdapterError> {
    let sort = search.newest_first().sort;
    sql.push("SELECT ");
    table.select_list(sql, "");
    sql.push(" FROM (SELECT ");
    table.select_list(sql, "m");
    for (field, name) in search.fields.iter().zip(SPACED) {
        sql.push(", ");
        spaced_column(sql, &table.column(*field)?.name);
        sql.push(" AS ");
        sql.push(name);
    }
    matches(sql, table, way, search, terms)?;
    if way == Way::Index && sql.engine().backend == DbBackend::Sqlite {
        // Rows are numbered as they come, and the index gives them by number without sorting.
        sql.push(" ORDER BY f.rowid DESC");
    } else {
        order(sql, table, "m", &sort)?;
    }
    sql.push(" LIMIT 1000) AS ranked ORDER BY ");
    for (position, term) in terms.iter().enumerate() {
        sql.push(if position == 0 { "" } else { " + " });
        worth(sql, search.fields.len(), term);
    }
    sql.push(" DESC");
    for key in sort {
        sql.push(", ");
        sql.name(&table.column(key.field)?.name);
        sql.push(" DESC");
    }
    sql.push(" LIMIT ");
    sql.bind(SqlValue::BigInt(Some(i64::try_from(search.limit).unwrap_or(i64::MAX))));
    Ok(())
}

/// ` FROM … AS m WHERE …`: every match, in no order yet.
fn matches(
    sql: &mut Sql,
    table: &Table,
    way: Way,
    search: &Search,
    terms: &[Term],
) -> Result<(), AdapterError> {
    let backend = sql.engine().backend;
    match (way, backend) {
        (Way::Index, DbBackend::Postgres) => {
            // Without the inner `OFFSET`, the order that comes next would tempt the planner to read all users by age.
            sql.push(" FROM (SELECT ");
            table.select_list(sql, "");
            sql.push(" FROM ");
            sql.name(&table.name);
            sql.push(" WHERE ");
            begun(sql, table, "", terms)?;
            others(sql, table, "", search, terms, true)?;
            sql.push(" OFFSET 0) AS m");
        }
        (Way::Index, DbBackend::MySql) => {
            sql.push(" FROM ");
            sql.name(&table.name);
            sql.push(" AS m WHERE MATCH (m.`search_text`) AGAINST (");
            bind(sql, words(terms, "+zz", "*", " "));
            sql.push(" IN BOOLEAN MODE)");
            others(sql, table, "m", search, terms, true)?;
        }
        (Way::Index, _) => {
            sql.push(" FROM ");
            sql.name(&format!("{}_search_fts", table.name));
            sql.push(" AS f CROSS JOIN ");
            sql.name(&format!("{}_search", table.name));
            sql.push(" AS s ON s.number = f.rowid CROSS JOIN ");
            sql.name(&table.name);
            sql.push(" AS m ON ");
            sql.column("m", &table.id()?.name);
            sql.push(" = s.user_id WHERE f.");
            sql.name(&format!("{}_search_fts", table.name));
            sql.push(" MATCH ");
            bind(sql, words(terms, "\"", "\"*", " "));
            others(sql, table, "m", search, terms, true)?;
        }
        (Way::Words, DbBackend::Postgres) => {
            // The limit of the engine keeps the order inside: the newest are read one by one, and the index is left alone.
            newest(sql, table, search)?;
            sql.push(" LIMIT 9223372036854775807) AS m WHERE ");
            begun(sql, table, "m", terms)?;
            others(sql, table, "m", search, terms, true)?;
        }
        (Way::Words, _) => {
            sql.push(" FROM ");
            sql.name(&table.name);
            sql.push(" AS m WHERE ");
            begun(sql, table, "m", terms)?;
            others(sql, table, "m", search, terms, true)?;
        }
        (Way::Anywhere, _) => {
            sql.push(" FROM ");
            sql.name(&table.name);
            sql.push(" AS m WHERE ");
            others(sql, table, "m", search, terms, false)?;
        }
    }
    Ok(())
}

/// How many of the newest rows match.
fn probe(sql: &mut Sql, table: &Table, search: &Search, terms: &[Term]) -> Result<(), AdapterError> {
    sql.push("SELECT COUNT(*)");
    newest(sql, table, search)?;
    sql.push(" LIMIT 200) AS m WHERE ");
    begun(sql, table, "m", terms)?;
    others(sql, table, "m", search, terms, true)
}

/// ` FROM (SELECT … ORDER BY …`: all rows, the newest first; a limit has to follow.
fn newest(sql: &mut Sql, table: &Table, search: &Search) -> Result<(), AdapterError> {
    sql.push(" FROM (SELECT ");
    table.select_list(sql, "");
    if sql.engine().backend == DbBackend::MySql {
        sql.push(", `search_text`");
    }
    sql.push(" FROM ");
    sql.name(&table.name);
    order(sql, table, "", &search.newest_first().sort)
}

/// What the index does not answer: terms that are more than words, and the filter.
fn others(
    sql: &mut Sql,
    table: &Table,
    alias: &str,
    search: &Search,
    terms: &[Term],
    words_are_found: bool,
) -> Result<(), AdapterError> {
    let mut separator = if words_are_found { " AND " } else { "" };
    for term in terms.iter().filter(|term| term.is_literal || !words_are_found) {
        sql.push(separator);
        conditions(sql, table, alias, term.anywhere(&search.fields))?;
        separator = " AND ";
    }
    if !search.filter.is_empty() {
        sql.push(separator);
        conditions(sql, table, alias, search.filter.clone())?;
    }
    Ok(())
}

/// Whether a row has words that begin so: on PostgreSQL in the words of the index, which serves it; on MySQL's family by the text that
/// the index is made of.
fn begun(sql: &mut Sql, table: &Table, alias: &str, terms: &[Term]) -> Result<(), AdapterError> {
    if sql.engine().backend == DbBackend::Postgres {
        sql.push("to_tsvector('simple', translate(coalesce(CAST(");
        sql.column(alias, &table.column(user::NAME)?.name);
        sql.push(" AS text), '') || ' ' || coalesce(CAST(");
        sql.column(alias, &table.column(user::EMAIL)?.name);
        sql.push(" AS text), ''), ");
        sql.push(POSTGRES_PUNCTUATION);
        sql.push(", repeat(' ', 32))) @@ to_tsquery('simple', ");
        bind(sql, words(terms, "'", "':*", " & "));
        sql.push(")");
        return Ok(());
    }
    for (position, word) in terms.iter().flat_map(|term| &term.words).enumerate() {
        sql.push(if position == 0 { "" } else { " AND " });
        sql.push("m.`search_text` LIKE ");
        bind(sql, format!("% zz{word}%"));
    }
    Ok(())
}

/// All words in the language of the index. They are letters and digits: nothing in them could be a sign of that language.
fn words(terms: &[Term], before: &str, after: &str, between: &str) -> String {
    // Each engine folds case by itself, by rules of its own.
    let words = terms.iter().flat_map(|term| &term.words);
    words.map(|word| format!("{before}{word}{after}")).collect::<Vec<_>>().join(between)
}

/// As [`crate::adapter::search`] counts it, by position of the field: a whole word, the beginning of a word, neither.
fn worth(sql: &mut Sql, fields: usize, term: &Term) {
    let pattern = |text: &str| {
        let mut pattern = String::from("%");
        for letter in text.chars() {
            if matches!(letter, '%' | '_' | '!') {
                pattern.push('!');
            }
            pattern.push(letter);
        }
        pattern.push('%');
        pattern
    };
    // SQLite knows the capitals of ASCII only.
    let sqlite = sql.engine().backend == DbBackend::Sqlite;
    let whole = spaced(&if sqlite { term.text.to_ascii_lowercase() } else { term.text.to_lowercase() });
    sql.push("CASE");
    for (text, offset) in [(whole.as_str(), fields), (whole.trim_end(), 0)] {
        for (position, name) in SPACED.iter().enumerate().take(fields) {
            sql.push(" WHEN ");
            sql.push(name);
            sql.push(" LIKE ");
            bind(sql, pattern(text));
            sql.push(" ESCAPE '!' THEN ");
            sql.push(&(fields + offset - position).to_string());
        }
    }
    sql.push(" ELSE 0 END");
}

/// The column in lower case with a space around each word.
fn spaced_column(sql: &mut Sql, column: &str) {
    let postgres = sql.engine().backend == DbBackend::Postgres;
    sql.push(match sql.engine().backend {
        DbBackend::MySql => "CONCAT(' ', ",
        _ => "' ' || ",
    });
    let signs: String = BETWEEN_WORDS.iter().collect::<String>().replace('\'', "''");
    if postgres {
        sql.push("translate(lower(CAST(");
        sql.column("m", column);
        sql.push(&format!(" AS text)), '{signs}', '        ') || ' '"));
        return;
    }
    sql.push(&"REPLACE(".repeat(BETWEEN_WORDS.len()));
    sql.push("LOWER(");
    sql.column("m", column);
    sql.push(")");
    for sign in BETWEEN_WORDS {
        sql.push(&format!(", '{}', ' ')", if sign == '\'' { "''".to_owned() } else { sign.to_string() }));
    }
    sql.push(if sql.engine().backend == DbBackend::MySql { ", ' ')" } else { " || ' '" });
}

fn bind(sql: &mut Sql, text: String) {
    sql.bind(SqlValue::String(Some(text)));
}

/// The generated column of MySQL's family.
pub(super) const WORDS_COLUMN: &str = "search_text";
/// What the spaced texts of the fields are called; what further fields hold is not ranked.
const SPACED: [&str; 4] = ["search_0", "search_1", "search_2", "search_3"];
const POSTGRES_PUNCTUATION: &str = "E'!\"#$%&''()*+,-./:;<=>?@[\\\\]^_`{|}~'";
/// The shape of [`probe`], beside those of the ways.
const PROBE: u8 = 9;
/// Of the newest two hundred rows so many have a common word.
const COMMON: i64 = 20;
const _: () = assert!(RANKED == 1000, "the statements say it as text");
