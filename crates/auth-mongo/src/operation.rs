//! The operations that are one statement, or several in a transaction that is open.

use auth_core::adapter::{
    AdapterError, Batch, Consume, FieldId, Filter, Increment, ModelId, Query, Record, Row,
};
use mongodb::bson::{Bson, Document, doc};
use mongodb::options::FindOptions;

use crate::adapter::MongoAdapter;
use crate::collection::Collection;
use crate::reference::lock;
use crate::{document, filter, query};

impl MongoAdapter {
    pub(crate) async fn insert(&self, model: ModelId, new: Document) -> Result<Record, AdapterError> {
        let of = self.collection(model)?;
        self.hold_targets(of, &new).await?;
        let record = document::record(of, &new, None)?;
        self.executor().insert(of, new).await?;
        Ok(record)
    }

    pub(crate) async fn find(&self, query: &Query) -> Result<Vec<Row>, AdapterError> {
        let of = self.collection(query.model)?;
        if query.limit == Some(0) {
            return Ok(Vec::new());
        }
        let found = if query.joins.is_empty() {
            let filter = filter::document(of, &query.filter)?;
            let mut options = query::options(of, query)?;
            if query.lock && self.is_within() {
                // The ids are needed.
                options.projection = None;
            }
            self.executor().find(of, filter, options).await?
        } else {
            self.executor().aggregate(of, query::pipeline(self, of, query)?).await?
        };
        if query.lock && self.is_within() && !found.is_empty() {
            let ids = found.iter().map(document::id).collect();
            self.executor().update_many(of, filter::ids(ids), lock()).await?;
        }
        found.iter().map(|found| query::row(self, of, query, found)).collect()
    }

    /// Writes to one document that the filter names.
    pub(crate) async fn update_named(
        &self,
        of: &Collection,
        filter: &Filter,
        set: Document,
    ) -> Result<Option<Record>, AdapterError> {
        self.hold_targets(of, &set).await?;
        let filter = filter::document(of, filter)?;
        let updated = self.executor().update_one(of, filter, doc! { "$set": set }).await?;
        updated.map(|updated| document::record(of, &updated, None)).transpose()
    }

    /// Writes to every match and gives the first.
    pub(crate) async fn update_all(
        &self,
        of: &Collection,
        filter: &Filter,
        set: Document,
    ) -> Result<Option<Record>, AdapterError> {
        self.hold_targets(of, &set).await?;
        let ids = self.ids(of, filter).await?;
        let Some(first) = ids.first().cloned() else {
            return Ok(None);
        };
        self.executor().update_many(of, filter::ids(ids), doc! { "$set": set }).await?;
        let found = self.executor().find(of, filter::ids(vec![first]), FindOptions::default()).await?;
        found.first().map(|found| document::record(of, found, None)).transpose()
    }

    pub(crate) async fn update_matches(
        &self,
        of: &Collection,
        filter: &Filter,
        set: Document,
    ) -> Result<u64, AdapterError> {
        self.hold_targets(of, &set).await?;
        self.executor().update_many(of, filter::document(of, filter)?, doc! { "$set": set }).await
    }

    pub(crate) async fn delete_matches(&self, of: &Collection, filter: &Filter) -> Result<u64, AdapterError> {
        let filter = filter::document(of, filter)?;
        if of.dependants.is_empty() {
            return self.executor().delete_many(of, filter).await;
        }
        let doomed = self.executor().find(of, filter, FindOptions::default()).await?;
        self.delete_with_dependants(of, doomed).await
    }

    pub(crate) async fn delete_first(&self, of: &Collection, batch: &Batch) -> Result<u64, AdapterError> {
        let mut query = Query::new(batch.model).limit(batch.limit);
        query.sort.extend(batch.sort);
        let filter = filter::document(of, &batch.filter)?;
        let doomed = self.executor().find(of, filter.clone(), query::options(of, &query)?).await?;
        if !of.dependants.is_empty() {
            return self.delete_with_dependants(of, doomed).await;
        }
        // The filter again: where nothing holds the documents, one may have changed since.
        let some = filter::ids(doomed.iter().map(document::id).collect());
        self.executor().delete_many(of, doc! { "$and": [filter, some] }).await
    }

    /// Takes the first match; the others go with it when that is asked.
    pub(crate) async fn take(
        &self,
        of: &Collection,
        consume: &Consume,
    ) -> Result<Option<Record>, AdapterError> {
        let filter = filter::document(of, &consume.filter)?;
        let sort = query::order(of, consume.sort.as_slice())?;
        if is_one_statement(of, consume) {
            let taken = self.executor().take_one(of, filter, sort).await?;
            return taken.map(|taken| document::record(of, &taken, None)).transpose();
        }
        let mut options = FindOptions::default();
        options.sort = Some(sort);
        options.limit = (!consume.with_all_matches).then_some(1);
        let mut others = self.executor().find(of, filter.clone(), options).await?;
        if others.is_empty() {
            return Ok(None);
        }
        let first = others.remove(0);
        // The others go first: also where nothing holds the documents, whoever comes in between finds none but the first.
        self.delete_with_dependants(of, others).await?;
        let first_alone = doc! { "$and": [filter, filter::ids(vec![document::id(&first)])] };
        let Some(taken) = self.executor().take_one(of, first_alone, Document::new()).await? else {
            return Ok(None);
        };
        self.follow(of, &[taken]).await?;
        document::record(of, &first, None).map(Some)
    }

    /// Adds and sets in one statement, whatever happens beside it.
    pub(crate) async fn add(
        &self,
        of: &Collection,
        increment: &Increment,
    ) -> Result<Option<Record>, AdapterError> {
        let set = document::change(of, &increment.set)?;
        self.hold_targets(of, &set).await?;
        let mut stage = Document::new();
        for (field, value) in set {
            stage.insert(field, doc! { "$literal": value });
        }
        for (field, delta) in &increment.add {
            let name = &of.column(*field)?.name;
            let counter = format!("${name}");
            let sum = doc! { "$add": [counter.as_str(), *delta] };
            // A null counter stays null.
            let is_number = doc! { "$gt": [counter.as_str(), Bson::Null] };
            stage.insert(name.clone(), doc! { "$cond": [is_number, sum, { "$literal": Bson::Null }] });
        }
        let filter = filter::document(of, &increment.filter)?;
        let updated = self.executor().update_one(of, filter, vec![doc! { "$set": stage }]).await?;
        updated.map(|updated| document::record(of, &updated, None)).transpose()
    }

    async fn ids(&self, of: &Collection, filter: &Filter) -> Result<Vec<Bson>, AdapterError> {
        let mut options = FindOptions::default();
        options.projection = Some(document::projection(of, &[FieldId::ID])?);
        let found = self.executor().find(of, filter::document(of, filter)?, options).await?;
        Ok(found.iter().map(document::id).collect())
    }
}

/// Whether consuming is one statement.
pub(crate) fn is_one_statement(of: &Collection, consume: &Consume) -> bool {
    let is_single = !consume.with_all_matches || filter::names_one(of, &consume.filter);
    is_single && of.dependants.is_empty()
}
