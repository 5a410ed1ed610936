//! Puts an adapter together: a schema, and the application's entities.

use std::time::Duration;

use auth_schema::{Model, Schema, SchemaBuilder};
use sea_orm::{DatabaseConnection, IdenStatic};

use super::adapter::SqlAdapter;
use super::entity::{AuthEntity, Entity, EntityTable};
use super::opening::Opening;
use super::pool::{Pool, SLOW};
use super::registered::{Registered, additional_field};
use crate::adapter::AdapterError;
use crate::config::{CoalescingConfig, PoolerConfig, TransactionConfig};

/// An adapter in the making.
#[derive(Debug)]
pub struct SeaOrmAdapterBuilder {
    connection: DatabaseConnection,
    schema: Schema,
    entities: Vec<(String, Box<dyn Entity>)>,
    columns: Vec<(String, String, String)>,
    retry: TransactionConfig,
    coalescing: CoalescingConfig,
    pooler: PoolerConfig,
    slow_acquire: Duration,
    replica: Option<DatabaseConnection>,
}

impl SeaOrmAdapterBuilder {
    pub(super) fn new(connection: DatabaseConnection) -> Self {
        Self {
            connection,
            schema: Schema::core(),
            entities: Vec::new(),
            columns: Vec::new(),
            retry: TransactionConfig::default(),
            coalescing: CoalescingConfig::default(),
            pooler: PoolerConfig::default(),
            slow_acquire: SLOW,
            replica: None,
        }
    }

    /// The models. Default: the core models.
    #[must_use]
    pub fn schema(mut self, schema: Schema) -> Self {
        self.schema = schema;
        self
    }

    /// The application's entity of users.
    #[must_use]
    pub fn user<E: AuthEntity>(self) -> Self {
        self.entity::<E>("user")
    }

    /// The application's entity of sessions.
    #[must_use]
    pub fn session<E: AuthEntity>(self) -> Self {
        self.entity::<E>("session")
    }

    /// The application's entity of accounts.
    #[must_use]
    pub fn account<E: AuthEntity>(self) -> Self {
        self.entity::<E>("account")
    }

    /// The application's entity of verifications.
    #[must_use]
    pub fn verification<E: AuthEntity>(self) -> Self {
        self.entity::<E>("verification")
    }

    /// The application's entity of any model of the schema. Its table and columns are used, its behaviour runs.
    /// A column belongs to the field whose name its column or its variant has, without regard to underscores
    /// and case. A column that no field claims becomes an additional field that clients neither set nor see; declare
    /// the field in the schema to say otherwise.
    #[must_use]
    pub fn entity<E: AuthEntity>(mut self, model: &str) -> Self {
        self.entities.push((model.to_owned(), Box::new(EntityTable::<E>::new())));
        self
    }

    /// Says which column of an entity holds a field, where the names do not meet.
    #[must_use]
    pub fn column(mut self, model: &str, field: &str, column: impl IdenStatic) -> Self {
        self.columns.push((model.to_owned(), field.to_owned(), column.as_str().to_owned()));
        self
    }

    /// How a single statement outside a transaction, and an operation that the adapter makes of several, are tried again
    /// when they give way. Units of work above have [`crate::AuthBuilder::transactions`].
    #[must_use]
    pub fn transactions(mut self, config: TransactionConfig) -> Self {
        self.retry = config;
        self
    }

    /// How validations of sessions share statements under load. Default: they do.
    #[must_use]
    pub fn coalescing(mut self, config: CoalescingConfig) -> Self {
        self.coalescing = config;
        self
    }

    /// Says that a pooler stands between, which gives each transaction another server connection. Default: none. Every statement
    /// outside a transaction then has one of its own, of four round trips. Give the [`crate::DatabaseConfig`] that the connection
    /// was made with, or, for a connection of the application's own, a [`crate::config::PoolerMode`].
    #[must_use]
    pub fn pooler(mut self, config: impl Into<PoolerConfig>) -> Self {
        self.pooler = config.into();
        self
    }

    /// A database that follows the first: [`crate::repository::Users::list`], [`crate::repository::Users::search`],
    /// [`crate::repository::Sessions::list_of_user`] and the lists of [`crate::repository::Events`] outside of transactions are asked
    /// there, and what [`crate::adapter::Query::on_replica`] says. They may miss what was written last. Nothing that decides is ever
    /// asked there: credentials, sessions, verifications, limits. One that is out of reach is replaced by the first, with a
    /// warning. Default: none.
    #[must_use]
    pub fn replica(mut self, connection: DatabaseConnection) -> Self {
        self.replica = Some(connection);
        self
    }

    /// From when on a wait for a connection is a warning, `db.pool.slow_acquire`. Default 500 ms. Too low: every burst of
    /// requests is told.
    #[must_use]
    pub fn slow_acquire(mut self, threshold: Duration) -> Self {
        self.slow_acquire = threshold;
        self
    }

    /// Reads the live catalogue and puts the adapter together.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Catalogue`] lists everything that is missing in the database;
    /// [`AdapterError::Configuration`] and [`AdapterError::Schema`] tell what in the entities does not fit.
    pub async fn build(self) -> Result<SqlAdapter<'static>, AdapterError> {
        let mut builder = self.schema.clone().into_builder();
        for (name, entity) in &self.entities {
            let model = self.schema.model(self.schema.find(name)?)?;
            builder = self.describe(builder, model, &**entity)?;
        }
        let schema = builder.build()?;
        let mut entities = Vec::with_capacity(self.entities.len());
        for (name, entity) in self.entities {
            let id = schema.find(&name)?;
            entities.push((id, Registered::new(entity, &schema, schema.model(id)?)?));
        }
        let pool = |connection| Pool::new(connection, Opening::new(&self.pooler), self.slow_acquire);
        let (pool, replica) = (pool(self.connection), self.replica.map(pool));
        for pool in std::iter::once(&pool).chain(&replica) {
            if let Some(opening) = &pool.opening {
                opening.check(pool).await?;
            }
        }
        SqlAdapter::connect((pool, replica), schema, entities, self.retry, self.coalescing).await
    }

    /// Gives a model the names of its entity, and a field for every column that has none.
    fn describe(
        &self,
        builder: SchemaBuilder,
        model: &Model,
        entity: &dyn Entity,
    ) -> Result<SchemaBuilder, AdapterError> {
        if let Some(schema) = entity.schema() {
            return Err(AdapterError::Configuration {
                problem: format!(
                    "the entity of table {} names the schema {schema:?}: leave it out and set \
                     DatabaseConfig::schema, which holds for the connection",
                    entity.table()
                ),
            });
        }
        let mut builder = builder.table(model.name(), entity.table());
        for column in entity.columns() {
            let chosen = |(of, _, name): &&(String, String, String)| {
                name == column.name && self.schema.find(of) == self.schema.find(model.name())
            };
            let named = match self.columns.iter().find(chosen) {
                Some((_, field, _)) => Some(model.find(field)?),
                None => model.find(column.name).or_else(|_| model.find(&column.variant)).ok(),
            };
            builder = match named.and_then(|field| model.field(field)) {
                Some(field) => builder.column(model.name(), &field.name, column.name),
                None => builder.field(model.name(), additional_field(&column)?),
            };
        }
        Ok(builder)
    }
}

impl SqlAdapter<'static> {
    /// Starts with a connection; the schema and the entities are added.
    pub fn builder(connection: DatabaseConnection) -> SeaOrmAdapterBuilder {
        SeaOrmAdapterBuilder::new(connection)
    }
}
