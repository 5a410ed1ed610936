//! Verifications.

use auth_schema::{FieldId, ModelId, verification};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::expiry::{self, ExpiredBatch, Resume};
use super::{RepositoryError, Store, additional};
use crate::adapter::{AdapterError, Consume, Direction, Filter, Operator, Query, Record, Sort, Value};
use crate::config::IdentifierStorage;
use crate::domain::{NewVerification, Secret, Verification, VerificationChange, VerificationId};
use crate::hooks::{self, Chain, Hooked, Hooks, Updated};

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
    pub async fn create(self, new: NewVerification) -> Result<Verification, RepositoryError> {
        hooks::create(self.store, new).await
    }

    /// Finds the newest verification of an identifier without taking it; `None` when it has expired. One
    /// statement. Source: `findVerificationValue`.
    pub async fn find(self, identifier: &str) -> Result<Option<Verification>, AdapterError> {
        if identifier.contains('\0') {
            return Ok(None);
        }
        let query = Query::new(verification::MODEL)
            .filter(self.by_identifier(identifier))
            .sort(verification::CREATED_AT, Direction::Descending);
        let row = self.store.rows(verification::MODEL).find_one(query).await?;
        let found = row.map(|row| Verification::from_record(row.record, self.store)).transpose()?;
        Ok(self.unless_expired(found))
    }

    /// Takes the newest verification of an identifier, exactly once: of any number of concurrent callers at
    /// most one receives it, and older values of the identifier are deleted with it. `None` when there is none
    /// or it has expired (then it is deleted all the same). One statement where the engine returns deleted
    /// rows, else four. Source: `consumeVerificationValue`.
    pub async fn consume(self, identifier: &str) -> Result<Option<Verification>, RepositoryError> {
        // No engine stores such a text.
        if identifier.contains('\0') {
            return Ok(None);
        }
        let filter = self.by_identifier(identifier);
        let newest_first = Some(verification::CREATED_AT);
        if let Some(rows) = hooks::delete::<Verification>(self.store, &filter, newest_first).await? {
            return Ok(self.unless_expired(rows.into_iter().next()));
        }
        let consume = Consume {
            model: verification::MODEL,
            filter,
            sort: Some(Sort { field: verification::CREATED_AT, direction: Direction::Descending }),
            with_all_matches: true,
        };
        let record = self.store.rows(verification::MODEL).consume(consume).await?;
        let found = record.map(|record| Verification::from_record(record, self.store)).transpose()?;
        Ok(self.unless_expired(found))
    }

    /// Changes every verification of an identifier and tells how many there were. One statement without hooks. Source:
    /// `updateVerificationByIdentifier`.
    pub async fn update(self, identifier: &str, change: VerificationChange) -> Result<u64, RepositoryError> {
        match hooks::update::<Verification>(self.store, self.by_identifier(identifier), change).await? {
            Updated::Rows(rows) => Ok(rows.len() as u64),
            Updated::Not(filter, change) => {
                let change = Verification::change_record(change, self.store)?;
                Ok(self.store.rows(verification::MODEL).update_many(filter, change).await?)
            }
        }
    }

    /// Deletes every verification of an identifier and tells how many there were. One statement. Source:
    /// `deleteVerificationByIdentifier`.
    pub async fn delete(self, identifier: &str) -> Result<u64, RepositoryError> {
        let filter = self.by_identifier(identifier);
        match hooks::delete::<Verification>(self.store, &filter, None).await? {
            Some(rows) => Ok(rows.len() as u64),
            None => Ok(self.store.rows(verification::MODEL).delete_many(filter).await?),
        }
    }

    /// Rows from before identifiers were hashed are found too.
    fn by_identifier(self, identifier: &str) -> Filter {
        match self.store.environment.verification.identifiers {
            IdentifierStorage::Plain => Filter::equal(verification::IDENTIFIER, identifier),
            IdentifierStorage::Hashed => {
                let both = vec![Value::from(hashed(identifier)), Value::from(identifier)];
                Filter::everything().and(verification::IDENTIFIER, Operator::In, Value::List(both))
            }
        }
    }

    /// Deletes verifications that have expired, at most `limit`, the oldest first. Batches follow each other, and hooks are heard,
    /// as in [`super::Sessions::delete_expired_batch`]. One statement; with hooks one transaction.
    pub async fn delete_expired_batch(
        self,
        limit: u64,
        from: &Resume,
    ) -> Result<ExpiredBatch, RepositoryError> {
        let expired = (verification::EXPIRES_AT, self.expired());
        expiry::delete_batch::<Verification>(self.store, expired, limit, from).await
    }

    /// Counts the verifications that have expired and are still there. One statement.
    pub async fn count_expired(self) -> Result<u64, AdapterError> {
        self.store.rows(verification::MODEL).count(self.expired()).await
    }

    fn expired(self) -> Filter {
        Filter::everything().and(verification::EXPIRES_AT, Operator::Less, self.store.clock().now())
    }

    fn unless_expired(self, found: Option<Verification>) -> Option<Verification> {
        found.filter(|verification| verification.expires_at >= self.store.clock().now())
    }
}

