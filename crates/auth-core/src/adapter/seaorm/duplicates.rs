//! Questions about many rows at once, which stand beside the ten operations: which values stand more than once, and how many
//! rows point to each of some others.

use auth_schema::{FieldId, ModelId};
use sea_orm::QueryResult;
use sea_orm::sea_query::Value as SqlValue;

use super::adapter::SqlAdapter;
use super::error::classify;
use super::filter::{bind, key, where_clause};
use super::sql::Sql;
use super::table::{Column, Table};
use crate::adapter::{AdapterError, Filter, Operator, Value};

/// Which values are looked for: texts of some fields of a model, together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated {
    model: ModelId,
    fields: Vec<FieldId>,
    folded: bool,
    /// Those of a single row, too, that are not folded.
    alone: bool,
}

/// Values that stand in some rows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Group {
    /// The value of each field; folded, in lower case.
    pub values: Vec<String>,
    /// How many rows have them.
    pub rows: u64,
}

/// The rows that point to one other row.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Tally {
    /// What they point to.
    pub value: Value,
    /// How many there are.
    pub rows: u64,
    /// The greatest value of a field among them.
    pub latest: Value,
}

impl Repeated {
    /// Values that are the same byte by byte, whatever the column's collation takes for the same. Null is never repeated.
    pub fn exact(model: ModelId, fields: Vec<FieldId>) -> Self {
        Self { model, fields, folded: false, alone: false }
    }

    /// Values that are the same in lower case, and those of a single row that are not in lower case. Which letters have a
    /// lower case is the engine's to say: on SQLite the ASCII ones, as on PostgreSQL with the locale `C`.
    pub fn folded(model: ModelId, field: FieldId) -> Self {
        Self { model, fields: vec![field], folded: true, alone: true }
    }

    /// Those of several rows only.
    #[must_use]
    pub fn several(mut self) -> Self {
        self.alone = false;
        self
    }
}

impl SqlAdapter<'_> {
    /// A page of repeated values in their order, those behind `after`. One statement; the engine reads the whole table,
    /// unless an index holds the fields.
    pub async fn repeated(
        &self,
        repeated: &Repeated,
        after: Option<&[String]>,
        limit: u64,
    ) -> Result<Vec<Group>, AdapterError> {
        let table = self.table(repeated.model)?;
        let mut sql = Sql::writing(self.shared.engine);
        let columns = repeated.groups(&mut sql, table, after)?;
        sql.push(" ORDER BY ");
        sql.push(&ordinals(columns));
        sql.push(" LIMIT ");
        sql.bind(SqlValue::BigInt(Some(i64::try_from(limit).unwrap_or(i64::MAX))));
        let rows = self.ask(table, sql).await?;
        rows.iter().map(|row| group(table, row, columns)).collect()
    }

    /// How many such values there are. One statement.
    pub async fn count_repeated(&self, repeated: &Repeated) -> Result<u64, AdapterError> {
        let table = self.table(repeated.model)?;
        let mut sql = Sql::writing(self.shared.engine);
        sql.push("SELECT COUNT(*) FROM (");
        repeated.groups(&mut sql, table, None)?;
        sql.push(") AS repeated");
        let rows = self.ask(table, sql).await?;
        rows.first().map_or(Ok(0), |row| number(table, row, 0))
    }

    /// Counts the rows that point to each of some values, with the greatest value of a field. One statement. Values that
    /// nothing points to are not told.
    pub async fn tally(
        &self,
        model: ModelId,
        by: FieldId,
        among: Vec<Value>,
        latest: FieldId,
    ) -> Result<Vec<Tally>, AdapterError> {
        let table = self.table(model)?;
        let (from, greatest) = (table.column(by)?, table.column(latest)?);
        let mut sql = Sql::writing(self.shared.engine);
        sql.push("SELECT ");
        sql.name(&from.name);
        sql.push(", COUNT(*), MAX(");
        sql.name(&greatest.name);
        sql.push(") FROM ");
        sql.name(&table.name);
        where_clause(&mut sql, table, "", Filter::everything().and(by, Operator::In, Value::List(among)))?;
        sql.push(" GROUP BY 1");
        let rows = self.ask(table, sql).await?;
        let read = |column: &Column, row: &QueryResult, position| {
            let value = column.storage.read(row, position);
            value.map_err(|error| classify(error, "tally", Some(table)))
        };
        let tally = |row: &QueryResult| {
            let (value, latest) = (read(from, row, 0)?, read(greatest, row, 2)?);
            Ok(Tally { value, rows: number(table, row, 1)?, latest })
        };
        rows.iter().map(tally).collect()
    }

    async fn ask(&self, table: &Table, sql: Sql) -> Result<Vec<QueryResult>, AdapterError> {
        let (text, values) = sql.finish();
        let rows = self.executor.all(&text.unwrap_or_default(), values, self.about(table)).await;
        rows.map_err(|error| classify(error, "look for repeated values", Some(table)))
    }
}

