//! The audit trail.

use auth_schema::{Model, ModelId, audit_event as event};
use time::OffsetDateTime;

use super::Store;
use crate::adapter::{AdapterError, Batch, Direction, Filter, Operator, Query, Record, Sort, Value};
use crate::domain::{Actor, AuditEvent, EventId, EventKind, NewEvent, Outcome, SessionId, UserId};

/// The audit trail of a store.
#[derive(Debug, Clone, Copy)]
pub struct Events<'a> {
    store: Store<'a>,
    model: ModelId,
}

impl<'a> Events<'a> {
    pub(super) fn new(store: Store<'a>, model: ModelId) -> Self {
        Self { store, model }
    }

    /// Writes down what happened: on a store inside a transaction, it stands if that is committed, and not otherwise. One
    /// statement. No hook runs.
    pub async fn record(self, new: NewEvent) -> Result<AuditEvent, AdapterError> {
        let context = self.store.context();
        let mut record = self.bare(&new);
        let session_id = new.session_id.as_ref().or(context.session_id.as_ref()).map(SessionId::as_str);
        record.set(event::SESSION_ID, optional(session_id));
        record.set(event::IP_ADDRESS, optional(context.ip_address.as_deref()));
        record.set(event::USER_AGENT, optional(context.user_agent.as_deref()));
        self.read(self.store.rows(self.model).create(record).await?)
    }

    /// Writes down what happened without saying from where. One statement.
    pub(crate) async fn record_without_origin(self, new: NewEvent) -> Result<(), AdapterError> {
        self.store.rows(self.model).create(self.bare(&new)).await.map(|_| ())
    }

    /// Lists events newest first, at most `limit`, those before the given one when there is one: pass the last event of a page to
    /// get the next. One statement, no page is slower than the first.
    pub async fn list(self, after: Option<&AuditEvent>, limit: u64) -> Result<Vec<AuditEvent>, AdapterError> {
        self.newest(Filter::everything(), after, limit).await
    }

    /// Lists the events that are about a user, as [`Events::list`] does. One statement.
    pub async fn list_of_user(
        self,
        user_id: &UserId,
        after: Option<&AuditEvent>,
        limit: u64,
    ) -> Result<Vec<AuditEvent>, AdapterError> {
        self.newest(Filter::equal(event::USER_ID, user_id.as_str()), after, limit).await
    }

    /// Finds an event by its id. One statement.
    pub async fn find(self, id: &EventId) -> Result<Option<AuditEvent>, AdapterError> {
        let query = Query::new(self.model).filter(Filter::equal(event::ID, id.as_str()));
        let row = self.store.rows(self.model).find_one(query).await?;
        row.map(|row| self.read(row.record)).transpose()
    }

    /// Deletes events from before an instant, at most `limit`, the oldest first; tells how many there were: fewer than `limit` when
    /// no others are left, or other workers are at them. One statement.
    pub async fn delete_older_batch(self, than: OffsetDateTime, limit: u64) -> Result<u64, AdapterError> {
        let sort = Some(Sort { field: event::CREATED_AT, direction: Direction::Ascending });
        let batch = Batch { model: self.model, filter: older(than), sort, limit };
        Ok(self.store.rows(self.model).delete_batch(batch).await?.count)
    }

    /// Counts the events from before an instant. One statement.
    pub async fn count_older(self, than: OffsetDateTime) -> Result<u64, AdapterError> {
        self.store.rows(self.model).count(older(than)).await
    }

    /// Takes away who a user was: the events about them, and from where they acted in events about others. Two statements.
    pub(crate) async fn forget(self, user_id: &UserId) -> Result<u64, AdapterError> {
        let rows = self.store.rows(self.model);
        let acted = Filter::equal(event::ACTOR_ID, user_id.as_str());
        let change = origin().with(event::ACTOR_ID, Value::Null).with(event::SESSION_ID, Value::Null);
        rows.update_many(acted, change).await?;
        rows.delete_many(Filter::equal(event::USER_ID, user_id.as_str())).await
    }

