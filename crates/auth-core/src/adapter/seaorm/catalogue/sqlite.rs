//! What SQLite's catalogue is asked, and what only a table's own text and rows tell.

use auth_schema::live::{Held, LiveSchema};
use auth_schema::{FieldType, Schema};

use super::super::pool::Pool;
use super::read::{flag, rows, text};
use crate::adapter::AdapterError;

/// As [`super::postgres::COLUMNS`]. A number that is the primary key is counted by SQLite.
pub(super) const COLUMNS: &str = "SELECT m.name, p.name, p.type, p.\"notnull\" <> 0 OR p.pk > 0, \
     p.dflt_value IS NOT NULL OR (p.pk = 1 AND lower(p.type) = 'integer'), p.hidden IN (2, 3), NULL, FALSE \
     FROM sqlite_master AS m JOIN pragma_table_xinfo(m.name) AS p \
     WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.name, p.cid";

/// As [`super::postgres::INDEXES`]; the primary key that is the row's own number has none, so it is read apart. The full-text index is
/// one as long as its tables are there and all three triggers keep them: a table that was rebuilt has lost those.
pub(super) const INDEXES: &str = "SELECT m.name, l.name, x.name, l.origin = 'pk', l.\"unique\" <> 0, \
     l.partial <> 0, TRUE FROM sqlite_master AS m JOIN pragma_index_list(m.name) AS l \
     JOIN pragma_index_info(l.name) AS x WHERE m.type = 'table' \
     UNION ALL SELECT m.name, 'rowid', p.name, TRUE, TRUE, FALSE, TRUE \
     FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS p \
     WHERE m.type = 'table' AND p.pk > 0 AND lower(p.type) = 'integer' \
     AND NOT EXISTS (SELECT 1 FROM pragma_index_list(m.name) AS l WHERE l.origin = 'pk') \
     UNION ALL SELECT m.name, m.name || '_search_idx', '', FALSE, FALSE, TRUE, TRUE FROM sqlite_master AS m \
     WHERE m.type = 'table' AND 5 = (SELECT count(*) FROM sqlite_master AS x \
     WHERE (x.type = 'trigger' AND x.tbl_name = m.name AND x.name IN (m.name || '_search_insert', \
     m.name || '_search_update', m.name || '_search_delete')) \
     OR (x.type = 'table' AND x.name IN (m.name || '_search', m.name || '_search_fts')))";

/// As [`super::postgres::FOREIGN_KEYS`]. They have numbers instead of names.
pub(super) const FOREIGN_KEYS: &str = "SELECT m.name, CAST(f.id AS TEXT), f.\"from\", f.\"table\", \
     COALESCE(f.\"to\", 'id'), f.on_delete, TRUE FROM sqlite_master AS m JOIN pragma_foreign_key_list(m.name) AS f \
     WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq";

/// The tables whose rows are numbered in the order in which they came.
const WITH_ROW_NUMBERS: &str = "SELECT name FROM pragma_table_list WHERE type = 'table' AND wr = 0";

const TEXTS: &str = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL";

/// Whether the connection enforces foreign keys.
pub(super) async fn enforces_foreign_keys(pool: &Pool) -> Result<bool, AdapterError> {
    rows(pool, "PRAGMA foreign_keys").await?.first().map_or(Ok(true), |row| flag(row, 0))
}

/// Finds the columns that fold upper and lower case: the catalogue does not tell, the table's text does.
pub(super) async fn read_collations(pool: &Pool, live: &mut LiveSchema) -> Result<(), AdapterError> {
    for row in rows(pool, TEXTS).await? {
        let (table, sql) = (text(&row, 0)?, text(&row, 1)?);
        let Some(table) = live.tables.iter_mut().find(|found| found.name == table) else {
            continue;
        };
        for definition in definitions(&sql) {
            if !folds(definition) {
                continue;
            }
            let name = first_name(definition);
            if let Some(column) =
                table.columns.iter_mut().find(|column| column.name.eq_ignore_ascii_case(&name))
            {
                column.collation = Some("NOCASE".to_owned());
                column.case_insensitive = true;
            }
        }
    }
    Ok(())
}

/// Looks at values of the columns that hold instants: their declared type does not tell the form.
pub(super) async fn read_held(
    pool: &Pool,
    live: &mut LiveSchema,
    schema: &Schema,
) -> Result<(), AdapterError> {
    let mut counted = Vec::new();
    for row in rows(pool, WITH_ROW_NUMBERS).await? {
        counted.push(text(&row, 0)?);
    }
    for (_, model) in schema.models() {
        let Some(table) = live.tables.iter_mut().find(|table| table.name == model.table()) else {
            continue;
        };
        let newest = if counted.contains(&table.name) { "ORDER BY rowid DESC" } else { "" };
        let instants = model.fields().iter().filter(|field| field.field_type == FieldType::Timestamp);
        let names: Vec<&str> = instants.map(|field| field.column.as_str()).collect();
        let present = table.columns.iter_mut().filter(|column| names.contains(&column.name.as_str()));
        let mut columns: Vec<_> = present.collect();
        if columns.is_empty() {
            continue;
        }
        let forms: Vec<String> =
            columns.iter().map(|column| forms_of(&table.name, &column.name, newest)).collect();
        let Some(row) = rows(pool, &format!("SELECT {}", forms.join(", "))).await?.pop() else {
            continue;
        };
        for (position, column) in columns.iter_mut().enumerate() {
            column.holds = text(&row, position)?.chars().filter_map(held).collect();
        }
    }
    lend_forms(live, schema);
    Ok(())
}

