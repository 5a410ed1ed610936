//! What a database with foreign keys would see to: a row points to one that is there, and what points to a row goes with it.

use std::future::Future;
use std::pin::Pin;

use auth_core::adapter::AdapterError;
use auth_schema::OnDelete;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Bson, Document, doc};

use crate::adapter::MongoAdapter;
use crate::collection::{Collection, Column, Dependant, LOCK};
use crate::{document, filter};

impl MongoAdapter {
    /// Holds every document that a new or changed one points to until the transaction ends, so that it is not deleted meanwhile; without
    /// transactions, looks whether they are there. One statement for each reference.
    pub(crate) async fn hold_targets(&self, of: &Collection, written: &Document) -> Result<(), AdapterError> {
        for column in &of.columns {
            let (Some((model, field)), Some(key)) = (column.target, written.get(&column.name)) else {
                continue;
            };
            let target = self.collection(model)?;
            let name = target.column(field)?.name.as_str();
            let is_itself = model == of.model && written.get(name) == Some(key);
            if *key == Bson::Null || is_itself {
                continue;
            }
            if name == "_id" && self.executor().has_created(target, key).await {
                continue;
            }
            let key = doc! { name: { "$eq": key.clone() } };
            let is_there = if self.is_within() {
                self.executor().update_one(target, key, lock()).await?.is_some()
            } else {
                self.executor().count(target, key).await? > 0
            };
            if !is_there {
                return Err(dangling(of, column));
            }
        }
        Ok(())
    }

    /// Deletes documents, and what points to them as their references say.
    pub(crate) fn delete_with_dependants<'a>(
        &'a self,
        of: &'a Collection,
        doomed: Vec<Document>,
    ) -> Pin<Box<dyn Future<Output = Result<u64, AdapterError>> + Send + 'a>> {
        Box::pin(async move {
            if doomed.is_empty() {
                return Ok(0);
            }
            let ids = doomed.iter().map(document::id).collect();
            // First: rows that point to each other in a circle are met once.
            let deleted = self.executor().delete_many(of, filter::ids(ids)).await?;
            self.follow(of, &doomed).await?;
            Ok(deleted)
        })
    }

    /// Does with what points to documents that are gone as its references say.
    pub(crate) async fn follow(&self, of: &Collection, gone: &[Document]) -> Result<(), AdapterError> {
        for dependant in &of.dependants {
            let name = &of.column(dependant.to)?.name;
            let keys = gone.iter().filter_map(|gone| gone.get(name));
            let keys: Vec<Bson> = keys.filter(|key| **key != Bson::Null).cloned().collect();
            self.release(*dependant, keys).await?;
        }
        Ok(())
    }

    async fn release(&self, dependant: Dependant, keys: Vec<Bson>) -> Result<(), AdapterError> {
        let of = self.collection(dependant.model)?;
        let column = of.column(dependant.from)?;
        let pointing = doc! { column.name.as_str(): { "$in": keys } };
        match dependant.on_delete {
            OnDelete::SetNull => {
                let forget = doc! { "$set": { column.name.as_str(): Bson::Null } };
                self.executor().update_many(of, pointing, forget).await?;
            }
            OnDelete::Cascade if of.dependants.is_empty() => {
                self.executor().delete_many(of, pointing).await?;
            }
            OnDelete::Cascade => {
                let doomed =
                    self.executor().find(of, pointing, mongodb::options::FindOptions::default()).await?;
                self.delete_with_dependants(of, doomed).await?;
            }
            _ if self.executor().count(of, pointing).await? == 0 => {}
            // Rows are deleted already: the transaction must not be committed.
            _ => {
                self.executor().fail().await;
                return Err(dangling(of, column));
            }
        }
        Ok(())
    }
}

/// A change by which a transaction holds a document: a transaction that writes it, too, gives way.
pub(crate) fn lock() -> Document {
    doc! { "$set": { LOCK: ObjectId::new() } }
}

fn dangling(of: &Collection, column: &Column) -> AdapterError {
    AdapterError::ForeignKey {
        model: of.model,
        model_name: of.model_name.clone(),
        table: of.name.clone(),
        fields: vec![column.field.clone()],
        constraint: format!("{}.{}", of.name, column.name),
        source: None,
    }
}
