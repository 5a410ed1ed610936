//! The one place that sends: each statement by itself, or in the transaction that is open.

use std::sync::Arc;

use auth_core::adapter::AdapterError;
use mongodb::bson::{Bson, Document};
use mongodb::error::Result as Sent;
use mongodb::options::{FindOptions, ReturnDocument, UpdateModifications};
use mongodb::{Database, SessionCursor};

use crate::collection::Collection;
use crate::document;
use crate::error::classify;
use crate::transaction::{Open, State};

/// Where statements go.
#[derive(Debug, Clone)]
pub(crate) enum Executor {
    /// Each by itself.
    Alone(Database),
    /// Into a transaction.
    Within(Arc<Open>),
}

impl Executor {
    pub(crate) async fn insert(&self, of: &Collection, document: Document) -> Result<(), AdapterError> {
        tell("insert", of);
        match self {
            Self::Alone(database) => {
                let documents = collection(database, of);
                told(documents.insert_one(document).await, "insert", of).map(|_| ())
            }
            Self::Within(open) => {
                let state = &mut *open.usable().await?;
                let id = document::id(&document);
                if state.log.is_needed() {
                    state.log.creates(&of.name, id.clone());
                }
                let documents = collection(&state.database, of);
                let insert = documents.insert_one(document);
                let sent = insert.session(&mut state.session).await;
                state.note(sent, "insert", of)?;
                state.born.push((of.model, id));
                Ok(())
            }
        }
    }

    pub(crate) async fn find(
        &self,
        of: &Collection,
        filter: Document,
        options: FindOptions,
    ) -> Result<Vec<Document>, AdapterError> {
        tell("find", of);
        match self {
            Self::Alone(database) => {
                let documents = collection(database, of);
                let find = documents.find(filter).with_options(options);
                told(drain(find.await).await, "find", of)
            }
            Self::Within(open) => {
                let state = &mut *open.usable().await?;
                let documents = collection(&state.database, of);
                let find = documents.find(filter).with_options(options);
                let cursor = find.session(&mut state.session).await;
                let sent = drain_within(cursor, state).await;
                state.note(sent, "find", of)
            }
        }
    }

    pub(crate) async fn aggregate(
        &self,
        of: &Collection,
        pipeline: Vec<Document>,
    ) -> Result<Vec<Document>, AdapterError> {
        tell("aggregate", of);
        match self {
            Self::Alone(database) => {
                let documents = collection(database, of);
                let cursor = documents.aggregate(pipeline).await;
                told(drain(cursor).await, "aggregate", of)
            }
            Self::Within(open) => {
                let state = &mut *open.usable().await?;
                let documents = collection(&state.database, of);
                let aggregate = documents.aggregate(pipeline);
                let cursor = aggregate.session(&mut state.session).await;
                let sent = drain_within(cursor, state).await;
                state.note(sent, "aggregate", of)
            }
        }
    }

    pub(crate) async fn count(&self, of: &Collection, filter: Document) -> Result<u64, AdapterError> {
        tell("count", of);
        match self {
            Self::Alone(database) => {
                let documents = collection(database, of);
                told(documents.count_documents(filter).await, "count", of)
            }
            Self::Within(open) => {
                let state = &mut *open.usable().await?;
                let documents = collection(&state.database, of);
                let count = documents.count_documents(filter);
                let sent = count.session(&mut state.session).await;
                state.note(sent, "count", of)
            }
        }
    }

    /// Tells how many documents matched, changed or not.
    pub(crate) async fn update_many(
        &self,
        of: &Collection,
        filter: Document,
        update: Document,
    ) -> Result<u64, AdapterError> {
        tell("update", of);
        let result = match self {
            Self::Alone(database) => {
                let documents = collection(database, of);
                told(documents.update_many(filter, update).await, "update", of)?
            }
            Self::Within(open) => {
                let state = &mut *open.usable().await?;
                state.remember(of, &filter).await?;
                let documents = collection(&state.database, of);
                let update = documents.update_many(filter, update);
                let sent = update.session(&mut state.session).await;
                state.note(sent, "update", of)?
            }
        };
        Ok(result.matched_count)
    }

