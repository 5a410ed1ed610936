//! The ten operations on SQL.

use std::sync::Arc;

use async_trait::async_trait;
use auth_schema::{FieldId, ModelId, Schema, SchemaError};
use sea_orm::{DatabaseConnection, DatabaseExecutor, DatabaseTransaction, ExecResult, QueryResult};

use super::admit::admit;
use super::decode::{decode, decode_row};
use super::engine::Engine;
use super::error::{classify, classify_commit};
use super::executor::Executor;
use super::registered::Registered;
use super::shape::{Rendered, Shape, Statements, increment_shape};
use super::sql::Sql;
use super::statement::REQUIRED;
use super::table::Table;
use super::{catalogue, join, statement};
use crate::adapter::emulation::Emulated;
use crate::adapter::{
    Adapter, AdapterError, Attempts, Capabilities, Consume, Direction, Filter, Increment, Join, JoinKind,
    Query, Record, Row, Sort, Transaction, Value,
};
use crate::config::TransactionConfig;
use crate::domain::SystemRandom;

/// The adapter for SQLite, PostgreSQL, MySQL and MariaDB, on a pool.
pub type SeaOrmAdapter = SqlAdapter<'static>;

/// The adapter for SQLite, PostgreSQL, MySQL and MariaDB: on a pool ([`SeaOrmAdapter`]), or inside a transaction
/// that the application has open and that outlives it.
#[derive(Debug)]
pub struct SqlAdapter<'t> {
    shared: Arc<Shared>,
    executor: Executor<'t>,
}

#[derive(Debug)]
struct Shared {
    engine: Engine,
    schema: Schema,
    tables: Vec<Option<Table>>,
    statements: Statements,
    retry: TransactionConfig,
}

#[derive(Debug)]
struct SqlTransaction(SqlAdapter<'static>);

impl SqlAdapter<'static> {
    /// Serves the core models from an application's connection. Reads the live catalogue once.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Catalogue`] lists every missing table and column and says what to run;
    /// [`AdapterError::Unavailable`] when the database does not answer.
    pub async fn new(connection: DatabaseConnection) -> Result<Self, AdapterError> {
        Self::with_schema(connection, Schema::core()).await
    }

    /// Serves a schema of the application's own, from the dictionary alone.
    ///
    /// # Errors
    ///
    /// As [`SeaOrmAdapter::new`].
    pub async fn with_schema(connection: DatabaseConnection, schema: Schema) -> Result<Self, AdapterError> {
        Self::connect(connection, schema, Vec::new()).await
    }

    pub(super) async fn connect(
        connection: DatabaseConnection,
        schema: Schema,
        entities: Vec<(ModelId, Registered)>,
    ) -> Result<Self, AdapterError> {
        let engine = Engine::detect(&connection).await?;
        let mut tables = catalogue::tables(&connection, engine, &schema).await?;
        for (model, entity) in entities {
            if let Some(Some(table)) = tables.get_mut(model.position()) {
                table.entity = Some(Arc::new(entity));
            }
        }
        let (statements, retry) = (Statements::default(), TransactionConfig::default());
        let shared = Shared { engine, schema, tables, statements, retry };
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
            retry: self.shared.retry.clone(),
        };
        Self { shared: Arc::new(shared), executor: self.executor }
    }
}

