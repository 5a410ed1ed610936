//! Writes the statements of the ten operations.

use sea_orm::DbBackend;
use sea_orm::sea_query::Value as SqlValue;

use super::engine::Engine;
use super::filter::{bind, order, order_among, where_clause};
use super::join;
use super::sql::Sql;
use super::table::{Column, Table};
use crate::adapter::{AdapterError, Batch, Direction, Filter, Increment, Query, Record, Sort, Value};
use auth_schema::FieldId;

/// `SELECT` of a query with its one-to-one joins; `tables` are the base table and the joined ones.
pub(super) fn select(
    sql: &mut Sql,
    base: &Table,
    joined: &[&Table],
    query: Query,
) -> Result<(), AdapterError> {
    let aliased = !joined.is_empty();
    let alias = if aliased { "t0" } else { "" };
    sql.push("SELECT ");
    match &query.select {
        Some(fields) if !aliased => selected(sql, base, fields)?,
        _ => base.select_list(sql, alias),
    }
    for (position, table) in joined.iter().enumerate() {
        sql.push(", ");
        table.select_list(sql, join::ALIASES[position]);
    }
    sql.push(" FROM ");
    sql.name(&base.name);
    if aliased {
        sql.push(" AS t0");
    }
    join::left_joins(sql, base, joined, query.joins)?;
    let first_is_set = query.sort.first().is_some_and(|sort| query.filter.excludes_null(sort.field));
    where_clause(sql, base, alias, query.filter)?;
    order_among(sql, base, alias, &query.sort, first_is_set)?;
    page(sql, query.limit, query.offset);
    if query.lock {
        sql.push(sql.engine().lock_clause());
    }
    Ok(())
}

/// `SELECT COUNT(*)`.
pub(super) fn count(sql: &mut Sql, table: &Table, filter: Filter) -> Result<(), AdapterError> {
    sql.push("SELECT COUNT(*) FROM ");
    sql.name(&table.name);
    where_clause(sql, table, "", filter)
}

/// `INSERT`; with `returning`, the row comes back.
pub(super) fn insert(sql: &mut Sql, table: &Table, record: Record, back: bool) -> Result<(), AdapterError> {
    sql.push("INSERT INTO ");
    sql.name(&table.name);
    if record.is_empty() {
        // The database makes the whole row.
        let mysql = sql.engine().backend == sea_orm::DbBackend::MySql;
        sql.push(if mysql { " () VALUES ()" } else { " DEFAULT VALUES" });
        if back {
            returning(sql, table);
        }
        return Ok(());
    }
    let mut separator = " (";
    for (field, _) in record.iter() {
        sql.push(separator);
        sql.name(&table.column(field)?.name);
        separator = ", ";
    }
    sql.push(") VALUES (");
    assign(sql, table, record, |sql, position, _| {
        if position > 0 {
            sql.push(", ");
        }
    })?;
    sql.push(")");
    if back {
        returning(sql, table);
    }
    Ok(())
}

/// `INSERT` of several rows, each with all columns.
pub(super) fn insert_many(sql: &mut Sql, table: &Table, rows: Vec<Record>) -> Result<(), AdapterError> {
    sql.push("INSERT INTO ");
    sql.name(&table.name);
    sql.push(" (");
    table.select_list(sql, "");
    let mut separator = ") VALUES (";
    for row in rows {
        sql.push(separator);
        assign(sql, table, row, |sql, position, _| sql.push(if position == 0 { "" } else { ", " }))?;
        separator = "), (";
    }
    sql.push(")");
    Ok(())
}

/// `UPDATE … SET` for every match.
pub(super) fn update(
    sql: &mut Sql,
    table: &Table,
    filter: Filter,
    change: Record,
    back: bool,
) -> Result<(), AdapterError> {
    sql.push("UPDATE ");
    sql.name(&table.name);
    sql.push(" SET ");
    set(sql, table, change)?;
    where_clause(sql, table, "", filter)?;
    if back {
        returning(sql, table);
    }
    Ok(())
}

