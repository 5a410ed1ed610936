//! An adapter with a store of keys in front of it: sessions are read from the store, and what is written to the database is told
//! to the store once it is committed.
//!
//! Where sessions or verifications stand in the store alone, their operations happen there. Everything else passes through.

mod backlog;
mod change;
mod entries;
mod json;
mod list;
mod mirror;
mod mode;
mod queue;
mod sessions;
mod users;
mod verifications;

use std::sync::Arc;

use async_trait::async_trait;
use auth_schema::{ModelId, Schema, session, user, verification};
use tracing::instrument::WithSubscriber;

pub(crate) use mirror::Mirror;
use mode::Mode;
use queue::Queue;

use super::named;
use super::seaorm::SqlAdapter;
use super::{
    Adapter, AdapterError, Batch, Capabilities, Consume, Counted, Deleted, Filter, Hit, Increment, Query,
    Record, Row, Search, Transaction,
};
use crate::config::{SecondaryStorageConfig, SessionConfig, VerificationConfig};
use crate::domain::{Clock, Random};
use crate::error::BuildError;
use crate::hooks::AfterCommit;
use crate::secondary_storage::SecondaryStorage;

/// An adapter with a store in front of it.
#[derive(Debug)]
pub(crate) struct WithStorage<'t> {
    below: Below<'t>,
    mirror: Arc<Mirror>,
    /// Inside a transaction: what waits for its commit.
    queue: Option<Arc<Queue>>,
}

/// The adapter behind.
#[derive(Debug)]
enum Below<'t> {
    Pool(Arc<dyn Adapter>),
    /// Opened through this adapter.
    Own(Box<dyn Transaction>),
    /// On a transaction of the application's.
    Joined(Box<dyn Adapter + 't>),
}

impl WithStorage<'static> {
    /// Puts a store in front of an adapter, and starts to watch over it.
    pub(crate) fn start(
        adapter: Arc<dyn Adapter>,
        storage: Arc<dyn SecondaryStorage>,
        config: SecondaryStorageConfig,
        (session, verification): (&SessionConfig, &VerificationConfig),
        parameters: (Arc<dyn Clock>, Arc<dyn Random>),
    ) -> Result<Self, BuildError> {
        let mode = Mode::new(session, verification);
        let mirror = Mirror::start(Arc::clone(&adapter), storage, config, mode, parameters)?;
        Ok(Self { below: Below::Pool(adapter), mirror: Arc::new(mirror), queue: None })
    }

    /// What tells the store.
    pub(crate) fn mirror(&self) -> &Arc<Mirror> {
        &self.mirror
    }

    /// The store, asked only while it is to be trusted.
    pub(crate) fn storage(&self) -> Arc<dyn SecondaryStorage> {
        Arc::clone(self.mirror.storage())
    }
}

impl<'t> WithStorage<'t> {
    /// The same store in front of an adapter on a transaction of the application's. The store is told when `after` runs.
    pub(crate) fn joined(adapter: Box<dyn Adapter + 't>, mirror: Arc<Mirror>, after: &AfterCommit) -> Self {
        let queue = Arc::new(Queue::default());
        let (teller, told) = (Arc::clone(&mirror), Arc::clone(&queue));
        after.push(Box::pin(async move {
            if let Err(error) = teller.tell(told.take()).await {
                tracing::error!(name: "cache.storage.not_told", %error, "the secondary storage was not told what was committed");
            }
        }));
        Self { below: Below::Joined(adapter), mirror, queue: Some(queue) }
    }

    fn adapter(&self) -> &dyn Adapter {
        match &self.below {
            Below::Pool(adapter) => &**adapter,
            Below::Own(transaction) => transaction.adapter(),
            Below::Joined(adapter) => &**adapter,
        }
    }

    fn mode(&self) -> Mode {
        self.mirror.mode()
    }