/// Lets the empty columns of instants follow the others of their declared type, where those agree: one writer fills them all, and
/// a column that nobody has needed yet (the expiry of a mail's token or of a provider's) does not tell what that writer will put there.
fn lend_forms(live: &mut LiveSchema, schema: &Schema) {
    let instants: Vec<(&str, &str)> = schema
        .models()
        .flat_map(|(_, model)| model.fields().iter().map(move |field| (model.table(), field)))
        .filter(|(_, field)| field.field_type == FieldType::Timestamp)
        .map(|(table, field)| (table, field.column.as_str()))
        .collect();
    let columns = || live.tables.iter().flat_map(|table| &table.columns);
    let told: Vec<(String, Vec<Held>)> = columns()
        .filter(|column| !column.holds.is_empty())
        .map(|column| (column.kind(), column.holds.clone()))
        .collect();
    for table in &mut live.tables {
        for column in table.columns.iter_mut().filter(|column| column.holds.is_empty()) {
            let mut forms = told.iter().filter(|(kind, _)| *kind == column.kind()).map(|(_, holds)| holds);
            if let Some(first) = forms.next()
                && instants.contains(&(table.name.as_str(), column.name.as_str()))
                && first.len() == 1
                && forms.all(|other| other == first)
            {
                column.holds.clone_from(first);
            }
        }
    }
}

fn held(form: char) -> Option<Held> {
    Some(match form {
        'i' => Held::Integers,
        'z' => Held::InstantsWithZ,
        'p' => Held::InstantsWithOffset,
        'o' => Held::Others,
        _ => return None,
    })
}

/// The different forms among the first and the last values of a column.
fn forms_of(table: &str, column: &str, newest: &str) -> String {
    let (table, column) = (quoted(table), quoted(column));
    let values = |order: &str| {
        format!(
            "SELECT * FROM (SELECT {column} AS v FROM {table} WHERE {column} IS NOT NULL {order} LIMIT {SAMPLE})"
        )
    };
    format!(
        "(SELECT group_concat(DISTINCT CASE WHEN typeof(v) = 'integer' THEN 'i' \
         WHEN v GLOB '{INSTANT}Z' THEN 'z' WHEN v GLOB '{INSTANT}+00:00' THEN 'p' ELSE 'o' END) \
         FROM ({} UNION ALL {}))",
        values(""),
        values(newest)
    )
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The parts of a table's text between its outer parentheses.
fn definitions(sql: &str) -> Vec<&str> {
    let Some(start) = sql.find('(') else {
        return Vec::new();
    };
    let body = &sql[start + 1..];
    let (mut parts, mut depth, mut from, mut quote) = (Vec::new(), 0_u32, 0, None);
    for (position, letter) in body.char_indices() {
        match (quote, letter) {
            (Some(open), _) => quote = Some(open).filter(|open| *open != letter),
            (None, '\'' | '"' | '`') => quote = Some(letter),
            (None, '[') => quote = Some(']'),
            (None, '-') if body[position..].starts_with("--") => quote = Some('\n'),
            (None, '(') => depth += 1,
            (None, ')') if depth > 0 => depth -= 1,
            (None, ',' | ')') if depth == 0 => {
                parts.push(body[from..position].trim());
                from = position + 1;
            }
            _ => {}
        }
    }
    parts
}

fn folds(definition: &str) -> bool {
    let words: Vec<String> = definition.split_whitespace().map(str::to_lowercase).collect();
    words.windows(2).any(|pair| pair[0] == "collate" && pair[1].trim_matches(['"', '\'', '`']) == "nocase")
}

fn first_name(definition: &str) -> String {
    match definition.chars().next() {
        Some(quote @ ('"' | '`')) => definition[1..].split(quote).next().unwrap_or_default().to_owned(),
        Some('[') => definition[1..].split(']').next().unwrap_or_default().to_owned(),
        _ => definition.split_whitespace().next().unwrap_or_default().to_owned(),
    }
}

/// Values looked at from each end of a column.
const SAMPLE: u32 = 500;
const INSTANT: &str =
    "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folding_column_is_found_in_the_text_of_its_table() {
        let sql = "create table \"user\" (\"id\" text DEFAULT ('a,b') not null, e_mail TEXT Collate NOCASE unique, \
                   `n(ame` text collate binary, CONSTRAINT x UNIQUE (e_mail, id))";
        let found: Vec<String> =
            definitions(sql).into_iter().filter(|part| folds(part)).map(first_name).collect();
        assert_eq!(found, ["e_mail"]);
        assert_eq!(definitions(sql).len(), 4);
        assert_eq!(first_name("`n(ame` text"), "n(ame");
    }
}
