//! What a connection to the other program remembers: the description, the open transactions.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use auth_core::Auth;
use auth_core::adapter::Transaction;
use auth_schema::Schema;
use serde_json::{Value as Json, json};
use tokio::sync::{Mutex, OnceCell, RwLock};

use super::database::Database;
use super::description;
use super::error::ServeError;
use super::operation;
use super::request::Operation;

/// The state between requests.
#[derive(Debug)]
pub(super) struct Session {
    state: RwLock<State>,
    transactions: Mutex<HashMap<String, Open>>,
    counter: AtomicU64,
}

/// Requests inside a transaction follow each other; its end takes it.
type Open = Arc<Mutex<Option<Box<dyn Transaction>>>>;

#[derive(Debug)]
struct State {
    database: Database,
    described: Option<Described>,
}

/// A description; the services on it are made when they are first needed, because a description does not touch the
/// database.
#[derive(Debug)]
struct Described {
    schema: Schema,
    default_limit: u64,
    services: OnceCell<Auth>,
}

impl Session {
    pub(super) fn new(database: Database) -> Self {
        Self {
            state: RwLock::new(State { database, described: None }),
            transactions: Mutex::default(),
            counter: AtomicU64::new(1),
        }
    }

    /// Does what is asked.
    pub(super) async fn answer(&self, operation: Operation, tx: Option<&str>) -> Result<Json, ServeError> {
        match operation {
            Operation::Configure { schema } => {
                let described = Described {
                    schema: description::schema(&schema)?,
                    default_limit: schema.default_limit.unwrap_or(100),
                    services: OnceCell::new(),
                };
                self.state.write().await.described = Some(described);
                Ok(Json::Null)
            }
            Operation::Migrate => self.migrate().await,
            Operation::Begin => self.begin().await,
            Operation::Commit => {
                self.take(tx).await?.commit().await?;
                Ok(Json::Null)
            }
            Operation::Rollback => {
                self.take(tx).await?.rollback().await?;
                Ok(Json::Null)
            }
            operation => self.operate(operation, tx).await,
        }
    }

    async fn migrate(&self) -> Result<Json, ServeError> {
        let mut state = self.state.write().await;
        let State { database, described } = &mut *state;
        let described = described.as_mut().ok_or(ServeError::NotConfigured)?;
        database.migrate(&described.schema).await?;
        described.services = OnceCell::new();
        Ok(Json::Null)
    }

    async fn begin(&self) -> Result<Json, ServeError> {
        let state = self.state.read().await;
        let transaction = state.services().await?.adapter().begin().await?;
        let name = format!("t{}", self.counter.fetch_add(1, Ordering::Relaxed));
        self.transactions.lock().await.insert(name.clone(), Arc::new(Mutex::new(Some(transaction))));
        Ok(json!({ "tx": name }))
    }

    async fn operate(&self, operation: Operation, tx: Option<&str>) -> Result<Json, ServeError> {
        let state = self.state.read().await;
        let services = state.services().await?;
        let Some(tx) = tx else {
            return operation::run(services.store(), operation).await;
        };
        let open = self.transactions.lock().await.get(tx).cloned().ok_or_else(|| not_open(tx))?;
        let open = open.lock().await;
        let transaction = open.as_deref().ok_or_else(|| not_open(tx))?;
        operation::run(services.within_transaction(transaction).store(), operation).await
    }

    async fn take(&self, tx: Option<&str>) -> Result<Box<dyn Transaction>, ServeError> {
        let tx = tx.unwrap_or_default();
        let open = self.transactions.lock().await.remove(tx).ok_or_else(|| not_open(tx))?;
        open.lock().await.take().ok_or_else(|| not_open(tx))
    }
}

impl State {
    async fn services(&self) -> Result<&Auth, ServeError> {
        let described = self.described.as_ref().ok_or(ServeError::NotConfigured)?;
        let services = || self.database.services(&described.schema, described.default_limit);
        described.services.get_or_try_init(services).await
    }
}

fn not_open(tx: &str) -> ServeError {
    ServeError::NoTransaction { tx: tx.to_owned() }
}
