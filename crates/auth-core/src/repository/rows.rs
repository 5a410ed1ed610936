//! The rows of any model: defaults and ids are made, values are transformed; no hook runs.

use auth_schema::{FieldId, Model, ModelId, SchemaError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use smallvec::SmallVec;

use super::{Store, prepare};
use crate::adapter::{
    AdapterError, Batch, Consume, Deleted, Filter, Increment, Joined, Query, Record, Row, Search, Sort, Value,
};

/// The rows of one model.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    store: Store<'a>,
    model: ModelId,
}

impl<'a> Rows<'a> {
    pub(super) fn new(store: Store<'a>, model: ModelId) -> Self {
        Self { store, model }
    }

    /// The model.
    pub fn model(self) -> Result<&'a Model, AdapterError> {
        Ok(self.store.adapter.schema().model(self.model)?)
    }

    /// The handle of a field, by its name.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Schema`] when the model has no such field.
    pub fn field(self, name: &str) -> Result<FieldId, AdapterError> {
        Ok(self.model()?.find(name)?)
    }

    /// A question for all rows of the model.
    pub fn query(self) -> Query {
        Query::new(self.model)
    }

    /// Creates a row: an absent field takes its default, an absent id is made as the model says. One statement.
    pub async fn create(self, mut record: Record) -> Result<Record, AdapterError> {
        prepare::new_row(self.store, self.model()?, &mut record)?;
        let record = self.store.adapter.create(self.model, record).await?;
        self.outgoing(record)
    }

    /// A row as [`Rows::create`] would give it, without creating it. No statement.
    pub(super) fn imagine(self, mut record: Record) -> Result<Record, AdapterError> {
        let model = self.model()?;
        prepare::new_row(self.store, model, &mut record)?;
        if record.get(FieldId::ID).is_none() {
            // The engine would have made it.
            let id = prepare::likely_id(self.store, model);
            record.set(FieldId::ID, id);
        }
        for position in 1..model.fields().len() {
            let field = FieldId::new(position);
            if record.get(field).is_none() {
                record.set(field, Value::Null);
            }
        }
        self.outgoing(record)
    }

    /// Creates a row from a serde struct whose fields have the names of the model's, and gives it back as stored.
    /// Instants are ISO 8601 text, bytes base64, decimals text. One statement.
    pub async fn create_from<T: Serialize + DeserializeOwned + Sync>(
        self,
        row: &T,
    ) -> Result<T, AdapterError> {
        let record = Record::from_serde(self.model()?, row)?;
        self.create(record).await?.to_serde(self.model()?)
    }

    /// Finds the first row in the query's order. One statement, and one for each one-to-many join.
    pub async fn find_one(self, query: Query) -> Result<Option<Row>, AdapterError> {
        self.check(&query)?;
        let joins: SmallVec<[ModelId; 2]> = query.joins.iter().map(|join| join.model).collect();
        let row = self.store.adapter.find_one(query).await?;
        row.map(|row| self.outgoing_row(row, &joins)).transpose()
    }

    /// Finds rows; without a limit in the query, at most as many as the configuration says (100). One statement, and
    /// one for each one-to-many join.
    pub async fn find_many(self, mut query: Query) -> Result<Vec<Row>, AdapterError> {
        query.limit = query.limit.or(Some(self.store.environment.default_limit));
        self.find_all(query).await
    }

    /// Finds rows without any hidden limit. One statement, and one for each one-to-many join.
    pub async fn find_all(self, query: Query) -> Result<Vec<Row>, AdapterError> {
        self.check(&query)?;
        let joins: Vec<ModelId> = query.joins.iter().map(|join| join.model).collect();
        let rows = self.store.adapter.find_many(query).await?;
        rows.into_iter().map(|row| self.outgoing_row(row, &joins)).collect()
    }

    /// Finds rows by the words of a text. Statements as [`crate::adapter::Adapter::search`].
    pub async fn search(self, search: Search) -> Result<Vec<Record>, AdapterError> {
        if search.model != self.model {
            return Err(SchemaError::ForeignModel { id: search.model }.into());
        }
        let records = self.store.adapter.search(search).await?;
        records.into_iter().map(|record| self.outgoing(record)).collect()
    }

    /// Counts rows. One statement.
    pub async fn count(self, filter: Filter) -> Result<u64, AdapterError> {
        self.store.adapter.count(self.model, filter).await
    }

    /// Changes every match and gives one of the rows as it is afterwards; an empty filter matches nothing. One
    /// statement where the engine returns updated rows, else five.
    pub async fn update(self, filter: Filter, mut change: Record) -> Result<Option<Record>, AdapterError> {
        prepare::change(self.store, self.model()?, &mut change);
        let record = self.store.adapter.update(self.model, filter, change).await?;
        record.map(|record| self.outgoing(record)).transpose()
    }

    /// Changes every match and tells how many there were; an empty filter matches all rows. One statement.
    pub async fn update_many(self, filter: Filter, change: Record) -> Result<u64, AdapterError> {
        self.write(filter, self.completed(change)?).await
    }

    /// A change with what the fields say of changes.
    pub(super) fn completed(self, mut change: Record) -> Result<Record, AdapterError> {
        prepare::change(self.store, self.model()?, &mut change);
        Ok(change)
    }

    /// Writes a completed change to every match.
    pub(super) async fn write(self, filter: Filter, change: Record) -> Result<u64, AdapterError> {
        self.store.adapter.update_many(self.model, filter, change).await
    }

    /// Deletes every match and tells how many there were; an empty filter matches all rows. One statement.
    pub async fn delete_many(self, filter: Filter) -> Result<u64, AdapterError> {
        self.store.adapter.delete_many(self.model, filter).await
    }

    /// Takes the first match in an order exactly once. One statement where the engine returns deleted rows, else four.
    pub async fn consume_one(
        self,
        filter: Filter,
        sort: Option<Sort>,
    ) -> Result<Option<Record>, AdapterError> {
        let consume = Consume { model: self.model, filter, sort, with_all_matches: false };
        self.consume(consume).await
    }

    pub(super) async fn delete_batch(self, batch: Batch) -> Result<Deleted, AdapterError> {
        self.store.adapter.delete_batch(batch).await
    }

    pub(crate) async fn consume(self, consume: Consume) -> Result<Option<Record>, AdapterError> {
        let record = self.store.adapter.consume_one(consume).await?;
        record.map(|record| self.outgoing(record)).transpose()
    }

    /// Adds to counters of one matching row and sets fields along with it, guard and write in one step. One statement where the engine returns
    /// updated rows, else five.
    pub async fn increment_one(
        self,
        filter: Filter,
        add: Vec<(FieldId, i64)>,
        set: Option<Record>,
    ) -> Result<Option<Record>, AdapterError> {
        let sets = set.is_some();
        let mut increment = Increment { model: self.model, filter, add, set: set.unwrap_or_default() };
        increment.check(self.store.adapter.schema())?;
        if sets {
            prepare::change(self.store, self.model()?, &mut increment.set);
        }
        let record = self.store.adapter.increment_one(increment).await?;
        record.map(|record| self.outgoing(record)).transpose()
    }

    /// Refuses a question for another model: its handles would be other fields here.
    fn check(self, query: &Query) -> Result<(), AdapterError> {
        if query.model == self.model {
            Ok(())
        } else {
            Err(SchemaError::ForeignModel { id: query.model }.into())
        }
    }

    fn outgoing(self, mut record: Record) -> Result<Record, AdapterError> {
        prepare::outgoing(self.model()?, &mut record);
        Ok(record)
    }

    fn outgoing_row(self, mut row: Row, joins: &[ModelId]) -> Result<Row, AdapterError> {
        prepare::outgoing(self.model()?, &mut row.record);
        for (joined, model) in row.joined.iter_mut().zip(joins) {
            let model = self.store.adapter.schema().model(*model)?;
            match joined {
                Joined::One(record) => record.iter_mut().for_each(|record| prepare::outgoing(model, record)),
                Joined::Many(records) => {
                    for record in records {
                        prepare::outgoing(model, record);
                    }
                }
            }
        }
        Ok(row)
    }
}