impl Hooked for Verification {
    const LAST_CORE: FieldId = verification::UPDATED_AT;
    const MODEL: ModelId = verification::MODEL;

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn new_record(new: NewVerification, store: Store<'_>) -> Result<Record, AdapterError> {
        let now = store.clock().now();
        let identifier = match store.environment.verification.identifiers {
            IdentifierStorage::Plain => new.identifier,
            IdentifierStorage::Hashed => hashed(&new.identifier),
        };
        let mut record = Record::with_capacity(6)
            .with(verification::IDENTIFIER, identifier)
            .with(verification::VALUE, new.value.expose())
            .with(verification::EXPIRES_AT, new.expires_at)
            .with(verification::CREATED_AT, now)
            .with(verification::UPDATED_AT, now);
        if let Some(id) = new.id {
            record.set(verification::ID, Value::Text(id.into_string()));
        }
        additional::write::<Self>(store, new.additional, &mut record)?;
        Ok(record)
    }

    fn change_record(change: VerificationChange, store: Store<'_>) -> Result<Record, AdapterError> {
        let mut record = Record::with_capacity(6).with(verification::UPDATED_AT, store.clock().now());
        if let Some(value) = change.value {
            record.set(verification::VALUE, Value::from(value.expose()));
        }
        if let Some(expires_at) = change.expires_at {
            record.set(verification::EXPIRES_AT, Value::Timestamp(expires_at));
        }
        additional::write::<Self>(store, change.additional, &mut record)?;
        Ok(record)
    }

    fn from_record(mut record: Record, store: Store<'_>) -> Result<Self, AdapterError> {
        let model = store.adapter.schema().model(verification::MODEL)?;
        Ok(Self {
            id: VerificationId::new(record.take_text(model, verification::ID)?),
            identifier: record.take_text(model, verification::IDENTIFIER)?,
            value: Secret::new(record.take_text(model, verification::VALUE)?),
            expires_at: record.take_timestamp(model, verification::EXPIRES_AT)?,
            created_at: record.take_timestamp(model, verification::CREATED_AT)?,
            updated_at: record.take_timestamp(model, verification::UPDATED_AT)?,
            additional: additional::read::<Self>(store, &mut record)?,
        })
    }

    fn chain(hooks: &Hooks) -> &Chain<Self> {
        &hooks.verification
    }
}

/// SHA-256 of an identifier as base64url without padding. Source: Better Auth's `storeIdentifier: "hashed"`.
fn hashed(identifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(identifier))
}

#[cfg(test)]
mod tests {
    #[test]
    fn identifiers_are_hashed_as_better_auth_does() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../../../tests/vectors/verification_identifier_hash.json"))
                .unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        for vector in vectors["vectors"].as_array().unwrap() {
            assert_eq!(super::hashed(&text(&vector["identifier"])), text(&vector["hashed"]));
        }
    }
}
