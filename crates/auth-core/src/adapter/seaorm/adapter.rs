//! The ten operations on SQL.

use std::sync::Arc;

use async_trait::async_trait;
use auth_schema::{FieldId, ModelId, Schema, SchemaError};
use sea_orm::{DatabaseConnection, QueryResult};

use super::decode::{decode, decode_row};
use super::engine::Engine;
use super::error::{classify, classify_commit};
use super::executor::Executor;
use super::shape::{Rendered, Shape, Statements, increment_shape};
use super::sql::Sql;
use super::table::Table;
use super::{catalogue, join, statement};
use crate::adapter::transaction::{TRIES, pause};
use crate::adapter::{
    Adapter, AdapterError, Capabilities, Consume, Direction, Filter, Increment, Join, JoinKind, Query,
    Record, Row, Sort, Transaction, Value,
};
use crate::domain::SystemRandom;

/// The adapter for SQLite, PostgreSQL, MySQL and MariaDB.
#[derive(Debug)]
pub struct SeaOrmAdapter {
    shared: Arc<Shared>,
    executor: Executor,
}

#[derive(Debug)]
struct Shared {
    engine: Engine,
    schema: Schema,
    tables: Vec<Option<Table>>,
    statements: Statements,
}

#[derive(Debug)]
struct SeaOrmTransaction(SeaOrmAdapter);

impl SeaOrmAdapter {
    /// Serves the core models from an application's connection. Reads the live catalogue once.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Catalogue`] lists every missing table and column and says what to run;
    /// [`AdapterError::Unavailable`] when the database does not answer.
    pub async fn new(connection: DatabaseConnection) -> Result<Self, AdapterError> {
        Self::with_schema(connection, Schema::core()).await
    }

    /// Serves a schema of the application's own.
    ///
    /// # Errors
    ///
    /// As [`SeaOrmAdapter::new`].
    pub async fn with_schema(connection: DatabaseConnection, schema: Schema) -> Result<Self, AdapterError> {
        let engine = Engine::detect(&connection).await?;
        let tables = catalogue::tables(&connection, engine, &schema).await?;
        let shared = Shared { engine, schema, tables, statements: Statements::default() };
        Ok(Self { shared: Arc::new(shared), executor: Executor::Pool(connection) })
    }

    /// Forgets that the engine can return written rows, so that the forms for an engine without `RETURNING`
    /// (MySQL) are used on any engine.
    #[cfg(feature = "testing")]
    #[must_use]
    pub fn without_returning(self) -> Self {
        let mut engine = self.shared.engine;
        engine.capabilities.insert_returning = false;
        engine.capabilities.delete_returning = false;
        engine.capabilities.update_returning = false;
        let shared = Shared {
            engine,
            schema: self.shared.schema.clone(),
            tables: self.shared.tables.clone(),
            statements: Statements::default(),
        };
        Self { shared: Arc::new(shared), executor: self.executor }
    }

    pub(super) fn table(&self, model: ModelId) -> Result<&Table, AdapterError> {
        let description = self.shared.schema.model(model)?;
        self.shared.tables.get(model.position()).and_then(Option::as_ref).ok_or_else(|| {
            SchemaError::UnknownModel { name: format!("{} (no table)", description.name()) }.into()
        })
    }

    pub(super) fn render(
        &self,
        shape: Shape,
        walk: impl FnOnce(&mut Sql) -> Result<(), AdapterError>,
    ) -> Result<Rendered, AdapterError> {
        self.shared.statements.render(self.shared.engine, shape, walk)
    }

    pub(super) async fn affected(
        &self,
        table: &Table,
        sql: Rendered,
        what: &'static str,
    ) -> Result<u64, AdapterError> {
        let mut tries = 1;
        loop {
            let outcome = self.executor.execute(&sql.text, sql.values.clone()).await;
            match outcome.map_err(|error| classify(error, what, Some(table))) {
                Ok(result) => return Ok(result.rows_affected()),
                Err(error) if self.gives_way(&error, tries) => tries = self.pause(tries).await,
                Err(error) => return Err(error),
            }
        }
    }

