//! Transactions. MongoDB has them where the deployment is a replica set or sharded; savepoints are ours.

use std::sync::Arc;

use async_trait::async_trait;
use auth_core::adapter::{Adapter, AdapterError, ModelId, Transaction};
use mongodb::bson::{Bson, Document};
use mongodb::error::Result as Sent;
use mongodb::options::{ReadConcern, WriteConcern};
use mongodb::{Client, ClientSession, Database};
use tokio::sync::{Mutex, MutexGuard};

use crate::adapter::MongoAdapter;
use crate::collection::Collection;
use crate::error::{GaveWay, classify, classify_commit, is_unknown_commit};
use crate::executor::{Executor, drain_within};
use crate::undo::{Mark, UndoLog};

/// The state of an open transaction; its statements follow each other.
#[derive(Debug)]
pub(crate) struct Open {
    state: Mutex<State>,
}

/// What an open transaction knows.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) database: Database,
    /// Dropped, it is aborted.
    pub(crate) session: ClientSession,
    pub(crate) log: UndoLog,
    /// Documents that the transaction has created.
    pub(crate) born: Vec<(ModelId, Bson)>,
    /// The engine ends a transaction with its first statement that fails.
    failed: Option<Failed>,
    /// A savepoint that was dropped: it is undone before anything else happens.
    dropped: Option<Mark>,
}

#[derive(Debug, Clone, Copy)]
enum Failed {
    GaveWay,
    Otherwise,
}

/// An open transaction or savepoint.
#[derive(Debug)]
pub(crate) struct MongoTransaction {
    adapter: MongoAdapter,
    open: Arc<Open>,
    savepoint: Option<Mark>,
    has_ended: bool,
}

impl Open {
    /// Opens a transaction; nothing is sent before the first statement.
    pub(crate) async fn begin(client: &Client, database: &Database) -> Result<Arc<Self>, AdapterError> {
        let failed = |error| classify(&error, "begin", None);
        let mut session = client.start_session().await.map_err(failed)?;
        let start = session.start_transaction();
        let start = start.read_concern(ReadConcern::snapshot()).write_concern(WriteConcern::majority());
        start.await.map_err(failed)?;
        let state = State {
            database: database.clone(),
            session,
            log: UndoLog::default(),
            born: Vec::new(),
            failed: None,
            dropped: None,
        };
        Ok(Arc::new(Self { state: Mutex::new(state) }))
    }

    /// The state, for the next statement.
    pub(crate) async fn usable(&self) -> Result<MutexGuard<'_, State>, AdapterError> {
        let mut state = self.state.lock().await;
        state.check()?;
        if let Some(mark) = state.dropped.take() {
            state.undo(mark).await?;
        }
        Ok(state)
    }

    pub(crate) async fn fail(&self) {
        self.state.lock().await.failed = Some(Failed::Otherwise);
    }

    pub(crate) async fn has_created(&self, model: ModelId, id: &Bson) -> bool {
        self.state.lock().await.born.iter().any(|(other, born)| *other == model && born == id)
    }
}

impl State {
    /// Notes that a statement failed.
    pub(crate) fn note<T>(
        &mut self,
        sent: Sent<T>,
        operation: &'static str,
        of: &Collection,
    ) -> Result<T, AdapterError> {
        sent.map_err(|error| self.fail(classify(&error, operation, Some(of))))
    }

    /// Inside a savepoint, notes how the documents are that a write is about to meet.
    pub(crate) async fn remember(&mut self, of: &Collection, filter: &Document) -> Result<(), AdapterError> {
        if !self.log.is_needed() {
            return Ok(());
        }
        let documents = self.database.collection::<Document>(&of.name);
        let find = documents.find(filter.clone());
        let cursor = find.session(&mut self.session).await;
        let sent = drain_within(cursor, self).await;
        let documents = self.note(sent, "find", of)?;
        self.log.changes(&of.name, documents);
        Ok(())
    }

    fn check(&self) -> Result<(), AdapterError> {
        match self.failed {
            None => Ok(()),
            Some(Failed::GaveWay) => Err(AdapterError::Retryable(Box::new(GaveWay))),
            Some(Failed::Otherwise) => Err(AdapterError::Aborted),
        }
    }

    fn fail(&mut self, error: AdapterError) -> AdapterError {
        self.failed = Some(if error.is_retryable() { Failed::GaveWay } else { Failed::Otherwise });
        error
    }

    async fn undo(&mut self, mark: Mark) -> Result<(), AdapterError> {
        self.born.clear();
        let undone = self.log.undo(mark, &self.database, &mut self.session).await;
        undone.map_err(|error| self.fail(classify(&error, "undo a savepoint", None)))
    }

    async fn commit(&mut self) -> Result<(), AdapterError> {
        if let Err(error) = self.check() {
            self.abort().await;
            return Err(error);
        }
        for _ in 1..MOST_COMMITS {
            match self.session.commit_transaction().await {
                // It may have happened: to send it once more is the same commit.
                Err(error) if is_unknown_commit(&error) => {}
                outcome => return outcome.map_err(|error| classify_commit(&error)),
            }
        }
        self.session.commit_transaction().await.map_err(|error| classify_commit(&error))
    }

    async fn abort(&mut self) {
        if let Err(error) = self.session.abort_transaction().await {
            let error = classify(&error, "abort", None);
            tracing::debug!(name: "db.transaction.rollback", %error, "the server undoes it by itself");
        }
    }
}

impl MongoTransaction {
    /// A transaction of its own.
    pub(crate) fn new(adapter: &MongoAdapter, open: Arc<Open>) -> Self {
        let adapter = adapter.on(Executor::Within(Arc::clone(&open)));
        Self { adapter, open, savepoint: None, has_ended: false }
    }

    /// A savepoint in an open transaction. No statement.
    pub(crate) async fn savepoint(adapter: &MongoAdapter, open: &Arc<Open>) -> Result<Self, AdapterError> {
        let mark = open.usable().await?.log.begin();
        let mut savepoint = Self::new(adapter, Arc::clone(open));
        savepoint.savepoint = Some(mark);
        Ok(savepoint)
    }
}

#[async_trait]
impl Transaction for MongoTransaction {
    fn adapter(&self) -> &dyn Adapter {
        &self.adapter
    }

    /// Sent up to four times when nobody knows whether it happened: the label says that this is one commit.
    async fn commit(mut self: Box<Self>) -> Result<(), AdapterError> {
        self.has_ended = true;
        if self.savepoint.is_some() {
            self.open.usable().await?.log.keep();
            return Ok(());
        }
        let mut state = self.open.state.lock().await;
        if let Some(mark) = state.dropped.take() {
            state.check()?;
            state.undo(mark).await?;
        }
        state.commit().await
    }

    /// A savepoint cannot bring back a transaction in which a statement has failed: the server has ended it.
    async fn rollback(mut self: Box<Self>) -> Result<(), AdapterError> {
        self.has_ended = true;
        if let Some(mark) = self.savepoint {
            return self.open.usable().await?.undo(mark).await;
        }
        self.open.state.lock().await.abort().await;
        Ok(())
    }
}

impl Drop for MongoTransaction {
    fn drop(&mut self) {
        if let (Some(mark), false) = (self.savepoint, self.has_ended)
            && let Ok(mut state) = self.open.state.try_lock()
        {
            state.dropped = Some(state.dropped.map_or(mark, |other| other.min(mark)));
        }
    }
}

const MOST_COMMITS: u32 = 4;