/// `UPDATE` of one row that passes the guard, returned.
pub(super) fn increment(sql: &mut Sql, table: &Table, increment: Increment) -> Result<(), AdapterError> {
    set_counters(sql, table, &increment.add, increment.set)?;
    first_match(sql, table, increment.filter, None)?;
    returning(sql, table);
    Ok(())
}

/// `DELETE` of every match.
pub(super) fn delete(sql: &mut Sql, table: &Table, filter: Filter, back: bool) -> Result<(), AdapterError> {
    sql.push("DELETE FROM ");
    sql.name(&table.name);
    where_clause(sql, table, "", filter)?;
    if back {
        returning(sql, table);
    }
    Ok(())
}

/// The column of whose values a batch tells the last one. PostgreSQL keeps the entries of deleted rows in the index for as long as
/// a transaction could see them: a batch that began at the first would read those of all batches before.
pub(super) fn told_last(
    engine: Engine,
    table: &Table,
    sort: Option<Sort>,
) -> Result<Option<&Column>, AdapterError> {
    let Some(sort) = sort.filter(|_| engine.backend == DbBackend::Postgres) else {
        return Ok(None);
    };
    let column = table.column(sort.field)?;
    Ok(column.storage.has_extremes().then_some(column))
}

/// `DELETE` of the first matches.
pub(super) fn delete_batch(sql: &mut Sql, table: &Table, batch: Batch) -> Result<(), AdapterError> {
    let told = told_last(sql.engine(), table, batch.sort)?;
    if told.is_some() {
        sql.push("WITH gone AS (");
    }
    let descending = batch.sort.is_some_and(|sort| sort.direction == Direction::Descending);
    delete_first(sql, table, batch)?;
    if let Some(column) = told {
        sql.push(" RETURNING ");
        sql.name(&column.name);
        sql.push(" AS place) SELECT COUNT(*), ");
        sql.push(if descending { "MIN(place)" } else { "MAX(place)" });
        sql.push(" FROM gone");
    }
    Ok(())
}

fn delete_first(sql: &mut Sql, table: &Table, batch: Batch) -> Result<(), AdapterError> {
    let Batch { filter, sort, limit, .. } = batch;
    let limit = Some(limit);
    sql.push("DELETE FROM ");
    sql.name(&table.name);
    let backend = sql.engine().backend;
    if backend == sea_orm::DbBackend::MySql {
        where_clause(sql, table, "", filter)?;
        order(sql, table, "", sort.as_slice())?;
        page(sql, limit, 0);
        return Ok(());
    }
    let id = &table.id()?.name;
    let postgres = backend == sea_orm::DbBackend::Postgres;
    sql.push(" WHERE ");
    sql.name(id);
    // An array is made once, before anything is deleted; an `IN` may be asked again for each row, with other answers.
    sql.push(if postgres { " = ANY(ARRAY(SELECT " } else { " IN (SELECT " });
    sql.name(id);
    sql.push(" FROM ");
    sql.name(&table.name);
    where_clause(sql, table, "", filter)?;
    order(sql, table, "", sort.as_slice())?;
    page(sql, limit, 0);
    // Several workers take different rows, and none waits for another.
    sql.push(if postgres { " FOR UPDATE SKIP LOCKED))" } else { ")" });
    Ok(())
}

/// `DELETE` of the first match, returned.
pub(super) fn take(
    sql: &mut Sql,
    table: &Table,
    filter: Filter,
    sort: Option<Sort>,
) -> Result<(), AdapterError> {
    sql.push("DELETE FROM ");
    sql.name(&table.name);
    if sql.engine().backend == sea_orm::DbBackend::MySql {
        // MySQL's family cannot read the table that it deletes from, but takes an order and a limit.
        where_clause(sql, table, "", filter)?;
        order(sql, table, "", sort.as_slice())?;
        sql.push(" LIMIT 1");
    } else {
        first_match(sql, table, filter, sort)?;
    }
    returning(sql, table);
    Ok(())
}

