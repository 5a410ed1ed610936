//! Writes filters and orders.

use sea_orm::DbBackend;
use sea_orm::sea_query::{ArrayType, Value as SqlValue};

use super::shape::places;
use super::sql::Sql;
use super::storage::Storage;
use super::table::{Column, Table};
use crate::adapter::{AdapterError, Case, Condition, Direction, Filter, Operator, Sort, Value};

/// Writes ` WHERE …`, or nothing for an empty filter.
pub(super) fn where_clause(
    sql: &mut Sql,
    table: &Table,
    alias: &str,
    filter: Filter,
) -> Result<(), AdapterError> {
    if filter.is_empty() {
        return Ok(());
    }
    sql.push(" WHERE ");
    conditions(sql, table, alias, filter)
}

/// Writes `a AND b AND (c OR d)`; the filter is not empty.
pub(super) fn conditions(
    sql: &mut Sql,
    table: &Table,
    alias: &str,
    filter: Filter,
) -> Result<(), AdapterError> {
    let mut separator = "";
    for part in filter.all {
        sql.push(separator);
        condition(sql, table, alias, part)?;
        separator = " AND ";
    }
    if filter.any.is_empty() {
        return Ok(());
    }
    sql.push(separator);
    sql.push("(");
    separator = "";
    for part in filter.any {
        sql.push(separator);
        condition(sql, table, alias, part)?;
        separator = " OR ";
    }
    sql.push(")");
    Ok(())
}

/// Writes ` ORDER BY …`, or nothing.
pub(super) fn order(sql: &mut Sql, table: &Table, alias: &str, sorts: &[Sort]) -> Result<(), AdapterError> {
    order_among(sql, table, alias, sorts, false)
}

/// The same, where it may be known that no row is left whose first field of the order is null.
pub(super) fn order_among(
    sql: &mut Sql,
    table: &Table,
    alias: &str,
    sorts: &[Sort],
    first_is_set: bool,
) -> Result<(), AdapterError> {
    for (position, sort) in sorts.iter().enumerate() {
        sql.push(if position == 0 { " ORDER BY " } else { ", " });
        let column = table.column(sort.field)?;
        let text = column.storage == Storage::DecimalText;
        sql.push(if text { "CAST(" } else { "" });
        sql.column(alias, &column.name);
        sql.push(if text { " AS REAL)" } else { "" });
        let descending = sort.direction == Direction::Descending;
        sql.push(if descending { " DESC" } else { "" });
        // The other engines put null first by themselves; said of a field that is set, it would keep the index away.
        let is_set = !column.nullable || (first_is_set && position == 0);
        if !is_set && sql.engine().backend == DbBackend::Postgres {
            sql.push(if descending { " NULLS LAST" } else { " NULLS FIRST" });
        }
    }
    Ok(())
}

/// Writes a text as the number that it spells.
fn number(
    sql: &mut Sql,
    text: impl FnOnce(&mut Sql) -> Result<(), AdapterError>,
) -> Result<(), AdapterError> {
    sql.push("CAST(");
    text(sql)?;
    sql.push(" AS REAL)");
    Ok(())
}

/// Adds a parameter in the column's physical form.
pub(super) fn bind(sql: &mut Sql, table: &Table, column: &Column, value: Value) -> Result<(), AdapterError> {
    let bound = bound(table, column, value)?;
    sql.bind(bound);
    Ok(())
}

/// Writes a column as it is told apart byte by byte, whatever its collation; folded, in lower case.
pub(super) fn key(sql: &mut Sql, table: &Table, column: &Column, folded: bool) {
    let subject = Subject { table, alias: "", column };
    if folded { subject.folded(sql) } else { subject.exact(sql) }
}

fn bound(table: &Table, column: &Column, value: Value) -> Result<SqlValue, AdapterError> {
    let found = value.kind();
    column.storage.bind(value).map_err(|problem| table.invalid(column, found, problem))
}

