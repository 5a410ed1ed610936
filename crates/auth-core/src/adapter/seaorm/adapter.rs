//! The ten operations on SQL.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use auth_schema::{FieldId, ModelId, Schema, SchemaError};
use sea_orm::{DatabaseConnection, DatabaseExecutor, DatabaseTransaction};

use super::admit::admit;
use super::coalesce::{Coalescing, Prepared};
use super::decode::decode;
use super::engine::Engine;
use super::error::{classify, classify_commit};
use super::executor::Executor;
use super::guard::Guarded;
use super::joined::Joined;
use super::pool::Pool;
use super::registered::Registered;
use super::replica::is_out_of_reach;
use super::shape::{Rendered, Shape, Statements, increment_shape};
use super::sql::Sql;
use super::table::Table;
use super::whole::Whole;
use super::{catalogue, statement};
use crate::adapter::emulation::{Emulated, delete_first};
use crate::adapter::{
    Adapter, AdapterError, Batch, Capabilities, Consume, Counted, Deleted, Direction, Filter, Hit, Increment,
    Operator, Query, Record, Row, Search, Sort, Transaction, Value,
};
use crate::config::{CoalescingConfig, TransactionConfig};

/// The adapter for SQLite, PostgreSQL, MySQL and MariaDB, on a pool.
pub type SeaOrmAdapter = SqlAdapter<'static>;

/// The adapter for SQLite, PostgreSQL, MySQL and MariaDB: on a pool ([`SeaOrmAdapter`]), or inside a transaction
/// that the application has open and that outlives it.
#[derive(Debug)]
pub struct SqlAdapter<'t> {
    pub(super) shared: Arc<Shared>,
    pub(super) executor: Executor<'t>,
}

/// What an adapter and its transactions have in common.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) engine: Engine,
    pub(super) schema: Schema,
    tables: Vec<Option<Table>>,
    statements: Statements,
    pub(super) retry: TransactionConfig,
    pub(super) pool: Pool,
    /// What lists and searches are asked on.
    pub(super) replica: Option<Pool>,
    /// `None`: every question is a statement of its own.
    pub(super) coalescing: Option<Coalescing>,
    pub(super) session_by_token: OnceLock<Prepared>,
}

#[derive(Debug)]
pub(super) struct SqlTransaction(pub(super) SqlAdapter<'static>);

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
        let (retry, coalescing) = (TransactionConfig::default(), CoalescingConfig::default());
        Self::connect((Pool::plain(connection), None), schema, Vec::new(), retry, coalescing).await
    }

    pub(super) async fn connect(
        (pool, replica): (Pool, Option<Pool>),
        schema: Schema,
        entities: Vec<(ModelId, Registered)>,
        retry: TransactionConfig,
        coalescing: CoalescingConfig,
    ) -> Result<Self, AdapterError> {
        let engine = Engine::detect(&pool).await?;
        let mut tables = catalogue::tables(&pool, engine, &schema).await?;
        for (model, entity) in entities {
            if let Some(Some(table)) = tables.get_mut(model.position()) {
                table.entity = Some(Arc::new(entity));
            }
        }
        let coalescing = coalescing.enabled.then(|| Coalescing::new(coalescing, pool.clone()));
        let statements = Statements::default();
        let shared = Shared {
            engine,
            schema,
            tables,
            statements,
            retry,
            pool: pool.clone(),
            replica,
            coalescing,
            session_by_token: OnceLock::new(),
        };
        Ok(Self { shared: Arc::new(shared), executor: Executor::Pool(pool) })
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
            pool: self.shared.pool.clone(),
            replica: self.shared.replica.clone(),
            coalescing: None,
            session_by_token: OnceLock::new(),
        };
        Self { shared: Arc::new(shared), executor: self.executor }
    }
}

