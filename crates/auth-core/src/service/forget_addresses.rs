//! Forget from where people came.

use std::time::Duration;

use auth_schema::{FieldId, ModelId, audit_event, session};
use time::OffsetDateTime;

use crate::adapter::{AdapterError, Direction, Filter, Operator, Query, Record, Value};
use crate::auth::Services;
use crate::domain::RequestContext;
use crate::error::AuthError;

/// How many rows have lost address and user agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Forgotten {
    /// Sessions.
    pub sessions: u64,
    /// Events of the audit trail.
    pub events: u64,
}

/// A model with its instant and what is forgotten.
struct Place {
    model: ModelId,
    created_at: FieldId,
    origin: [FieldId; 2],
}

impl Services<'_> {
    /// Takes addresses and user agents away from sessions and events that are older than
    /// `MaintenanceConfig::retain_addresses_for`. Nothing without that setting. As [`Services::forget_addresses_until`].
    ///
    /// # Errors
    ///
    /// The first failure; what was forgotten before stays forgotten.
    pub async fn forget_addresses(&self, context: &RequestContext) -> Result<Forgotten, AuthError> {
        let Some(retain) = self.maintenance_config().retain_addresses_for else {
            return Ok(Forgotten::default());
        };
        let retain = time::Duration::try_from(retain).unwrap_or(time::Duration::MAX);
        match self.now().checked_sub(retain) {
            Some(until) => self.forget_addresses_until(until, context).await,
            None => Ok(Forgotten::default()),
        }
    }

    /// Takes addresses and user agents away from sessions and events from before an instant, in batches with a pause between them
    /// (`MaintenanceConfig`). One `SELECT` for each batch and one `UPDATE` for each 500 of its rows. No index serves it: it reads the table of
    /// sessions once, in the order of ids, and the older events. No hook runs, and the instant of the last change stays. Sessions that
    /// stand in a store beside the database keep theirs there until they end.
    ///
    /// # Errors
    ///
    /// The first failure; what was forgotten before stays forgotten.
    #[tracing::instrument(name = "auth.forget_addresses", skip_all)]
    pub async fn forget_addresses_until(
        &self,
        until: OffsetDateTime,
        context: &RequestContext,
    ) -> Result<Forgotten, AuthError> {
        let sessions = Place {
            model: session::MODEL,
            created_at: session::CREATED_AT,
            origin: [session::IP_ADDRESS, session::USER_AGENT],
        };
        let trail = self.store().adapter().schema().audit_trail();
        let events = trail.map(|model| Place {
            model,
            created_at: audit_event::CREATED_AT,
            origin: [audit_event::IP_ADDRESS, audit_event::USER_AGENT],
        });
        Ok(Forgotten {
            sessions: self.forget_in(&sessions, until, context).await?,
            events: match &events {
                Some(place) => self.forget_in(place, until, context).await?,
                None => 0,
            },
        })
    }

    async fn forget_in(
        &self,
        place: &Place,
        until: OffsetDateTime,
        context: &RequestContext,
    ) -> Result<u64, AuthError> {
        let config = self.maintenance_config();
        let (limit, mut last, mut forgotten) = (u64::from(config.batch_size.max(1)), None, 0);
        // Inside a transaction there is no rest: others wait for it.
        let rest = if self.on_pool().is_some() { config.pause } else { Duration::ZERO };
        loop {
            let Some(ids) = self.older(place, until, last, limit, context).await? else {
                return Ok(forgotten);
            };
            let is_full = ids.len() as u64 == limit;
            last = ids.last().cloned();
            for some in ids.chunks(AT_ONCE) {
                let [address, agent] = place.origin;
                let change = Record::default().with(address, Value::Null).with(agent, Value::Null);
                let adapter = self.store_for(context).adapter();
                forgotten += adapter.update_many(place.model, Filter::ids(some.to_vec()), change).await?;
            }
            if !is_full {
                return Ok(forgotten);
            }
            tokio::time::sleep(rest).await;
        }
    }

    /// The ids of some rows that are old and not forgotten yet, in order; `None` where nobody can list them.
    async fn older(
        &self,
        place: &Place,
        until: OffsetDateTime,
        last: Option<Value>,
        limit: u64,
        context: &RequestContext,
    ) -> Result<Option<Vec<Value>>, AdapterError> {
        let [address, agent] = place.origin;
        let mut filter = Filter::everything()
            .and(place.created_at, Operator::Less, until)
            .or(address, Operator::NotEqual, Value::Null)
            .or(agent, Operator::NotEqual, Value::Null);
        if let Some(last) = last {
            filter = filter.and(FieldId::ID, Operator::Greater, last);
        }
        let query = Query::new(place.model)
            .filter(filter)
            .sort(FieldId::ID, Direction::Ascending)
            .limit(limit)
            .select(vec![FieldId::ID]);
        match self.store_for(context).rows(place.model).find_all(query).await {
            Ok(rows) => {
                Ok(Some(rows.iter().filter_map(|row| row.record.get(FieldId::ID).cloned()).collect()))
            }
            // They stand in a store beside the database alone, and go with it.
            Err(AdapterError::Unsupported { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

const AT_ONCE: usize = 500;
