//! Savepoints, which this database does not have: inside one, every write first notes how its documents were.

use mongodb::bson::{Bson, Document, doc};
use mongodb::error::Result;
use mongodb::{ClientSession, Database};

/// How documents were before each write since the first open savepoint.
#[derive(Debug, Default)]
pub(crate) struct UndoLog {
    entries: Vec<Entry>,
    /// How many savepoints are open.
    open: usize,
}

/// Where a savepoint begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark(usize);

#[derive(Debug)]
struct Entry {
    collection: String,
    before: Before,
}

#[derive(Debug)]
enum Before {
    /// There was no document of this id.
    Nothing(Bson),
    /// It was this one.
    Document(Document),
}

impl UndoLog {
    /// Whether writes have to be noted.
    pub(crate) fn is_needed(&self) -> bool {
        self.open > 0
    }

    /// Begins a savepoint.
    pub(crate) fn begin(&mut self) -> Mark {
        self.open += 1;
        Mark(self.entries.len())
    }

    /// Ends a savepoint and keeps what was written; the savepoint around it can still undo it.
    pub(crate) fn keep(&mut self) {
        self.open = self.open.saturating_sub(1);
        if self.open == 0 {
            self.entries.clear();
        }
    }

    /// Notes a document that is about to be created.
    pub(crate) fn creates(&mut self, collection: &str, id: Bson) {
        self.entries.push(Entry { collection: collection.to_owned(), before: Before::Nothing(id) });
    }

    /// Notes documents that are about to be changed or deleted.
    pub(crate) fn changes(&mut self, collection: &str, documents: Vec<Document>) {
        let entry =
            |document| Entry { collection: collection.to_owned(), before: Before::Document(document) };
        self.entries.extend(documents.into_iter().map(entry));
    }

    /// Ends a savepoint and brings every document back to how it was at its beginning. One statement for each write. Nobody else
    /// has changed them since: that would have been a conflict.
    pub(crate) async fn undo(
        &mut self,
        mark: Mark,
        database: &Database,
        session: &mut ClientSession,
    ) -> Result<()> {
        self.open = self.open.saturating_sub(1);
        while self.entries.len() > mark.0 {
            let Some(Entry { collection, before }) = self.entries.pop() else { break };
            let collection = database.collection::<Document>(&collection);
            match before {
                Before::Nothing(id) => {
                    collection.delete_one(doc! { "_id": id }).session(&mut *session).await?;
                }
                Before::Document(document) => {
                    let id = crate::document::id(&document);
                    let replace = collection.replace_one(doc! { "_id": id }, document).upsert(true);
                    replace.session(&mut *session).await?;
                }
            }
        }
        Ok(())
    }
}
