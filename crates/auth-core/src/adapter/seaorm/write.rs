//! Writes rows, again when the engine gave way to a concurrent statement.

use auth_schema::{FieldId, ModelId};
use sea_orm::{ExecResult, QueryResult};

use super::adapter::SqlAdapter;
use super::decode::decode;
use super::error::classify;
use super::shape::{Rendered, Shape};
use super::statement::{self, REQUIRED};
use super::table::Table;
use crate::adapter::emulation::Emulated;
use crate::adapter::{Adapter, AdapterError, Attempts, Filter, Query, Record, Value};
use crate::domain::SystemRandom;

impl SqlAdapter<'_> {
    /// Inserts without the entity's behaviour, and reads back what the database alone knows.
    pub(super) async fn insert(&self, table: &Table, mut record: Record) -> Result<Record, AdapterError> {
        let back = complete(table, &mut record)?;
        let returning = back && self.shared.engine.capabilities.insert_returning;
        if back && !returning && record.get(FieldId::ID).is_none() && !table.id()?.storage.is_number() {
            let problem =
                "this engine does not tell the ids that it makes, unless they are numbers: give one";
            return Err(table.invalid(table.id()?, "nothing", problem));
        }
        let shape = Shape::new(if returning { b'R' } else { b'I' }, table.model).record(&record);
        let sql = self.render(shape, |sql| statement::insert(sql, table, record.clone(), returning))?;
        if returning {
            return Ok(self.row(table, sql, "create").await?.unwrap_or(record));
        }
        let result = self.execute(table, sql, "create").await?;
        if !back {
            return Ok(record);
        }
        if record.get(FieldId::ID).is_none() {
            record.set(FieldId::ID, Value::Text(result.last_insert_id().to_string()));
        }
        let id = record.get(FieldId::ID).cloned();
        if table.columns.iter().enumerate().all(|(position, _)| record.get(FieldId::new(position)).is_some())
        {
            return Ok(record);
        }
        let query = Query::new(table.model).filter(Filter::equal(FieldId::ID, id));
        Ok(self.find_one(query).await?.map_or(record, |row| row.record))
    }

    /// Updates without the entity's behaviour and gives the rows as they are afterwards.
    pub(super) async fn change(
        &self,
        table: &Table,
        filter: Filter,
        change: Record,
    ) -> Result<Option<Record>, AdapterError> {
        let model = table.model;
        if self.is_emulated(table, &change) {
            table.check(&change)?;
            return self.emulate(Emulated::Update { model, filter, change }).await;
        }
        let shape = Shape::new(b'U', model).record(&change).filter(&filter);
        let sql = self.render(shape, |sql| statement::update(sql, table, filter, change, true))?;
        let rows = self.written(table, sql, "update").await?;
        rows.first().map(|row| decode(table, row, 0)).transpose()
    }

    /// Runs a writing statement. One that gave way to a concurrent one is tried again: outside a transaction it was
    /// undone whole.
    pub(super) async fn execute(
        &self,
        table: &Table,
        sql: Rendered,
        what: &'static str,
    ) -> Result<ExecResult, AdapterError> {
        let mut attempts = self.attempts();
        loop {
            let outcome = self.executor.execute(&sql.text, sql.values.clone(), self.about(table)).await;
            match outcome.map_err(|error| classify(error, what, Some(table))) {
                Err(error) if attempts.again(Some(&error)).await => {}
                outcome => return outcome,
            }
        }
    }

    /// The rows that a writing statement returns; all of them are read, because an engine has written a row for
    /// certain only when it has said that the statement is done.
    pub(super) async fn written(
        &self,
        table: &Table,
        sql: Rendered,
        what: &'static str,
    ) -> Result<Vec<QueryResult>, AdapterError> {
        let mut attempts = self.attempts();
        loop {
            let outcome = self.executor.all(&sql.text, sql.values.clone(), self.about(table)).await;
            match outcome.map_err(|error| classify(error, what, Some(table))) {
                Err(error) if attempts.again(Some(&error)).await => {}
                outcome => return outcome,
            }
        }
    }

    pub(super) fn attempts(&self) -> Attempts<'static> {
        if self.executor.is_transaction() {
            Attempts::once(&SystemRandom)
        } else {
            Attempts::new(&self.shared.retry, &SystemRandom)
        }
    }

    /// Creates a row in a transaction, where it can be looked at first.
    pub(super) async fn create_guarded(
        &self,
        model: ModelId,
        record: Record,
    ) -> Result<Record, AdapterError> {
        let created = self.emulate(Emulated::Create { model, record: record.clone() }).await?;
        Ok(created.unwrap_or(record))
    }

    pub(super) async fn emulate(&self, operation: Emulated) -> Result<Option<Record>, AdapterError> {
        operation.run(self, self.attempts()).await
    }

    pub(super) async fn row(
        &self,
        table: &Table,
        sql: Rendered,
        what: &'static str,
    ) -> Result<Option<Record>, AdapterError> {
        let rows = self.written(table, sql, what).await?;
        rows.first().map(|row| decode(table, row, 0)).transpose()
    }
}

/// Makes every field null that was not given, unless the database fills it. Tells whether the row has to be read
/// back.
pub(super) fn complete(table: &Table, record: &mut Record) -> Result<bool, AdapterError> {
    let mut back = record.get(FieldId::ID).is_none();
    for (position, column) in table.columns.iter().enumerate().skip(1) {
        let field = FieldId::new(position);
        match record.get(field) {
            Some(_) => {}
            None if column.has_default => back = true,
            None if column.nullable => record.set(field, Value::Null),
            None => return Err(table.invalid(column, "nothing", REQUIRED)),
        }
    }
    Ok(back)
}