impl Repeated {
    /// Writes the question without order and limit; gives the number of fields.
    fn groups(&self, sql: &mut Sql, table: &Table, after: Option<&[String]>) -> Result<usize, AdapterError> {
        let columns = self.fields.iter().map(|field| table.column(*field)).collect::<Result<Vec<_>, _>>()?;
        sql.push("SELECT ");
        for column in &columns {
            key(sql, table, column, self.folded);
            sql.push(", ");
        }
        sql.push("COUNT(*) FROM ");
        sql.name(&table.name);
        for (position, column) in columns.iter().enumerate() {
            sql.push(if position == 0 { " WHERE " } else { " AND " });
            sql.name(&column.name);
            sql.push(" IS NOT NULL");
        }
        if let Some(after) = after {
            sql.push(" AND ");
            self.behind(sql, table, &columns, after)?;
        }
        sql.push(" GROUP BY ");
        sql.push(&ordinals(columns.len()));
        sql.push(" HAVING COUNT(*) > 1");
        for column in columns.iter().filter(|_| self.alone) {
            sql.push(" OR MAX(CASE WHEN ");
            key(sql, table, column, false);
            sql.push(" <> ");
            key(sql, table, column, true);
            sql.push(" THEN 1 ELSE 0 END) = 1");
        }
        Ok(columns.len())
    }

    /// Writes `(a > ? OR (a = ? AND (b > ?)))`.
    fn behind(
        &self,
        sql: &mut Sql,
        table: &Table,
        columns: &[&Column],
        after: &[String],
    ) -> Result<(), AdapterError> {
        let (Some((column, columns)), Some((value, after))) = (columns.split_first(), after.split_first())
        else {
            sql.push("1 = 0");
            return Ok(());
        };
        sql.push("(");
        key(sql, table, column, self.folded);
        sql.push(" > ");
        bind(sql, table, column, Value::from(value.as_str()))?;
        if !columns.is_empty() {
            sql.push(" OR (");
            key(sql, table, column, self.folded);
            sql.push(" = ");
            bind(sql, table, column, Value::from(value.as_str()))?;
            sql.push(" AND ");
            self.behind(sql, table, columns, after)?;
            sql.push(")");
        }
        sql.push(")");
        Ok(())
    }
}

/// `1, 2`: the first columns of the answer.
fn ordinals(columns: usize) -> String {
    (1..=columns).map(|column| column.to_string()).collect::<Vec<_>>().join(", ")
}

fn group(table: &Table, row: &QueryResult, columns: usize) -> Result<Group, AdapterError> {
    let value = |position| row.try_get_by_index::<String>(position);
    let values = (0..columns).map(value).collect::<Result<_, _>>();
    let values = values.map_err(|error| classify(error, "look for repeated values", Some(table)))?;
    Ok(Group { values, rows: number(table, row, columns)? })
}

fn number(table: &Table, row: &QueryResult, position: usize) -> Result<u64, AdapterError> {
    let number = row.try_get_by_index::<i64>(position);
    let number = number.map_err(|error| classify(error, "count", Some(table)))?;
    Ok(u64::try_from(number).unwrap_or_default())
}