    /// Tells the store now, or lets it wait for the commit.
    async fn tell(&self, changes: Vec<change::Change>) -> Result<(), AdapterError> {
        match &self.queue {
            None => self.mirror.tell(changes).await,
            Some(queue) => {
                queue.push(changes);
                Ok(())
            }
        }
    }

    /// The same outside of a transaction, for a write that goes on to its end also when the caller goes away meanwhile: what
    /// the database did, the store is told.
    fn for_itself(&self) -> Option<WithStorage<'static>> {
        match &self.below {
            Below::Pool(adapter) => {
                let below = Below::Pool(Arc::clone(adapter));
                Some(WithStorage { below, mirror: Arc::clone(&self.mirror), queue: None })
            }
            Below::Own(_) | Below::Joined(_) => None,
        }
    }

    fn sessions_stand_here(&self, model: ModelId) -> bool {
        model == session::MODEL && !self.mode().in_database
    }

    fn verifications_stand_here(&self, model: ModelId) -> bool {
        model == verification::MODEL && !self.mode().verifications_in_database
    }
}

#[async_trait]
impl Adapter for WithStorage<'_> {
    fn schema(&self) -> &Schema {
        self.adapter().schema()
    }

    fn capabilities(&self) -> Capabilities {
        self.adapter().capabilities()
    }

    async fn create(&self, model: ModelId, record: Record) -> Result<Record, AdapterError> {
        if !is_told(model) || model == user::MODEL {
            return self.adapter().create(model, record).await;
        }
        match self.for_itself() {
            Some(own) => to_its_end(async move { own.create_told(model, record).await }).await,
            None => self.create_told(model, record).await,
        }
    }

    async fn find_one(&self, query: Query) -> Result<Option<Row>, AdapterError> {
        if self.queue.is_none()
            && let Some(token) = named::token_of_request(&query)
        {
            let token = token.to_owned();
            return self.validate(&token, query).await;
        }
        if self.sessions_stand_here(query.model) || self.verifications_stand_here(query.model) {
            return Ok(self.find_many(query.limit(1)).await?.pop());
        }
        self.adapter().find_one(query).await
    }

    async fn find_many(&self, query: Query) -> Result<Vec<Row>, AdapterError> {
        if self.sessions_stand_here(query.model) {
            self.find_sessions(&query).await
        } else if self.verifications_stand_here(query.model) {
            self.find_verifications(&query).await
        } else {
            self.adapter().find_many(query).await
        }
    }

    async fn search(&self, search: Search) -> Result<Vec<Record>, AdapterError> {
        self.adapter().search(search).await
    }

    async fn count(&self, model: ModelId, filter: Filter) -> Result<u64, AdapterError> {
        if self.sessions_stand_here(model) || self.verifications_stand_here(model) {
            return Ok(self.find_many(Query::new(model).filter(filter)).await?.len() as u64);
        }
        self.adapter().count(model, filter).await
    }

    async fn update(
        &self,
        model: ModelId,
        filter: Filter,
        change: Record,
    ) -> Result<Option<Record>, AdapterError> {
        if !is_told(model) {
            return self.adapter().update(model, filter, change).await;
        }
        match self.for_itself() {
            Some(own) => to_its_end(async move { own.update_told(model, filter, change).await }).await,
            None => self.update_told(model, filter, change).await,
        }
    }

    async fn update_many(&self, model: ModelId, filter: Filter, change: Record) -> Result<u64, AdapterError> {
        if !is_told(model) {
            return self.adapter().update_many(model, filter, change).await;
        }
        match self.for_itself() {
            Some(own) => to_its_end(async move { own.update_many_told(model, filter, change).await }).await,
            None => self.update_many_told(model, filter, change).await,
        }
    }

    async fn delete_many(&self, model: ModelId, filter: Filter) -> Result<u64, AdapterError> {
        if !is_told(model) {
            return self.adapter().delete_many(model, filter).await;
        }
        match self.for_itself() {
            Some(own) => to_its_end(async move { own.delete_told(model, filter).await }).await,
            None => self.delete_told(model, filter).await,
        }
    }

    /// What has expired leaves the store by itself; rows that are kept as a record stay.
    async fn delete_batch(&self, batch: Batch) -> Result<Deleted, AdapterError> {
        if batch.model == session::MODEL && (!self.mode().in_database || self.mode().preserve) {
            return Ok(Deleted::default());
        }
        self.adapter().delete_batch(batch).await
    }

    async fn consume_one(&self, consume: Consume) -> Result<Option<Record>, AdapterError> {
        match consume.model {
            session::MODEL => Err(AdapterError::Unsupported {
                what: "consume sessions with a secondary storage in front",
                advice: "delete them",
            }),
            verification::MODEL => match self.for_itself() {
                Some(own) => to_its_end(async move { own.consume_verification(consume).await }).await,
                None => self.consume_verification(consume).await,
            },
            _ => self.adapter().consume_one(consume).await,
        }
    }

    async fn increment_one(&self, increment: Increment) -> Result<Option<Record>, AdapterError> {
        if increment.model == session::MODEL || increment.model == verification::MODEL {
            return Err(AdapterError::Unsupported {
                what: "increment a field of a session or verification with a secondary storage in front",
                advice: "update the field",
            });
        }
        let is_user = increment.model == user::MODEL;
        let changed = self.adapter().increment_one(increment).await?;
        if let (true, Some(user)) = (is_user, &changed) {
            self.tell(users::changed(user)).await?;
        }
        Ok(changed)
    }

    async fn hit(&self, hit: Hit) -> Result<Counted, AdapterError> {
        self.adapter().hit(hit).await
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>, AdapterError> {
        // The first look at the store reads the database: not behind a transaction that holds its only connection.
        self.mirror.is_trusted().await;
        let below = Below::Own(self.adapter().begin().await?);
        let queue = Some(Arc::new(Queue::default()));
        let inside = WithStorage { below, mirror: Arc::clone(&self.mirror), queue };
        Ok(Box::new(queue::Inside { inside, outer: self.queue.clone() }))
    }

    fn seaorm(&self) -> Option<&SqlAdapter<'_>> {
        self.adapter().seaorm()
    }
}