/// `UPDATE t SET counter = counter + ?, field = ?`.
fn set_counters(
    sql: &mut Sql,
    table: &Table,
    add: &[(FieldId, i64)],
    change: Record,
) -> Result<(), AdapterError> {
    sql.push("UPDATE ");
    sql.name(&table.name);
    sql.push(" SET ");
    for (position, (field, delta)) in add.iter().enumerate() {
        sql.push(if position == 0 { "" } else { ", " });
        let column = table.column(*field)?;
        sql.name(&column.name);
        sql.push(" = ");
        sql.name(&column.name);
        sql.push(" + ");
        bind(sql, table, column, Value::Int(*delta))?;
    }
    if !change.is_empty() {
        sql.push(if add.is_empty() { "" } else { ", " });
        set(sql, table, change)?;
    }
    Ok(())
}

/// `a = ?, b = ?`.
fn set(sql: &mut Sql, table: &Table, change: Record) -> Result<(), AdapterError> {
    assign(sql, table, change, |sql, position, column| {
        sql.push(if position == 0 { "" } else { ", " });
        sql.name(column);
        sql.push(" = ");
    })
}

/// ` WHERE id = (the first match) AND …`: the guard is stated twice because another transaction may change
/// the row between the inner read and the write; the engine checks the outer one on the row it has locked.
fn first_match(sql: &mut Sql, table: &Table, filter: Filter, sort: Option<Sort>) -> Result<(), AdapterError> {
    let id = &table.id()?.name;
    sql.push(" WHERE ");
    sql.name(id);
    sql.push(" = (SELECT ");
    sql.name(id);
    sql.push(" FROM ");
    sql.name(&table.name);
    where_clause(sql, table, "", filter.clone())?;
    order(sql, table, "", sort.as_slice())?;
    sql.push(" LIMIT 1)");
    if !filter.is_empty() {
        sql.push(" AND ");
        super::filter::conditions(sql, table, "", filter)?;
    }
    Ok(())
}

fn returning(sql: &mut Sql, table: &Table) {
    sql.push(" RETURNING ");
    table.select_list(sql, "");
}

fn selected(sql: &mut Sql, table: &Table, fields: &[FieldId]) -> Result<(), AdapterError> {
    for (position, field) in fields.iter().enumerate() {
        sql.push(if position == 0 { "" } else { ", " });
        sql.name(&table.column(*field)?.name);
    }
    Ok(())
}

fn assign(
    sql: &mut Sql,
    table: &Table,
    mut record: Record,
    before: impl Fn(&mut Sql, usize, &str),
) -> Result<(), AdapterError> {
    let fields: Vec<FieldId> = record.iter().map(|(field, _)| field).collect();
    for (position, field) in fields.into_iter().enumerate() {
        let column = table.column(field)?;
        before(sql, position, &column.name);
        if let Some(value) = record.take(field) {
            if value.is_null() && !column.nullable {
                return Err(table.invalid(column, "null", REQUIRED));
            }
            bind(sql, table, column, value)?;
        }
    }
    Ok(())
}

/// What is wrong with null in a field that must have a value.
pub(super) const REQUIRED: &str = "a value is required";

fn page(sql: &mut Sql, limit: Option<u64>, offset: u64) {
    let count = |number: u64| SqlValue::BigInt(Some(i64::try_from(number).unwrap_or(i64::MAX)));
    if limit == Some(1) {
        // As a parameter, it would make SQLite prepare the statement anew at each use.
        sql.push(" LIMIT 1");
    } else if let Some(limit) = limit {
        sql.push(" LIMIT ");
        sql.bind(count(limit));
    } else if offset > 0
        && let Some(unlimited) = sql.engine().unlimited()
    {
        sql.push(" LIMIT ");
        sql.push(unlimited);
    }
    if offset > 0 {
        sql.push(" OFFSET ");
        sql.bind(count(offset));
    }
}
