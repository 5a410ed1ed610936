//! The adapter on SQL: what it is made of, and its transactions.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use auth_schema::{ModelId, Schema, SchemaError};
use sea_orm::{DatabaseConnection, DatabaseExecutor, DatabaseTransaction};

use super::catalogue;
use super::coalesce::{Coalescing, Prepared};
use super::engine::Engine;
use super::error::{classify, classify_commit};
use super::executor::Executor;
use super::joined::Joined;
use super::pool::Pool;
use super::registered::Registered;
use super::shape::{Rendered, Shape, Statements};
use super::sql::Sql;
use super::table::Table;
use crate::adapter::{Adapter, AdapterError, Record, Transaction};
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
