//! Joins: one-to-one in the same statement, one-to-many in one more for each.

use std::collections::HashMap;

use auth_schema::FieldId;
use sea_orm::sea_query::Value as SqlValue;

use super::filter::conditions;
use super::sql::Sql;
use super::table::Table;
use crate::adapter::{AdapterError, Filter, Join, JoinKind, Joined, Record, Row, Value};

/// Aliases of joined tables; a query has at most so many one-to-one joins.
pub(super) const ALIASES: [&str; 8] = ["t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8"];

/// Whether all joins stand in the statement of a single row.
pub(super) fn are_inline(joins: &[Join]) -> bool {
    joins.len() <= ALIASES.len() && joins.iter().all(|join| join.kind == JoinKind::One)
}

/// Writes ` LEFT JOIN …` for each joined table.
pub(super) fn left_joins(
    sql: &mut Sql,
    base: &Table,
    joined: &[&Table],
    joins: Vec<Join>,
) -> Result<(), AdapterError> {
    for ((alias, table), join) in ALIASES.iter().zip(joined).zip(joins) {
        sql.push(" LEFT JOIN ");
        sql.name(&table.name);
        sql.push(" AS ");
        sql.push(alias);
        sql.push(" ON ");
        sql.column(alias, &table.column(join.to)?.name);
        sql.push(" = ");
        sql.column("t0", &base.column(join.from)?.name);
        if !join.filter.is_empty() {
            sql.push(" AND ");
            conditions(sql, table, alias, join.filter)?;
        }
    }
    Ok(())
}

/// Writes the `SELECT` of a one-to-many join for all base rows at once. With a limit, the engine numbers the
/// rows of each base row, so that no base row is asked for alone.
pub(super) fn select_many(
    sql: &mut Sql,
    table: &Table,
    (to, filter): (FieldId, Filter),
    limit: Option<u64>,
) -> Result<(), AdapterError> {
    sql.push("SELECT ");
    table.select_list(sql, "");
    let Some(limit) = limit else {
        sql.push(" FROM ");
        sql.name(&table.name);
        return super::filter::where_clause(sql, table, "", filter);
    };
    sql.push(" FROM (SELECT ");
    table.select_list(sql, "");
    sql.push(", ROW_NUMBER() OVER (PARTITION BY ");
    sql.name(&table.column(to)?.name);
    sql.push(" ORDER BY ");
    sql.name(&table.id()?.name);
    sql.push(") AS position_in_parent FROM ");
    sql.name(&table.name);
    super::filter::where_clause(sql, table, "", filter)?;
    sql.push(") AS numbered WHERE position_in_parent <= ");
    sql.bind(SqlValue::BigInt(Some(i64::try_from(limit).unwrap_or(i64::MAX))));
    Ok(())
}

/// The distinct values of the field that base rows are joined by.
pub(super) fn keys(rows: &[Row], from: FieldId) -> Vec<Value> {
    let mut keys: Vec<Value> = Vec::with_capacity(rows.len());
    let mut seen = std::collections::HashSet::new();
    for row in rows {
        if let Some(value) = row.record.get(from)
            && !value.is_null()
            && seen.insert(key_text(value))
        {
            keys.push(value.clone());
        }
    }
    keys
}

/// Gives every base row its joined rows; `one` keeps the first only.
pub(super) fn distribute(
    rows: &mut [Row],
    join_from: FieldId,
    join_to: FieldId,
    found: Vec<Record>,
    one: bool,
) {
    let mut by_key: HashMap<String, Vec<Record>> = HashMap::new();
    for record in found {
        if let Some(value) = record.get(join_to) {
            by_key.entry(key_text(value)).or_default().push(record);
        }
    }
    for row in rows {
        let key = row.record.get(join_from).map(key_text);
        let matches = key.and_then(|key| by_key.get(&key)).cloned().unwrap_or_default();
        row.joined.push(if one { Joined::One(matches.into_iter().next()) } else { Joined::Many(matches) });
    }
}

fn key_text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Int(number) => number.to_string(),
        Value::Uuid(uuid) => uuid.to_string(),
        other => format!("{other:?}"),
    }
}