    /// Takes away from where a user acted; what happened stays. Two statements.
    pub(crate) async fn forget_origin(self, user_id: &UserId) -> Result<(), AdapterError> {
        let rows = self.store.rows(self.model);
        for field in [event::USER_ID, event::ACTOR_ID] {
            rows.update_many(Filter::equal(field, user_id.as_str()), origin()).await?;
        }
        Ok(())
    }

    /// What is known of an event apart from where it came from.
    fn bare(self, new: &NewEvent) -> Record {
        let context = self.store.context();
        let other = context.user_id.as_ref().filter(|acting| Some(*acting) != new.user_id.as_ref());
        let other = other.filter(|_| new.user_id.is_some());
        let actor = match context.actor {
            Actor::User if other.is_some() => Actor::Operator,
            actor => actor,
        };
        Record::with_capacity(11)
            .with(event::CREATED_AT, self.store.clock().now())
            .with(event::KIND, new.kind.as_str())
            .with(event::OUTCOME, new.outcome.as_str())
            .with(event::USER_ID, optional(new.user_id.as_ref().map(UserId::as_str)))
            .with(event::ACTOR, actor.as_str())
            .with(event::ACTOR_ID, optional(other.map(UserId::as_str)))
            .with(event::SESSION_ID, Value::Null)
            .with(event::IP_ADDRESS, Value::Null)
            .with(event::USER_AGENT, Value::Null)
            .with(event::DETAIL, optional(new.detail.as_deref().map(bounded)))
    }

    async fn newest(
        self,
        filter: Filter,
        after: Option<&AuditEvent>,
        limit: u64,
    ) -> Result<Vec<AuditEvent>, AdapterError> {
        let filter = match after {
            None => filter,
            Some(last) => filter
                .and(event::CREATED_AT, Operator::LessOrEqual, last.created_at)
                .or(event::CREATED_AT, Operator::Less, last.created_at)
                .or(event::ID, Operator::Less, last.id.as_str()),
        };
        let query = Query::new(self.model)
            .filter(filter)
            .sort(event::CREATED_AT, Direction::Descending)
            .sort(event::ID, Direction::Descending)
            .limit(limit)
            .on_replica();
        let rows = self.store.rows(self.model).find_all(query).await?;
        rows.into_iter().map(|row| self.read(row.record)).collect()
    }

    fn read(self, mut record: Record) -> Result<AuditEvent, AdapterError> {
        let model: &Model = self.store.adapter.schema().model(self.model)?;
        Ok(AuditEvent {
            id: EventId::new(record.take_text(model, event::ID)?),
            created_at: record.take_timestamp(model, event::CREATED_AT)?,
            kind: EventKind::of_name(&record.take_text(model, event::KIND)?),
            outcome: Outcome::of_name(&record.take_text(model, event::OUTCOME)?),
            user_id: record.take_optional_text(model, event::USER_ID)?.map(UserId::new),
            actor: Actor::of_name(&record.take_text(model, event::ACTOR)?),
            actor_id: record.take_optional_text(model, event::ACTOR_ID)?.map(UserId::new),
            session_id: record.take_optional_text(model, event::SESSION_ID)?.map(SessionId::new),
            ip_address: record.take_optional_text(model, event::IP_ADDRESS)?,
            user_agent: record.take_optional_text(model, event::USER_AGENT)?,
            detail: record.take_optional_text(model, event::DETAIL)?,
        })
    }
}

fn older(than: OffsetDateTime) -> Filter {
    Filter::everything().and(event::CREATED_AT, Operator::Less, than)
}

/// A change that takes away from where something came.
fn origin() -> Record {
    Record::default().with(event::IP_ADDRESS, Value::Null).with(event::USER_AGENT, Value::Null)
}

fn optional(text: Option<&str>) -> Value {
    text.filter(|text| !text.is_empty()).map_or(Value::Null, Value::from)
}

/// At most so many characters as an index or a person takes.
fn bounded(text: &str) -> &str {
    text.char_indices().nth(MOST_CHARACTERS).map_or(text, |(end, _)| &text[..end])
}

const MOST_CHARACTERS: usize = 255;