fn condition(sql: &mut Sql, table: &Table, alias: &str, part: Condition) -> Result<(), AdapterError> {
    let column = table.column(part.field)?;
    let subject = Subject { table, alias, column };
    let textual = match &part.value {
        Value::Text(_) => true,
        Value::List(list) => list.iter().all(|value| matches!(value, Value::Text(_))),
        _ => false,
    };
    let folded = part.case == Case::Insensitive && textual;
    match (part.operator, part.value) {
        (Operator::Equal, Value::Null) => subject.is(sql, " IS NULL"),
        (Operator::NotEqual, Value::Null) => subject.is(sql, " IS NOT NULL"),
        (_, Value::Null) => sql.push("1 = 0"),
        (Operator::In | Operator::NotIn, Value::List(list)) => {
            return subject.list(sql, part.operator == Operator::NotIn, folded, list);
        }
        (Operator::In | Operator::NotIn, value) => {
            return subject.list(sql, part.operator == Operator::NotIn, folded, vec![value]);
        }
        (Operator::Contains | Operator::StartsWith | Operator::EndsWith, _) if !subject.is_text() => {
            return Err(table.invalid(column, "text", "text operators compare text only"));
        }
        (Operator::Contains, Value::Text(text)) => subject.pattern(sql, Anchor::None, folded, &text),
        (Operator::StartsWith, Value::Text(text)) => subject.pattern(sql, Anchor::Start, folded, &text),
        (Operator::EndsWith, Value::Text(text)) => subject.pattern(sql, Anchor::End, folded, &text),
        (operator, value) => return subject.compare(sql, operator, folded, value),
    }
    Ok(())
}

/// The left side of a comparison.
#[derive(Clone, Copy)]
struct Subject<'a> {
    table: &'a Table,
    alias: &'a str,
    column: &'a Column,
}

#[derive(Clone, Copy)]
enum Anchor {
    None,
    Start,
    End,
}