impl SqlAdapter<'_> {
    /// The same adapter inside a transaction that the application has open. It is neither committed nor rolled
    /// back here.
    pub(super) fn joined<'t>(&self, transaction: &'t DatabaseTransaction) -> SqlAdapter<'t> {
        SqlAdapter { shared: Arc::clone(&self.shared), executor: Executor::Joined(transaction) }
    }

    /// The connection or transaction that the statements go to, for statements of the application's own: inside
    /// a hook that runs in a transaction, they belong to it.
    pub fn connection(&self) -> DatabaseExecutor<'_> {
        self.executor.connection()
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

    /// Runs a writing statement. One that gave way to a concurrent one is tried again: outside a transaction it was
    /// undone whole.
    async fn execute(
        &self,
        table: &Table,
        sql: Rendered,
        what: &'static str,
    ) -> Result<ExecResult, AdapterError> {
        let mut attempts = self.attempts();
        loop {
            let outcome = self.executor.execute(&sql.text, sql.values.clone()).await;
            match outcome.map_err(|error| classify(error, what, Some(table))) {
                Err(error) if attempts.again(Some(&error)).await => {}
                outcome => return outcome,
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
        let mut attempts = self.attempts();
        loop {
            let outcome = self.executor.all(&sql.text, sql.values.clone()).await;
            match outcome.map_err(|error| classify(error, what, Some(table))) {
                Err(error) if attempts.again(Some(&error)).await => {}
                outcome => return outcome,
            }
        }
    }

    fn attempts(&self) -> Attempts<'static> {
        if self.executor.is_transaction() {
            Attempts::once(&SystemRandom)
        } else {
            Attempts::new(&self.shared.retry, &SystemRandom)
        }
    }

    async fn emulate(&self, operation: Emulated) -> Result<Option<Record>, AdapterError> {
        operation.run(self, self.attempts()).await
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
        admit(base, &mut query.filter)?;
        for join in &mut query.joins {
            admit(self.table(join.model)?, &mut join.filter)?;
        }
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

    async fn many(&self, rows: &mut [Row], mut join: Join) -> Result<(), AdapterError> {
        let table = self.table(join.model)?;
        admit(table, &mut join.filter)?;
        let (from, to) = (join.from, join.to);
        let limit = match join.kind {
            JoinKind::One => Some(1),
            JoinKind::Many { limit } => limit,
        };
        let keys = join::keys(rows, from);
        let mut found = Vec::new();
        if !keys.is_empty() {
            let mut filter = join.filter.clone().and(to, crate::adapter::Operator::In, Value::List(keys));
            admit(table, &mut filter)?;
            let shape = Shape::new(if limit.is_some() { b'L' } else { b'M' }, join.model)
                .written([from, to].into_iter())
                .filter(&filter);
            let sql = self.render(shape, |sql| join::select_many(sql, table, (to, filter), limit))?;
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

    /// Inserts without the entity's behaviour, and reads back what the database alone knows.
    async fn insert(&self, table: &Table, mut record: Record) -> Result<Record, AdapterError> {
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
    async fn change(
        &self,
        table: &Table,
        filter: Filter,
        change: Record,
    ) -> Result<Option<Record>, AdapterError> {
        let model = table.model;
        if !self.shared.engine.capabilities.update_returning {
            table.check(&change)?;
            return self.emulate(Emulated::Update { model, filter, change }).await;
        }
        let shape = Shape::new(b'U', model).record(&change).filter(&filter);
        let sql = self.render(shape, |sql| statement::update(sql, table, filter, change, true))?;
        let rows = self.written(table, sql, "update").await?;
        rows.first().map(|row| decode(table, row, 0)).transpose()
    }
}

#[async_trait]
impl Adapter for SqlAdapter<'_> {
    fn schema(&self) -> &Schema {
        &self.shared.schema
    }

    fn capabilities(&self) -> Capabilities {
        self.shared.engine.capabilities
    }

    async fn create(&self, model: ModelId, mut record: Record) -> Result<Record, AdapterError> {
        let table = self.table(model)?;
        record.normalise_instants();
        let Some(entity) = &table.entity else {
            return self.insert(table, record).await;
        };
        let record = entity.before_insert(&self.executor, table, record).await?;
        let record = self.insert(table, record).await?;
        entity.after_save(&self.executor, table, &record, true).await?;
        Ok(record)
    }

    async fn find_one(&self, query: Query) -> Result<Option<Row>, AdapterError> {
        Ok(self.find(query.limit(1)).await?.pop())
    }

    async fn find_many(&self, query: Query) -> Result<Vec<Row>, AdapterError> {
        self.find(query).await
    }

    async fn count(&self, model: ModelId, mut filter: Filter) -> Result<u64, AdapterError> {
        let table = self.table(model)?;
        admit(table, &mut filter)?;
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
        mut filter: Filter,
        mut change: Record,
    ) -> Result<Option<Record>, AdapterError> {
        let table = self.table(model)?;
        if filter.is_empty() {
            return Ok(None);
        }
        admit(table, &mut filter)?;
        if change.is_empty() {
            return Ok(self.find_one(Query::new(model).filter(filter)).await?.map(|row| row.record));
        }
        change.normalise_instants();
        let Some(entity) = &table.entity else {
            return self.change(table, filter, change).await;
        };
        if self.shared.engine.capabilities.update_returning {
            change = entity.before_update(&self.executor, table, &filter, change).await?;
        }
        let record = self.change(table, filter, change).await?;
        if let Some(record) = &record {
            entity.after_save(&self.executor, table, record, false).await?;
        }
        Ok(record)
    }

    async fn update_many(
        &self,
        model: ModelId,
        mut filter: Filter,
        mut change: Record,
    ) -> Result<u64, AdapterError> {
        let table = self.table(model)?;
        if change.is_empty() {
            return self.count(model, filter).await;
        }
        admit(table, &mut filter)?;
        change.normalise_instants();
        if let Some(entity) = &table.entity {
            change = entity.before_update(&self.executor, table, &filter, change).await?;
        }
        let shape = Shape::new(b'V', model).record(&change).filter(&filter);
        let sql = self.render(shape, |sql| statement::update(sql, table, filter, change, false))?;
        Ok(self.execute(table, sql, "update").await?.rows_affected())
    }

    async fn delete_many(&self, model: ModelId, mut filter: Filter) -> Result<u64, AdapterError> {
        let table = self.table(model)?;
        admit(table, &mut filter)?;
        let shape = Shape::new(b'D', model).filter(&filter);
        let sql = self.render(shape, |sql| statement::delete(sql, table, filter, false))?;
        Ok(self.execute(table, sql, "delete").await?.rows_affected())
    }

    async fn consume_one(&self, mut consume: Consume) -> Result<Option<Record>, AdapterError> {
        let table = self.table(consume.model)?;
        admit(table, &mut consume.filter)?;
        if !self.shared.engine.capabilities.delete_returning {
            return self.emulate(Emulated::Consume(consume)).await;
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
        increment.check(&self.shared.schema)?;
        admit(table, &mut increment.filter)?;
        increment.set.normalise_instants();
        if !self.shared.engine.capabilities.update_returning {
            return self.emulate(Emulated::Increment(increment)).await;
        }
        let shape = increment_shape(b'J', &increment);
        let sql = self.render(shape, |sql| statement::increment(sql, table, increment))?;
        self.row(table, sql, "increment").await
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>, AdapterError> {
        let executor = self.executor.begin().await.map_err(|error| classify(error, "begin", None))?;
        Ok(Box::new(SqlTransaction(SqlAdapter { shared: Arc::clone(&self.shared), executor })))
    }

    fn seaorm(&self) -> Option<&SqlAdapter<'_>> {
        Some(self)
    }
}

#[async_trait]
impl Transaction for SqlTransaction {
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

/// Makes every field null that was not given, unless the database fills it. Tells whether the row has to be read
/// back.
fn complete(table: &Table, record: &mut Record) -> Result<bool, AdapterError> {
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

fn first_in_order(mut records: Vec<Record>, sort: Option<Sort>) -> Option<Record> {
    if let Some(Sort { field, direction }) = sort {
        records.sort_by(|left, right| {
            let order = crate::adapter::order::compare_optional(left.get(field), right.get(field));
            if direction == Direction::Descending { order.reverse() } else { order }
        });
    }
    records.into_iter().next()
}
