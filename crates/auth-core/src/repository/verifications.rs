//! Verifications.

use auth_schema::verification;

use super::Store;
use crate::adapter::{AdapterError, Consume, Direction, Filter, Query, Record, Sort};
use crate::domain::{NewVerification, Secret, Verification, VerificationId};

/// The verifications of a store.
#[derive(Debug, Clone, Copy)]
pub struct Verifications<'a> {
    store: Store<'a>,
}

impl<'a> Verifications<'a> {
    pub(super) fn new(store: Store<'a>) -> Self {
        Self { store }
    }

    /// Creates a verification. Several may have one identifier; the newest counts. One statement. Source:
    /// `createVerificationValue`.
    pub async fn create(self, new: NewVerification) -> Result<Verification, AdapterError> {
        let now = self.store.clock.now();
        let record = Record::with_capacity(6)
            .with(verification::ID, self.store.new_id())
            .with(verification::IDENTIFIER, new.identifier)
            .with(verification::VALUE, new.value.expose())
            .with(verification::EXPIRES_AT, new.expires_at)
            .with(verification::CREATED_AT, now)
            .with(verification::UPDATED_AT, now);
        from_record(self.store.adapter.create(verification::MODEL, record).await?)
    }

    /// Finds the newest verification of an identifier without taking it; `None` when it has expired. One
    /// statement. Source: `findVerificationValue`.
    pub async fn find(self, identifier: &str) -> Result<Option<Verification>, AdapterError> {
        let query = Query::new(verification::MODEL)
            .filter(Filter::equal(verification::IDENTIFIER, identifier))
            .sort(verification::CREATED_AT, Direction::Descending);
        let row = self.store.adapter.find_one(query).await?;
        self.unless_expired(row.map(|row| row.record))
    }

    /// Takes the newest verification of an identifier, exactly once: of any number of concurrent callers at
    /// most one receives it, and older values of the identifier are deleted with it. `None` when there is none
    /// or it has expired (then it is deleted all the same). One statement where the engine returns deleted
    /// rows, else four. Source: `consumeVerificationValue`.
    pub async fn consume(self, identifier: &str) -> Result<Option<Verification>, AdapterError> {
        let consume = Consume {
            model: verification::MODEL,
            filter: Filter::equal(verification::IDENTIFIER, identifier),
            sort: Some(Sort { field: verification::CREATED_AT, direction: Direction::Descending }),
            with_all_matches: true,
        };
        let record = self.store.adapter.consume_one(consume).await?;
        self.unless_expired(record)
    }

    /// Deletes every verification of an identifier and tells how many there were. One statement. Source:
    /// `deleteVerificationByIdentifier`.
    pub async fn delete(self, identifier: &str) -> Result<u64, AdapterError> {
        let filter = Filter::equal(verification::IDENTIFIER, identifier);
        self.store.adapter.delete_many(verification::MODEL, filter).await
    }

    fn unless_expired(self, record: Option<Record>) -> Result<Option<Verification>, AdapterError> {
        let found = record.map(from_record).transpose()?;
        Ok(found.filter(|verification| verification.expires_at >= self.store.clock.now()))
    }
}

fn from_record(mut record: Record) -> Result<Verification, AdapterError> {
    let model = verification::MODEL;
    Ok(Verification {
        id: VerificationId::new(record.take_text(model, verification::ID)?),
        identifier: record.take_text(model, verification::IDENTIFIER)?,
        value: Secret::new(record.take_text(model, verification::VALUE)?),
        expires_at: record.take_timestamp(model, verification::EXPIRES_AT)?,
        created_at: record.take_timestamp(model, verification::CREATED_AT)?,
        updated_at: record.take_timestamp(model, verification::UPDATED_AT)?,
    })
}