impl Subject<'_> {
    fn name(self, sql: &mut Sql) {
        sql.column(self.alias, &self.column.name);
    }

    fn is_text(self) -> bool {
        self.column.storage == Storage::Text || self.column.storage.is_typed_id()
    }

    fn is(self, sql: &mut Sql, what: &str) {
        self.name(sql);
        sql.push(what);
    }

    fn compare(
        self,
        sql: &mut Sql,
        operator: Operator,
        folded: bool,
        value: Value,
    ) -> Result<(), AdapterError> {
        let sign = match operator {
            Operator::Equal => " = ",
            Operator::NotEqual => " <> ",
            Operator::Less => " < ",
            Operator::LessOrEqual => " <= ",
            Operator::Greater => " > ",
            Operator::GreaterOrEqual => " >= ",
            _ => {
                return Err(self.table.invalid(self.column, value.kind(), "text operators take text"));
            }
        };
        if folded {
            self.folded(sql);
            sql.push(sign);
            sql.push("LOWER(");
            bind(sql, self.table, self.column, value)?;
            sql.push(")");
            return Ok(());
        }
        let exact = matches!(operator, Operator::Equal | Operator::NotEqual);
        if self.column.storage == Storage::DecimalText && !exact {
            // As texts, 9.5 would come after 10.
            number(sql, |sql| {
                self.name(sql);
                Ok(())
            })?;
            sql.push(sign);
            return number(sql, |sql| bind(sql, self.table, self.column, value));
        }
        if !(exact && self.column.case_insensitive && matches!(value, Value::Text(_))) {
            self.name(sql);
            sql.push(sign);
            return bind(sql, self.table, self.column, value);
        }
        if operator == Operator::Equal {
            // The plain comparison finds the rows by index, the binary one tells `a` from `A` among them.
            sql.push("(");
            self.name(sql);
            sql.push(" = ");
            bind(sql, self.table, self.column, value.clone())?;
            sql.push(" AND ");
            self.exact(sql);
            sql.push(" = ");
            bind(sql, self.table, self.column, value)?;
            sql.push(")");
            return Ok(());
        }
        self.exact(sql);
        sql.push(sign);
        bind(sql, self.table, self.column, value)
    }

    fn list(self, sql: &mut Sql, not: bool, folded: bool, list: Vec<Value>) -> Result<(), AdapterError> {
        if list.is_empty() {
            sql.push(if not { "1 = 1" } else { "1 = 0" });
            return Ok(());
        }
        let texts = list.iter().all(|value| matches!(value, Value::Text(_)));
        if texts && !folded && sql.engine().backend == DbBackend::Postgres {
            // One parameter whatever the length: one shape, one prepared statement.
            sql.push(if self.column.case_insensitive { "(" } else { "" });
            self.name(sql);
            sql.push(if not { " <> ALL(" } else { " = ANY(" });
            let values: Result<Vec<SqlValue>, _> =
                list.into_iter().map(|value| bound(self.table, self.column, value)).collect();
            let values = SqlValue::Array(self.array(), Some(Box::new(values?)));
            sql.bind(values.clone());
            sql.push(")");
            if self.column.case_insensitive {
                // The index finds, the binary comparison decides.
                sql.push(if not { " OR " } else { " AND " });
                self.exact(sql);
                sql.push(if not { " <> ALL(" } else { " = ANY(" });
                sql.bind(values);
                sql.push(")");
            }
            sql.push(if self.column.case_insensitive { ")" } else { "" });
            return Ok(());
        }
        if folded {
            self.folded(sql);
            return self.items(sql, not, true, &list);
        }
        if !(self.column.case_insensitive && texts) {
            self.name(sql);
            return self.items(sql, not, false, &list);
        }
        if !not {
            // As with one value: the index finds, the binary comparison decides.
            sql.push("(");
            self.name(sql);
            self.items(sql, not, false, &list)?;
            sql.push(" AND ");
        }
        self.exact(sql);
        self.items(sql, not, false, &list)?;
        sql.push(if not { "" } else { ")" });
        Ok(())
    }

    fn items(self, sql: &mut Sql, not: bool, folded: bool, list: &[Value]) -> Result<(), AdapterError> {
        sql.push(if not { " NOT IN (" } else { " IN (" });
        for position in 0..places(list.len()) {
            sql.push(if position == 0 { "" } else { ", " });
            sql.push(if folded { "LOWER(" } else { "" });
            let value = &list[position.min(list.len() - 1)];
            bind(sql, self.table, self.column, value.clone())?;
            sql.push(if folded { ")" } else { "" });
        }
        sql.push(")");
        Ok(())
    }

    fn array(self) -> ArrayType {
        match self.column.storage {
            Storage::IdUuid => ArrayType::Uuid,
            Storage::IdInteger | Storage::IdBigInteger => ArrayType::BigInt,
            _ => ArrayType::String,
        }
    }

    /// Literal text at a place: `LIKE`, or SQLite's `GLOB`, whose case-sensitivity does not depend on a
    /// setting.
    fn pattern(self, sql: &mut Sql, anchor: Anchor, folded: bool, text: &str) {
        let glob = sql.engine().backend == DbBackend::Sqlite && !folded;
        let any = if glob { '*' } else { '%' };
        let mut pattern = String::with_capacity(text.len() + 8);
        if !matches!(anchor, Anchor::Start) {
            pattern.push(any);
        }
        for character in text.chars() {
            match character {
                '*' | '?' | '[' if glob => pattern.extend(['[', character, ']']),
                '%' | '_' | '!' if !glob => pattern.extend(['!', character]),
                _ => pattern.push(character),
            }
        }
        if !matches!(anchor, Anchor::End) {
            pattern.push(any);
        }
        if folded {
            self.folded(sql);
        } else {
            self.exact(sql);
        }
        sql.push(match (glob, folded) {
            (true, _) => " GLOB ",
            (_, true) => " LIKE LOWER(",
            _ => " LIKE ",
        });
        sql.bind(SqlValue::String(Some(pattern)));
        sql.push(if folded { ")" } else { "" });
        sql.push(if glob { "" } else { " ESCAPE '!'" });
    }

    fn exact(self, sql: &mut Sql) {
        self.binary(sql, "", "");
    }

    fn folded(self, sql: &mut Sql) {
        self.binary(sql, "LOWER(", ")");
    }

    /// The column between two texts, compared byte by byte. A table of another application may have another
    /// character set than the connection.
    fn binary(self, sql: &mut Sql, before: &str, after: &str) {
        let backend = sql.engine().backend;
        let foreign = self.column.case_insensitive;
        let convert = foreign && backend == DbBackend::MySql;
        let typed = self.column.storage.is_typed_id() || (foreign && backend == DbBackend::Postgres);
        sql.push(before);
        sql.push(if convert { "CONVERT(" } else { "" });
        sql.push(if typed { "CAST(" } else { "" });
        self.name(sql);
        sql.push(match (typed, backend) {
            (false, _) => "",
            (true, DbBackend::MySql) => " AS CHAR)",
            (true, _) => " AS TEXT)",
        });
        sql.push(if convert { " USING utf8mb4)" } else { "" });
        sql.push(after);
        sql.push(match backend {
            _ if !foreign => "",
            DbBackend::MySql => " COLLATE utf8mb4_bin",
            DbBackend::Postgres => " COLLATE \"C\"",
            _ => " COLLATE BINARY",
        });
    }
}
