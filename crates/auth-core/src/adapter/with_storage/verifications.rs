//! Verifications: in the store alone, or in the database and shown by the store.
//!
//! The store has one for each identifier, the latest.

use std::sync::Arc;

use auth_schema::{FieldId, verification};

use super::change::Change;
use super::entries::{instant_of, text_of, ttl};
use super::{WithStorage, json};
use crate::adapter::memory::Tables;
use crate::adapter::named;
use crate::adapter::{AdapterError, Consume, Filter, Query, Record, Row};
use crate::secondary_storage::{Entry, keys};

impl WithStorage<'_> {
    pub(super) async fn create_verification(&self, record: Record) -> Result<Record, AdapterError> {
        let created = if self.mode().verifications_in_database {
            self.adapter().create(verification::MODEL, record).await?
        } else {
            self.complete(verification::MODEL, record)?
        };
        let identifier = text_of(&created, verification::IDENTIFIER).unwrap_or_default().to_owned();
        self.tell(vec![Change::Verification { identifier, record: created.clone() }]).await?;
        Ok(created)
    }

    /// Finds verifications that stand in the store alone, by their identifiers.
    pub(super) async fn find_verifications(&self, query: &Query) -> Result<Vec<Row>, AdapterError> {
        let mut tables = Tables::new(Arc::new(self.adapter().schema().clone()));
        for (identifier, (_, record)) in self.named_verifications(&query.filter).await? {
            if let Some(queue) = &self.queue {
                queue.remember_key(text_of(&record, FieldId::ID).unwrap_or_default(), &identifier);
            }
            tables.create(verification::MODEL, record)?;
        }
        tables.find(query)
    }

    /// The verifications of the store that a filter names, with their identifiers and texts; not all of them need pass it.
    async fn named_verifications(
        &self,
        filter: &Filter,
    ) -> Result<Vec<(String, (String, Record))>, AdapterError> {
        let mut found = Vec::new();
        for identifier in self.identifiers(filter)? {
            let text = self.mirror.storage().get(&keys::verification(&identifier)).await?;
            if let Some(text) = text
                && let Some(record) = self.read_verification(&text)?
            {
                found.push((identifier, (text, record)));
            }
        }
        Ok(found)
    }

    /// What stands in the store; it has no id of a row, so its identifier is its id.
    fn read_verification(&self, text: &str) -> Result<Option<Record>, AdapterError> {
        let model = self.adapter().schema().model(verification::MODEL)?;
        let Ok(serde_json::Value::Object(mut object)) = serde_json::from_str(text) else {
            return Ok(None);
        };
        if let Some(identifier) = object.get("identifier").cloned() {
            object.entry("id").or_insert(identifier);
        }
        Ok(json::read::row(model, object))
    }

    fn identifiers(&self, filter: &Filter) -> Result<Vec<String>, AdapterError> {
        if let Some(identifiers) = named::values(filter, verification::IDENTIFIER) {
            return Ok(identifiers.into_iter().map(str::to_owned).collect());
        }
        if let (Some(ids), Some(queue)) = (named::values(filter, FieldId::ID), &self.queue) {
            return Ok(ids.into_iter().filter_map(|id| queue.key_of(id)).collect());
        }
        Err(AdapterError::Unsupported {
            what: "find verifications by anything but their identifier",
            advice: "they stand in the secondary storage alone: set VerificationConfig::store_in_database",
        })
    }

    /// Takes a verification.
    pub(super) async fn consume_verification(
        &self,
        consume: Consume,
    ) -> Result<Option<Record>, AdapterError> {
        if self.mode().verifications_in_database {
            let named = named::values(&consume.filter, verification::IDENTIFIER);
            let mut identifiers: Vec<String> = named.into_iter().flatten().map(str::to_owned).collect();
            let taken = self.adapter().consume_one(consume).await?;
            let own = taken.as_ref().and_then(|record| text_of(record, verification::IDENTIFIER));
            identifiers.extend(own.map(str::to_owned));
            self.tell(vec![Change::NoVerification { identifiers }]).await?;
            return Ok(taken);
        }
        let mut taken = None;
        for identifier in self.identifiers(&consume.filter)? {
            if let Some(record) = self.take(&identifier).await? {
                taken.get_or_insert(record);
            }
        }
        Ok(taken)
    }

    pub(super) async fn update_verification(
        &self,
        filter: Filter,
        change: Record,
    ) -> Result<Option<Record>, AdapterError> {
        if !self.mode().verifications_in_database {
            return Ok(self.change_verifications(&filter, &change).await?.into_iter().next());
        }
        let updated = self.adapter().update(verification::MODEL, filter, change).await?;
        let identifier = updated.as_ref().and_then(|record| text_of(record, verification::IDENTIFIER));
        let identifiers = identifier.map(str::to_owned).into_iter().collect();
        self.tell(vec![Change::NoVerification { identifiers }]).await?;
        Ok(updated)
    }

    pub(super) async fn update_verifications(
        &self,
        filter: Filter,
        change: Record,
    ) -> Result<u64, AdapterError> {
        if !self.mode().verifications_in_database {
            return Ok(self.change_verifications(&filter, &change).await?.len() as u64);
        }
        // Whoever finds none in the store looks into the database.
        let gone = self.shown(&filter).await?;
        let count = self.adapter().update_many(verification::MODEL, filter, change).await?;
        self.tell(gone).await?;
        Ok(count)
    }

    pub(super) async fn delete_verifications(&self, filter: Filter) -> Result<u64, AdapterError> {
        if self.mode().verifications_in_database {
            let gone = self.shown(&filter).await?;
            let count = self.adapter().delete_many(verification::MODEL, filter).await?;
            self.tell(gone).await?;
            return Ok(count);
        }
        let mut count = 0;
        for row in self.find_verifications(&Query::new(verification::MODEL).filter(filter)).await? {
            let identifier = text_of(&row.record, verification::IDENTIFIER).unwrap_or_default();
            count += u64::from(self.take(identifier).await?.is_some());
        }
        Ok(count)
    }

    /// Takes a verification out of the store at once, so that one caller has it; it is given back when the transaction is undone.
    async fn take(&self, identifier: &str) -> Result<Option<Record>, AdapterError> {
        let key = keys::verification(identifier);
        let Some(text) = self.mirror.storage().get_and_delete(&key).await? else {
            return Ok(None);
        };
        let Some(record) = self.read_verification(&text)? else {
            return Ok(None);
        };
        let ends = instant_of(&record, verification::EXPIRES_AT).unwrap_or_default();
        if let (Some(queue), Some(ttl)) = (&self.queue, ttl(ends, self.mirror.now())) {
            queue.remember_taken(key, text, ttl);
        }
        Ok(Some(record))
    }

    /// Takes back what the store shows of rows that are about to change.
    async fn shown(&self, filter: &Filter) -> Result<Vec<Change>, AdapterError> {
        if let Some(identifiers) = named::values(filter, verification::IDENTIFIER) {
            let identifiers = identifiers.into_iter().map(str::to_owned).collect();
            return Ok(vec![Change::NoVerification { identifiers }]);
        }
        let query =
            Query::new(verification::MODEL).filter(filter.clone()).select(vec![verification::IDENTIFIER]);
        let rows = self.adapter().find_many(query).await?;
        let of = |row: &Row| text_of(&row.record, verification::IDENTIFIER).map(str::to_owned);
        let identifiers = rows.iter().filter_map(of).collect();
        Ok(vec![Change::NoVerification { identifiers }])
    }

    /// Changes verifications of the store alone, unless they were taken meanwhile.
    async fn change_verifications(
        &self,
        filter: &Filter,
        change: &Record,
    ) -> Result<Vec<Record>, AdapterError> {
        let model = self.adapter().schema().model(verification::MODEL)?;
        let mut changed = Vec::new();
        for (identifier, (before, mut record)) in self.named_verifications(filter).await? {
            record.merge(change);
            record.normalise_instants();
            let text = serde_json::Value::Object(json::write(model, &record)).to_string();
            let ends = instant_of(&record, verification::EXPIRES_AT).unwrap_or_default();
            let new = ttl(ends, self.mirror.now()).map(|ttl| Entry { value: &text, ttl });
            let key = keys::verification(&identifier);
            if self.mirror.storage().compare_and_set(&key, Some(&before), new).await? {
                changed.push(record);
            }
        }
        Ok(changed)
    }
}