impl SqlAdapter<'_> {
    /// The same adapter inside a transaction that the application has open. It is neither committed nor rolled
    /// back here.
    pub(super) fn joined<'t>(&self, transaction: &'t DatabaseTransaction) -> SqlAdapter<'t> {
        let executor = Executor::Joined(Joined::new(transaction, self.shared.pool.opening.as_ref()));
        SqlAdapter { shared: Arc::clone(&self.shared), executor }
    }

    /// The connection or transaction that the statements go to, for statements of the application's own: inside
    /// a hook that runs in a transaction, they belong to it. A failure there is passed on as an [`AdapterError`]. On
    /// PostgreSQL, a transaction whose connection was given away is asked before its commit whether it still stands: one
    /// statement more. Behind a pooler, statements outside a transaction are the application's own risk: see `docs/poolers.md`.
    pub fn connection(&self) -> DatabaseExecutor<'_> {
        self.executor.lend()
    }

    pub(super) fn table(&self, model: ModelId) -> Result<&Table, AdapterError> {
        let description = self.shared.schema.model(model)?;
        self.shared.tables.get(model.position()).and_then(Option::as_ref).ok_or_else(|| {
            SchemaError::UnknownModel { name: format!("{} (no table)", description.name()) }.into()
        })
    }

    /// Whether a model has a table that can be used. Only that of counters may be missing.
    pub fn has_table(&self, model: ModelId) -> bool {
        self.table(model).is_ok()
    }

    /// Whether a change that gives the row back takes several statements: the engine cannot return it, or does not keep
    /// what the change touches.
    pub(super) fn is_emulated(&self, table: &Table, change: &Record) -> bool {
        !self.shared.engine.capabilities.update_returning || table.may_guard(change)
    }

    pub(super) fn render(
        &self,
        shape: Shape,
        walk: impl FnOnce(&mut Sql) -> Result<(), AdapterError>,
    ) -> Result<Rendered, AdapterError> {
        self.shared.statements.render(self.shared.engine, shape, walk)
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
        if self.parts_behaviour(table) {
            return Ok(self.whole(Whole::Create { model, record: record.clone() }).await?.unwrap_or(record));
        }
        if table.guards_new_rows() && !self.executor.is_transaction() {
            return self.create_guarded(model, record).await;
        }
        if let Some(entity) = &table.entity {
            record = entity.before_insert(&self.executor, table, record).await?;
        }
        self.guard_new(table, &record).await?;
        let record = self.insert(table, record).await?;
        if let Some(entity) = &table.entity {
            entity.after_save(&self.executor, table, &record, true).await?;
        }
        Ok(record)
    }

    async fn find_one(&self, query: Query) -> Result<Option<Row>, AdapterError> {
        self.first_or_shared(query).await
    }

    async fn find_many(&self, query: Query) -> Result<Vec<Row>, AdapterError> {
        match self.replica() {
            Some(replica) if query.replica => match replica.find(query.clone()).await {
                Err(error) if is_out_of_reach(&error) => self.find(query).await,
                outcome => outcome,
            },
            _ => self.find(query).await,
        }
    }

    async fn search(&self, search: Search) -> Result<Vec<Record>, AdapterError> {
        let Some(replica) = self.replica() else {
            return self.search_rows(search).await;
        };
        match replica.search_rows(search.clone()).await {
            Err(error) if is_out_of_reach(&error) => self.search_rows(search).await,
            outcome => outcome,
        }
    }

    async fn count(&self, model: ModelId, mut filter: Filter) -> Result<u64, AdapterError> {
        let table = self.table(model)?;
        admit(table, &mut filter)?;
        let shape = Shape::new(b'C', model).filter(&filter);
        let sql = self.render(shape, |sql| statement::count(sql, table, filter))?;
        let row = self.executor.one(&sql.text, sql.values, self.about(table)).await;
        let row = row.map_err(|error| classify(error, "count", Some(table)))?;
        let count: Result<i64, _> = row.map_or(Ok(0), |row| row.try_get_by_index(0));
        let count = count.map_err(|error| classify(error, "count", Some(table)))?;
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
        if self.parts_behaviour(table) {
            return self.whole(Whole::Update { model, filter, change }).await;
        }
        let Some(entity) = &table.entity else {
            return self.change(table, filter, change).await;
        };
        if !self.is_emulated(table, &change) {
            change = entity.before_update(&self.executor, table, &filter, change).await?;
            if change.is_empty() {
                return Ok(self.find_one(Query::new(model).filter(filter)).await?.map(|row| row.record));
            }
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
        let parts = self.parts_behaviour(table);
        if (parts || table.may_guard(&change)) && !self.executor.is_transaction() {
            return self.in_transaction(Guarded::Update { model, filter, change }).await;
        }
        if let Some(entity) = &table.entity {
            change = entity.before_update(&self.executor, table, &filter, change).await?;
            if change.is_empty() {
                return self.count(model, filter).await;
            }
        }
        if table.guards(&change) {
            // What begins to match from here on was not looked at.
            let ids = self.guard_change(table, &filter, &change).await?;
            filter = filter.and(FieldId::ID, Operator::In, Value::List(ids));
        }
        let shape = Shape::new(b'V', model).record(&change).filter(&filter);
        let sql = self.render(shape, |sql| statement::update(sql, table, filter, change, false))?;
        Ok(self.execute(table, sql, "update").await?.rows_affected())
    }

    async fn delete_many(&self, model: ModelId, mut filter: Filter) -> Result<u64, AdapterError> {
        let table = self.table(model)?;
        admit(table, &mut filter)?;
        if !table.dependants.is_empty() {
            if !self.executor.is_transaction() {
                return self.in_transaction(Guarded::Delete { model, filter }).await;
            }
            return self.delete_with_dependants(table, filter).await;
        }
        self.delete_rows(table, filter).await
    }

    async fn delete_batch(&self, mut batch: Batch) -> Result<Deleted, AdapterError> {
        let table = self.table(batch.model)?;
        if batch.limit == 0 {
            return Ok(Deleted::default());
        }
        if table.dependants.is_empty() {
            admit(table, &mut batch.filter)?;
            return self.delete_first_rows(table, batch).await;
        }
        let count = if self.executor.is_transaction() {
            delete_first(self, &batch).await?
        } else {
            self.in_transaction(Guarded::DeleteBatch(batch)).await?
        };
        Ok(Deleted { count, last: None })
    }

    async fn consume_one(&self, mut consume: Consume) -> Result<Option<Record>, AdapterError> {
        let table = self.table(consume.model)?;
        admit(table, &mut consume.filter)?;
        if !self.shared.engine.capabilities.delete_returning || !table.dependants.is_empty() {
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
        if self.parts_behaviour(table) {
            return self.whole(Whole::Increment(increment)).await;
        }
        let adds = increment.add.iter().any(|(field, _)| table.guards_field(*field));
        if adds || self.is_emulated(table, &increment.set) {
            return self.emulate(Emulated::Increment(increment)).await;
        }
        if let Some(entity) = &table.entity {
            increment.set =
                entity.before_update(&self.executor, table, &increment.filter, increment.set).await?;
        }
        let shape = increment_shape(b'J', &increment);
        let sql = self.render(shape, |sql| statement::increment(sql, table, increment))?;
        let record = self.row(table, sql, "increment").await?;
        if let (Some(entity), Some(record)) = (&table.entity, &record) {
            entity.after_save(&self.executor, table, record, false).await?;
        }
        Ok(record)
    }

    async fn hit(&self, hit: Hit) -> Result<Counted, AdapterError> {
        self.count_hit(hit).await
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>, AdapterError> {
        let executor = self
            .executor
            .begin(self.about_transaction())
            .await
            .map_err(|error| classify(error, "begin", None))?;
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
        let SqlAdapter { shared, executor } = self.0;
        executor.commit(shared.about_transaction()).await.map_err(classify_commit)
    }

    async fn rollback(self: Box<Self>) -> Result<(), AdapterError> {
        let SqlAdapter { shared, executor } = self.0;
        executor.rollback(shared.about_transaction()).await.map_err(|error| classify(error, "rollback", None))
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
