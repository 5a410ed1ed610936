//! Counts a request in one statement.

use auth_schema::rate_limit::{COUNT, KEY, LAST_REQUEST, MODEL};
use sea_orm::{DbBackend, QueryResult};

use super::adapter::SqlAdapter;
use super::decode::read;
use super::filter::bind;
use super::shape::Shape;
use super::sql::Sql;
use super::statement;
use super::table::Table;
use super::write::complete;
use crate::adapter::hit::by_steps;
use crate::adapter::{AdapterError, Counted, FieldId, Hit, Record, Value};

impl SqlAdapter<'_> {
    /// [`crate::adapter::Adapter::hit`].
    pub(super) async fn count_hit(&self, mut hit: Hit) -> Result<Counted, AdapterError> {
        let table = self.table(MODEL)?;
        hit.counter.normalise_instants();
        let (returning, backend) =
            (self.shared.engine.capabilities.insert_returning, self.shared.engine.backend);
        if !decides(table, &hit.counter) || (!returning && backend != DbBackend::MySql) {
            return by_steps(self, &hit).await;
        }
        let mut counter = hit.counter.clone();
        complete(table, &mut counter)?;
        let shape = Shape::new(if returning { b'H' } else { b'h' }, MODEL).record(&counter);
        let sql = self.render(shape, |sql| upsert(sql, table, counter, &hit, returning))?;
        if returning {
            let rows = self.written(table, sql, "count a request").await?;
            return rows.first().map_or(Ok(Counted::new(1, hit.now())), |row| counted(table, row));
        }
        // A new counter tells nothing: it has no number of the engine's, and is one.
        let count = self.execute(table, sql, "count a request").await?.last_insert_id().max(1);
        Ok(Counted { count, last_request: None })
    }
}

/// Whether the unique key over `key` can decide between inserting and counting. An entity's behaviour would not run. Where the
/// engine numbers the rows, every attempt to insert would use up a number.
fn decides(table: &Table, counter: &Record) -> bool {
    table.entity.is_none() && !table.guards_new_rows() && counter.get(FieldId::ID).is_some()
}

/// `INSERT` a new counter, or count with the one that is there. A count beyond the greatest is a refusal, which leaves
/// `last_request` as it is.
fn upsert(
    sql: &mut Sql,
    table: &Table,
    counter: Record,
    hit: &Hit,
    returning: bool,
) -> Result<(), AdapterError> {
    let mysql = sql.engine().backend == DbBackend::MySql;
    statement::insert(sql, table, counter, false)?;
    if mysql {
        sql.push(" ON DUPLICATE KEY UPDATE ");
    } else {
        sql.push(" ON CONFLICT (");
        sql.name(&table.column(KEY)?.name);
        sql.push(") DO UPDATE SET ");
    }
    sql.name(&table.column(COUNT)?.name);
    sql.push(if returning { " = " } else { " = LAST_INSERT_ID(" });
    next_count(sql, table, hit)?;
    sql.push(if returning { ", " } else { "), " });
    sql.name(&table.column(LAST_REQUEST)?.name);
    sql.push(" = ");
    next_request(sql, table, hit)?;
    if returning {
        sql.push(" RETURNING ");
        sql.name(&table.column(COUNT)?.name);
        sql.push(", ");
        sql.name(&table.column(LAST_REQUEST)?.name);
    }
    Ok(())
}

fn next_count(sql: &mut Sql, table: &Table, hit: &Hit) -> Result<(), AdapterError> {
    sql.push("CASE WHEN ");
    compare(sql, table, LAST_REQUEST, " <= ", hit.cutoff())?;
    sql.push(" THEN 1 WHEN ");
    compare(sql, table, COUNT, " < ", hit.most())?;
    sql.push(" THEN ");
    current(sql, table, COUNT)?;
    sql.push(" + 1 ELSE ");
    bind(sql, table, table.column(COUNT)?, Value::Int(hit.most() + 1))?;
    sql.push(" END");
    Ok(())
}

fn next_request(sql: &mut Sql, table: &Table, hit: &Hit) -> Result<(), AdapterError> {
    sql.push("CASE WHEN ");
    if sql.engine().backend == DbBackend::MySql {
        // MySQL's family assigns from left to right: this is the new count.
        compare(sql, table, COUNT, " <= ", hit.most())?;
    } else {
        compare(sql, table, LAST_REQUEST, " <= ", hit.cutoff())?;
        sql.push(" OR ");
        compare(sql, table, COUNT, " < ", hit.most())?;
    }
    sql.push(" THEN ");
    bind(sql, table, table.column(LAST_REQUEST)?, Value::Int(hit.now()))?;
    sql.push(" ELSE ");
    current(sql, table, LAST_REQUEST)?;
    sql.push(" END");
    Ok(())
}

fn compare(
    sql: &mut Sql,
    table: &Table,
    field: FieldId,
    operator: &str,
    value: i64,
) -> Result<(), AdapterError> {
    current(sql, table, field)?;
    sql.push(operator);
    bind(sql, table, table.column(field)?, Value::Int(value))
}

/// What stands in the row that is there: the name alone could also mean the new row.
fn current(sql: &mut Sql, table: &Table, field: FieldId) -> Result<(), AdapterError> {
    sql.name(&table.name);
    sql.push(".");
    sql.name(&table.column(field)?.name);
    Ok(())
}

fn counted(table: &Table, row: &QueryResult) -> Result<Counted, AdapterError> {
    let number = |field, position| match read(table, row, field, position)? {
        Value::Int(number) => Ok::<_, AdapterError>(number),
        _ => Ok(0),
    };
    Ok(Counted::new(number(COUNT, 0)?, number(LAST_REQUEST, 1)?))
}