    /// The rows that a writing statement returns; all of them are read, because an engine has written a row for
    /// certain only when it has said that the statement is done.
    async fn written(
        &self,
        table: &Table,
        sql: Rendered,
        what: &'static str,
    ) -> Result<Vec<QueryResult>, AdapterError> {
        let mut tries = 1;
        loop {
            let outcome = self.executor.all(&sql.text, sql.values.clone()).await;
            match outcome.map_err(|error| classify(error, what, Some(table))) {
                Err(error) if self.gives_way(&error, tries) => tries = self.pause(tries).await,
                outcome => return outcome,
            }
        }
    }

    /// Whether a statement that gave way to a concurrent one is tried again: outside a transaction it was undone
    /// whole. Inside one, the transaction's owner decides.
    fn gives_way(&self, error: &AdapterError, tries: u32) -> bool {
        error.is_retryable() && tries < TRIES && matches!(self.executor, Executor::Pool(_))
    }

    async fn pause(&self, tries: u32) -> u32 {
        tokio::time::sleep(pause(tries, &SystemRandom)).await;
        tries + 1
    }

    pub(super) async fn rows(
        &self,
        table: &Table,
        sql: Rendered,
        what: &'static str,
    ) -> Result<Vec<QueryResult>, AdapterError> {
        self.executor.all(&sql.text, sql.values).await.map_err(|error| classify(error, what, Some(table)))
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

    /// The base rows with their one-to-one joins from one statement.
    async fn select(&self, mut query: Query) -> Result<Vec<Row>, AdapterError> {
        let base = self.table(query.model)?;
        let joined = query.joins.iter().map(|join| self.table(join.model)).collect::<Result<Vec<_>, _>>()?;
        let selection = query.select.clone();
        if !joined.is_empty() {
            query.select = None;
        }
        let one = query.limit == Some(1);
        let shape = Shape::new(b'S', query.model).query(&query);
        let sql = self.render(shape, |sql| statement::select(sql, base, &joined, query))?;
        let found = if one {
            let row = self.executor.one(&sql.text, sql.values).await;
            row.map_err(|error| classify(error, "find", Some(base)))?.into_iter().collect()
        } else {
            self.rows(base, sql, "find").await?
        };
        found.iter().map(|row| decode_row(base, &joined, selection.as_deref(), row)).collect()
    }

    async fn many(&self, rows: &mut [Row], join: Join) -> Result<(), AdapterError> {
        let table = self.table(join.model)?;
        let (from, to) = (join.from, join.to);
        let limit = match join.kind {
            JoinKind::One => Some(1),
            JoinKind::Many { limit } => limit,
        };
        let keys = join::keys(rows, from);
        let mut found = Vec::new();
        if !keys.is_empty() {
            let filter = join.filter.clone().and(to, crate::adapter::Operator::In, Value::List(keys.clone()));
            let shape = Shape::new(if limit.is_some() { b'L' } else { b'M' }, join.model)
                .written([from, to].into_iter())
                .filter(&filter);
            let sql = self.render(shape, |sql| join::select_many(sql, table, join.clone(), keys, limit))?;
            for row in self.rows(table, sql, "join").await? {
                found.push(decode(table, &row, 0)?);
            }
        }
        join::distribute(rows, from, to, found, join.kind == JoinKind::One);
        Ok(())
    }

    async fn find(&self, mut query: Query) -> Result<Vec<Row>, AdapterError> {
        let mut inline = Vec::new();
        let mut separate = Vec::new();
        for join in std::mem::take(&mut query.joins) {
            let one = join.kind == JoinKind::One
                && inline.len() < join::ALIASES.len()
                && (query.limit == Some(1) || self.table(join.model)?.column(join.to)?.unique);
            separate.push((!one).then(|| join.clone()));
            if one {
                inline.push(join);
            }
        }
        query.joins = inline;
        let only_inline = separate.iter().all(Option::is_none);
        let selection = if only_inline { None } else { query.select.take() };
        let mut rows = self.select(query).await?;
        if only_inline {
            return Ok(rows);
        }
        let mut inline: Vec<_> =
            rows.iter_mut().map(|row| std::mem::take(&mut row.joined).into_iter()).collect();
        for join in separate {
            match join {
                Some(join) => self.many(&mut rows, join).await?,
                None => {
                    for (row, inline) in rows.iter_mut().zip(&mut inline) {
                        row.joined.extend(inline.next());
                    }
                }
            }
        }
        if let Some(fields) = selection {
            for row in &mut rows {
                row.record = std::mem::take(&mut row.record).project(&fields);
            }
        }
        Ok(rows)
    }

    /// A transaction of its own for statements that belong together, or a savepoint.
    async fn open(&self) -> Result<Self, AdapterError> {
        let executor = self.executor.begin().await.map_err(|error| classify(error, "begin", None))?;
        Ok(Self { shared: Arc::clone(&self.shared), executor })
    }

    /// Ends [`Self::open`]: commits what went well, undoes what did not.
    async fn close<T>(self, outcome: Result<T, AdapterError>) -> Result<T, AdapterError> {
        match outcome {
            Ok(value) => {
                self.executor.commit().await.map_err(classify_commit)?;
                Ok(value)
            }
            Err(error) => {
                // When even the rollback fails, the connection is closed, which undoes as well.
                let _ = self.executor.rollback().await;
                Err(error)
            }
        }
    }
}

#[async_trait]
impl Adapter for SeaOrmAdapter {
    fn schema(&self) -> &Schema {
        &self.shared.schema
    }

