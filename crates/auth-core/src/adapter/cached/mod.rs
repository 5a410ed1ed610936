//! An adapter that keeps sessions in the memory of the process for a few seconds.

mod sessions;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use auth_schema::{FieldId, ModelId, Schema, session, user};

pub(crate) use sessions::KeptSessions;

use super::named;
use super::seaorm::SqlAdapter;
use super::{
    Adapter, AdapterError, Batch, Capabilities, Consume, Counted, Deleted, Filter, Hit, Increment, Query,
    Record, Row, Search, Transaction,
};
use crate::hooks::AfterCommit;

/// An adapter that keeps sessions.
#[derive(Debug)]
pub(crate) struct Cached<'t> {
    below: Below<'t>,
    kept: Arc<KeptSessions>,
}

#[derive(Debug)]
enum Below<'t> {
    Pool(Arc<dyn Adapter>),
    /// Opened through this adapter; whether something was written that may be kept.
    Own(Box<dyn Transaction>, AtomicBool),
    Joined(Box<dyn Adapter + 't>),
}

impl<'t> Cached<'t> {
    /// Keeps sessions in front of an adapter.
    pub(crate) fn new(adapter: Arc<dyn Adapter>, kept: Arc<KeptSessions>) -> Self {
        Self { below: Below::Pool(adapter), kept }
    }

    /// In front of an adapter on a transaction of the application's: what is kept is forgotten when `after` runs.
    pub(crate) fn joined(
        adapter: Box<dyn Adapter + 't>,
        kept: Arc<KeptSessions>,
        after: &AfterCommit,
    ) -> Self {
        let forgetting = Arc::clone(&kept);
        after.push(Box::pin(async move { forgetting.forget_all() }));
        Self { below: Below::Joined(adapter), kept }
    }

    fn adapter(&self) -> &dyn Adapter {
        match &self.below {
            Below::Pool(adapter) => &**adapter,
            Below::Own(transaction, _) => transaction.adapter(),
            Below::Joined(adapter) => &**adapter,
        }
    }

    /// Forgets what a write may have changed when it ends, or at the commit: also when it fails, or the caller goes away, for it may have
    /// happened all the same.
    fn forgetting(&self, model: ModelId, filter: &Filter) -> Forgetting<'_> {
        Forgetting { cached: self, model, named: Named::of(model, filter) }
    }

    fn forget(&self, model: ModelId, named: &Named) {
        if model != session::MODEL && model != user::MODEL {
            return;
        }
        match &self.below {
            Below::Pool(_) => match named {
                Named::These(keys) => keys.iter().for_each(|key| self.kept.forget(key)),
                Named::Any => self.kept.forget_all(),
            },
            Below::Own(_, dirty) => dirty.store(true, Ordering::SeqCst),
            Below::Joined(_) => {}
        }
    }
}

/// A write under way.
struct Forgetting<'a> {
    cached: &'a Cached<'a>,
    model: ModelId,
    named: Named,
}

impl Drop for Forgetting<'_> {
    fn drop(&mut self) {
        self.cached.forget(self.model, &self.named);
    }
}

/// Whose rows a write changes.
enum Named {
    /// Those of these tokens or users.
    These(Vec<String>),
    Any,
}

impl Named {
    fn of(model: ModelId, filter: &Filter) -> Self {
        let fields: &[FieldId] =
            if model == user::MODEL { &[user::ID] } else { &[session::TOKEN, session::USER_ID] };
        let keys = fields.iter().find_map(|field| named::values(filter, *field));
        keys.map_or(Self::Any, |keys| Self::These(keys.into_iter().map(str::to_owned).collect()))
    }
}

#[async_trait]
impl Adapter for Cached<'_> {
    fn schema(&self) -> &Schema {
        self.adapter().schema()
    }

    fn capabilities(&self) -> Capabilities {
        self.adapter().capabilities()
    }

    async fn create(&self, model: ModelId, record: Record) -> Result<Record, AdapterError> {
        self.adapter().create(model, record).await
    }

    async fn find_one(&self, query: Query) -> Result<Option<Row>, AdapterError> {
        match (&self.below, named::token_of_request(&query)) {
            (Below::Pool(adapter), Some(token)) => {
                let token = token.to_owned();
                self.kept.find(&token, || adapter.find_one(query.clone())).await
            }
            _ => self.adapter().find_one(query).await,
        }
    }

    async fn find_many(&self, query: Query) -> Result<Vec<Row>, AdapterError> {
        self.adapter().find_many(query).await
    }

    async fn search(&self, search: Search) -> Result<Vec<Record>, AdapterError> {
        self.adapter().search(search).await
    }

    async fn count(&self, model: ModelId, filter: Filter) -> Result<u64, AdapterError> {
        self.adapter().count(model, filter).await
    }

    async fn update(
        &self,
        model: ModelId,
        filter: Filter,
        change: Record,
    ) -> Result<Option<Record>, AdapterError> {
        let _afterwards = self.forgetting(model, &filter);
        self.adapter().update(model, filter, change).await
    }

    async fn update_many(&self, model: ModelId, filter: Filter, change: Record) -> Result<u64, AdapterError> {
        let _afterwards = self.forgetting(model, &filter);
        self.adapter().update_many(model, filter, change).await
    }

    async fn delete_many(&self, model: ModelId, filter: Filter) -> Result<u64, AdapterError> {
        let _afterwards = self.forgetting(model, &filter);
        self.adapter().delete_many(model, filter).await
    }

    /// What has expired is seen to have by whoever asks.
    async fn delete_batch(&self, batch: Batch) -> Result<Deleted, AdapterError> {
        self.adapter().delete_batch(batch).await
    }

    async fn consume_one(&self, consume: Consume) -> Result<Option<Record>, AdapterError> {
        let _afterwards = self.forgetting(consume.model, &consume.filter);
        self.adapter().consume_one(consume).await
    }

    async fn increment_one(&self, increment: Increment) -> Result<Option<Record>, AdapterError> {
        let _afterwards = self.forgetting(increment.model, &increment.filter);
        self.adapter().increment_one(increment).await
    }

    async fn hit(&self, hit: Hit) -> Result<Counted, AdapterError> {
        self.adapter().hit(hit).await
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>, AdapterError> {
        if let Below::Own(_, dirty) = &self.below {
            // Whatever the savepoint writes.
            dirty.store(true, Ordering::SeqCst);
        }
        let below = Below::Own(self.adapter().begin().await?, AtomicBool::new(false));
        Ok(Box::new(Inside(Cached { below, kept: Arc::clone(&self.kept) })))
    }

    fn seaorm(&self) -> Option<&SqlAdapter<'_>> {
        self.adapter().seaorm()
    }
}

/// A transaction, at the end of which what it wrote is forgotten. A savepoint forgets too early rather than too late, and its
/// transaction forgets again.
#[derive(Debug)]
struct Inside(Cached<'static>);

#[async_trait]
impl Transaction for Inside {
    fn adapter(&self) -> &dyn Adapter {
        &self.0
    }

    async fn commit(self: Box<Self>) -> Result<(), AdapterError> {
        let Cached { below: Below::Own(transaction, dirty), kept } = self.0 else {
            return Ok(());
        };
        let outcome = transaction.commit().await;
        if dirty.into_inner() {
            kept.forget_all();
        }
        outcome
    }

    async fn rollback(self: Box<Self>) -> Result<(), AdapterError> {
        match self.0.below {
            Below::Own(transaction, _) => transaction.rollback().await,
            Below::Pool(_) | Below::Joined(_) => Ok(()),
        }
    }
}
