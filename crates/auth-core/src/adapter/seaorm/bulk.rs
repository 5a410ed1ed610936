//! Many rows at once and as they are, for tools that move a database: past hooks, defaults and an entity's behaviour.

use async_trait::async_trait;
use auth_schema::{FieldId, ModelId};
use sea_orm::DbBackend;
use sea_orm::sea_query::Value as SqlValue;

use super::adapter::SqlAdapter;
use super::error::classify;
use super::shape::Shape;
use super::sql::Sql;
use super::statement::{self, REQUIRED};
use super::table::Table;
use crate::adapter::transaction::{UnitOfWork, run};
use crate::adapter::{Adapter, AdapterError, Record, Value};

/// Rows of one model that are inserted together.
#[derive(Debug)]
struct Bulk {
    model: ModelId,
    rows: Vec<Record>,
}

#[async_trait]
impl UnitOfWork for Bulk {
    type Output = ();
    type Error = AdapterError;

    async fn run(&self, transaction: &dyn Adapter) -> Result<(), AdapterError> {
        let adapter = transaction.seaorm().ok_or(AdapterError::Unsupported {
            what: "insert many rows",
            advice: "this is for databases of SQL",
        })?;
        let table = adapter.table(self.model)?;
        if table.guards_new_rows() {
            return adapter.insert_guarded(table, &self.rows).await;
        }
        let mut rows = self.rows.as_slice();
        while !rows.is_empty() {
            let (now, later) = rows.split_at(rows_of_a_statement(table, rows.len()));
            adapter.insert_rows(table, now.to_vec()).await?;
            rows = later;
        }
        Ok(())
    }
}

impl SqlAdapter<'_> {
    /// Inserts rows as they are, all or none, in one transaction: a field that is absent is null, an id is kept. No hook runs, no
    /// default is filled in, no behaviour of an entity runs. What the database does not keep by itself is looked at row by row.
    /// `BEGIN`, one statement for each 64 rows and a handful for the rest, `COMMIT`.
    ///
    /// # Errors
    ///
    /// Those of [`Adapter::create`], without telling which of the rows it was.
    pub async fn create_many(&self, model: ModelId, mut rows: Vec<Record>) -> Result<(), AdapterError> {
        let table = self.table(model)?;
        for row in &mut rows {
            row.normalise_instants();
            for position in 0..table.columns.len() {
                if row.get(FieldId::new(position)).is_none() {
                    row.set(FieldId::new(position), Value::Null);
                }
            }
        }
        if rows.is_empty() {
            return Ok(());
        }
        run(self, self.attempts(), &Bulk { model, rows }).await
    }

    /// Tells whether the columns of a model's table can hold a row, as far as their types say; a field that is absent is null. No
    /// statement.
    ///
    /// # Errors
    ///
    /// [`AdapterError::InvalidValue`] names the first field that they cannot hold.
    pub fn check_row(&self, model: ModelId, row: &Record) -> Result<(), AdapterError> {
        let table = self.table(model)?;
        for (position, column) in table.columns.iter().enumerate() {
            let given = row.get(FieldId::new(position)).is_some_and(|value| !value.is_null());
            if !given && !column.nullable {
                return Err(table.invalid(column, "nothing", REQUIRED));
            }
        }
        table.check(row)
    }

    /// Makes the database count on behind the greatest id that stands in a table, where ids that were given do not move its
    /// counter: on PostgreSQL. It never goes back. One statement, or none.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Database`] when the user may not set the sequence.
    pub async fn advance_ids(&self, model: ModelId) -> Result<(), AdapterError> {
        let table = self.table(model)?;
        let id = table.id()?;
        if self.executor.backend() != DbBackend::Postgres || !id.storage.is_number() {
            return Ok(());
        }
        let mut sql = Sql::writing(self.shared.engine);
        advance(&mut sql, &table.name, &id.name);
        let (text, values) = sql.finish();
        let outcome = self.executor.all(&text.unwrap_or_default(), values, self.about(table)).await;
        outcome.map(|_| ()).map_err(|error| classify(error, "set the sequence", Some(table)))
    }

    async fn insert_rows(&self, table: &Table, rows: Vec<Record>) -> Result<(), AdapterError> {
        let shape = Shape::new(b'Y', table.model).text(&rows.len().to_le_bytes());
        let sql = self.render(shape, |sql| statement::insert_many(sql, table, rows))?;
        self.execute(table, sql, "create").await.map(|_| ())
    }

    async fn insert_guarded(&self, table: &Table, rows: &[Record]) -> Result<(), AdapterError> {
        for row in rows {
            self.guard_new(table, row).await?;
            self.insert_rows(table, vec![row.clone()]).await?;
        }
        Ok(())
    }
}

/// How many of the rows that are left go into one statement: a power of two, so that there are few texts, and no more parameters
/// than every engine takes.
fn rows_of_a_statement(table: &Table, left: usize) -> usize {
    let most = (PARAMETERS / table.columns.len().max(1)).clamp(1, ROWS).min(left.max(1));
    1 << most.ilog2()
}

fn advance(sql: &mut Sql, table: &str, id: &str) {
    let quoted = format!("\"{}\"", table.replace('"', "\"\""));
    sql.push("SELECT setval(counter, highest) FROM (SELECT pg_get_serial_sequence(");
    sql.bind(SqlValue::String(Some(quoted)));
    sql.push(", ");
    sql.bind(SqlValue::String(Some(id.to_owned())));
    sql.push(")::regclass AS counter, (SELECT MAX(");
    sql.name(id);
    sql.push(") FROM ");
    sql.name(table);
    sql.push(")::bigint AS highest) AS found WHERE counter IS NOT NULL AND highest > COALESCE(pg_sequence_last_value(counter), 0)");
}

/// Few enough that a statement goes out in one write, a TLS record of 16 kB: sqlx 0.9.0 leaves Nagle's algorithm on (its issue 4335),
/// and the second write of one statement waits 40 ms for the server's delayed ACK.
const ROWS: usize = 64;
/// SQLite takes 32,766, the others 65,535.
const PARAMETERS: usize = 32_000;