    fn capabilities(&self) -> Capabilities {
        self.shared.engine.capabilities
    }

    async fn create(&self, model: ModelId, mut record: Record) -> Result<Record, AdapterError> {
        let table = self.table(model)?;
        record.normalise_instants();
        record.fill_with_null(table.columns.len());
        let back = record.get(FieldId::ID).is_none();
        if back && !self.shared.engine.capabilities.insert_returning {
            return Err(AdapterError::InvalidValue {
                table: table.name.clone(),
                column: table.id()?.name.clone(),
                found: "nothing",
                problem: "this engine does not return the ids that it makes: give one",
            });
        }
        let shape = Shape::new(if back { b'R' } else { b'I' }, model).record(&record);
        let sql = self.render(shape, |sql| statement::insert(sql, table, record.clone(), back))?;
        if back {
            return Ok(self.row(table, sql, "create").await?.unwrap_or(record));
        }
        self.affected(table, sql, "create").await?;
        Ok(record)
    }

    async fn find_one(&self, query: Query) -> Result<Option<Row>, AdapterError> {
        Ok(self.find(query.limit(1)).await?.pop())
    }

    async fn find_many(&self, query: Query) -> Result<Vec<Row>, AdapterError> {
        self.find(query).await
    }

    async fn count(&self, model: ModelId, filter: Filter) -> Result<u64, AdapterError> {
        let table = self.table(model)?;
        let shape = Shape::new(b'C', model).filter(&filter);
        let sql = self.render(shape, |sql| statement::count(sql, table, filter))?;
        let failed = |error| classify(error, "count", Some(table));
        let row = self.executor.one(&sql.text, sql.values).await.map_err(failed)?;
        let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0)).map_err(failed)?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    async fn update(
        &self,
        model: ModelId,
        filter: Filter,
        mut change: Record,
    ) -> Result<Option<Record>, AdapterError> {
        let table = self.table(model)?;
        if filter.is_empty() {
            return Ok(None);
        }
        if change.is_empty() {
            return Ok(self.find_one(Query::new(model).filter(filter)).await?.map(|row| row.record));
        }
        change.normalise_instants();
        if !self.shared.engine.capabilities.update_returning {
            let mut tries = 1;
            loop {
                let transaction = self.open().await?;
                let outcome = transaction.update_locked(model, filter.clone(), change.clone()).await;
                match transaction.close(outcome).await {
                    Err(error) if self.gives_way(&error, tries) => tries = self.pause(tries).await,
                    outcome => return outcome,
                }
            }
        }
        let shape = Shape::new(b'U', model).record(&change).filter(&filter);
        let sql = self.render(shape, |sql| statement::update(sql, table, filter, change, true))?;
        let rows = self.written(table, sql, "update").await?;
        rows.first().map(|row| decode(table, row, 0)).transpose()
    }