impl WithStorage<'_> {
    async fn create_told(&self, model: ModelId, record: Record) -> Result<Record, AdapterError> {
        match model {
            session::MODEL => self.create_session(record).await,
            _ => self.create_verification(record).await,
        }
    }

    async fn update_told(
        &self,
        model: ModelId,
        filter: Filter,
        change: Record,
    ) -> Result<Option<Record>, AdapterError> {
        match model {
            session::MODEL => self.update_session(filter, change).await,
            user::MODEL => self.update_user(filter, change).await,
            _ => self.update_verification(filter, change).await,
        }
    }

    async fn update_many_told(
        &self,
        model: ModelId,
        filter: Filter,
        change: Record,
    ) -> Result<u64, AdapterError> {
        match model {
            session::MODEL => self.update_sessions(filter, change).await,
            user::MODEL => self.update_users(filter, change).await,
            _ => self.update_verifications(filter, change).await,
        }
    }

    async fn delete_told(&self, model: ModelId, filter: Filter) -> Result<u64, AdapterError> {
        match model {
            session::MODEL => self.delete_sessions(filter).await,
            user::MODEL => self.delete_users(filter).await,
            _ => self.delete_verifications(filter).await,
        }
    }
}

/// Whether the store hears of writes to a model.
fn is_told(model: ModelId) -> bool {
    [session::MODEL, user::MODEL, verification::MODEL].contains(&model)
}

async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, AdapterError>> + Send + 'static,
) -> Result<T, AdapterError> {
    let done = tokio::spawn(Box::pin(work).with_current_subscriber()).await;
    done.unwrap_or_else(|error| Err(AdapterError::ConnectionLost(error.into())))
}