    /// Gives one of the documents as it is afterwards; no other is changed.
    pub(crate) async fn update_one(
        &self,
        of: &Collection,
        filter: Document,
        update: impl Into<UpdateModifications>,
    ) -> Result<Option<Document>, AdapterError> {
        tell("update", of);
        match self {
            Self::Alone(database) => {
                let documents = collection(database, of);
                let update = documents.find_one_and_update(filter, update);
                told(update.return_document(ReturnDocument::After).await, "update", of)
            }
            Self::Within(open) => {
                let state = &mut *open.usable().await?;
                state.remember(of, &filter).await?;
                let documents = collection(&state.database, of);
                let update = documents.find_one_and_update(filter, update);
                let update = update.return_document(ReturnDocument::After);
                let sent = update.session(&mut state.session).await;
                state.note(sent, "update", of)
            }
        }
    }

    /// Deletes the first document in an order and gives it.
    pub(crate) async fn take_one(
        &self,
        of: &Collection,
        filter: Document,
        sort: Document,
    ) -> Result<Option<Document>, AdapterError> {
        tell("delete", of);
        match self {
            Self::Alone(database) => {
                let documents = collection(database, of);
                let take = documents.find_one_and_delete(filter).sort(sort);
                told(take.await, "delete", of)
            }
            Self::Within(open) => {
                let state = &mut *open.usable().await?;
                state.remember(of, &filter).await?;
                state.born.clear();
                let documents = collection(&state.database, of);
                let take = documents.find_one_and_delete(filter).sort(sort);
                let sent = take.session(&mut state.session).await;
                state.note(sent, "delete", of)
            }
        }
    }

    pub(crate) async fn delete_many(&self, of: &Collection, filter: Document) -> Result<u64, AdapterError> {
        tell("delete", of);
        let result = match self {
            Self::Alone(database) => {
                let documents = collection(database, of);
                told(documents.delete_many(filter).await, "delete", of)?
            }
            Self::Within(open) => {
                let state = &mut *open.usable().await?;
                state.remember(of, &filter).await?;
                state.born.clear();
                let documents = collection(&state.database, of);
                let delete = documents.delete_many(filter);
                let sent = delete.session(&mut state.session).await;
                state.note(sent, "delete", of)?
            }
        };
        Ok(result.deleted_count)
    }

    /// Gives the transaction up: what it has written must not be committed.
    pub(crate) async fn fail(&self) {
        if let Self::Within(open) = self {
            open.fail().await;
        }
    }

    /// Whether the transaction itself has created a document: nobody else can delete it.
    pub(crate) async fn has_created(&self, of: &Collection, id: &Bson) -> bool {
        match self {
            Self::Alone(_) => false,
            Self::Within(open) => open.has_created(of.model, id).await,
        }
    }
}

fn collection(database: &Database, of: &Collection) -> mongodb::Collection<Document> {
    database.collection(&of.name)
}

/// Tells what is about to be sent: the operation and the collection, never a value.
fn tell(operation: &str, of: &Collection) {
    tracing::trace!(target: "auth_core::statement", statement = format!("{operation} {}", of.name).as_str());
}

fn told<T>(sent: Sent<T>, operation: &'static str, of: &Collection) -> Result<T, AdapterError> {
    sent.map_err(|error| classify(&error, operation, Some(of)))
}

async fn drain(cursor: Sent<mongodb::Cursor<Document>>) -> Sent<Vec<Document>> {
    let mut cursor = cursor?;
    let mut documents = Vec::new();
    while cursor.advance().await? {
        documents.push(cursor.deserialize_current()?);
    }
    Ok(documents)
}

/// Reads a cursor to its end inside a transaction.
pub(crate) async fn drain_within(
    cursor: Sent<SessionCursor<Document>>,
    state: &mut State,
) -> Sent<Vec<Document>> {
    let mut cursor = cursor?;
    let mut documents = Vec::new();
    while let Some(document) = cursor.next(&mut state.session).await {
        documents.push(document?);
    }
    Ok(documents)
}