    async fn update_many(
        &self,
        model: ModelId,
        filter: Filter,
        mut change: Record,
    ) -> Result<u64, AdapterError> {
        let table = self.table(model)?;
        if change.is_empty() {
            return self.count(model, filter).await;
        }
        change.normalise_instants();
        let shape = Shape::new(b'V', model).record(&change).filter(&filter);
        let sql = self.render(shape, |sql| statement::update(sql, table, filter, change, false))?;
        self.affected(table, sql, "update").await
    }

    async fn delete_many(&self, model: ModelId, filter: Filter) -> Result<u64, AdapterError> {
        let table = self.table(model)?;
        let shape = Shape::new(b'D', model).filter(&filter);
        let sql = self.render(shape, |sql| statement::delete(sql, table, filter, false))?;
        self.affected(table, sql, "delete").await
    }

    async fn consume_one(&self, consume: Consume) -> Result<Option<Record>, AdapterError> {
        let table = self.table(consume.model)?;
        if !self.shared.engine.capabilities.delete_returning {
            let mut tries = 1;
            loop {
                let transaction = self.open().await?;
                let outcome = transaction.consume_locked(consume.clone()).await;
                match transaction.close(outcome).await {
                    Err(error) if self.gives_way(&error, tries) => tries = self.pause(tries).await,
                    outcome => return outcome,
                }
            }
        }
        let Consume { model, filter, sort, with_all_matches } = consume;
        if !with_all_matches {
            let shape = Shape::new(b'T', model).filter(&filter).sort(sort);
            let sql = self.render(shape, |sql| statement::take(sql, table, filter, sort))?;
            return self.row(table, sql, "consume").await;
        }
        let shape = Shape::new(b'A', model).filter(&filter);
        let sql = self.render(shape, |sql| statement::delete(sql, table, filter, true))?;
        let rows = self.written(table, sql, "consume").await?;
        let records = rows.iter().map(|row| decode(table, row, 0)).collect::<Result<Vec<_>, _>>()?;
        Ok(first_in_order(records, sort))
    }

    async fn increment_one(&self, mut increment: Increment) -> Result<Option<Record>, AdapterError> {
        let table = self.table(increment.model)?;
        if increment.add.is_empty() && increment.set.is_empty() {
            return Err(AdapterError::InvalidValue {
                table: table.name.clone(),
                column: String::new(),
                found: "nothing",
                problem: "an increment adds to or sets at least one field",
            });
        }
        increment.set.normalise_instants();
        if !self.shared.engine.capabilities.update_returning {
            let mut tries = 1;
            loop {
                let transaction = self.open().await?;
                let outcome = transaction.increment_locked(increment.clone()).await;
                match transaction.close(outcome).await {
                    Err(error) if self.gives_way(&error, tries) => tries = self.pause(tries).await,
                    outcome => return outcome,
                }
            }
        }
        let shape = increment_shape(b'J', &increment);
        let sql = self.render(shape, |sql| statement::increment(sql, table, increment))?;
        self.row(table, sql, "increment").await
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>, AdapterError> {
        Ok(Box::new(SeaOrmTransaction(self.open().await?)))
    }
}

#[async_trait]
impl Transaction for SeaOrmTransaction {
    fn adapter(&self) -> &dyn Adapter {
        &self.0
    }

    async fn commit(self: Box<Self>) -> Result<(), AdapterError> {
        self.0.executor.commit().await.map_err(classify_commit)
    }

    async fn rollback(self: Box<Self>) -> Result<(), AdapterError> {
        self.0.executor.rollback().await.map_err(|error| classify(error, "rollback", None))
    }
}

fn first_in_order(mut records: Vec<Record>, sort: Option<Sort>) -> Option<Record> {
    if let Some(Sort { field, direction }) = sort {
        records.sort_by(|left, right| {
            let order = crate::adapter::order::compare_optional(left.get(field), right.get(field));
            if direction == Direction::Descending { order.reverse() } else { order }
        });
    }
    records.into_iter().next()
}
