//! The entries of the store: how they are written, read and taken away.
//!
//! Nothing brings a session back that was revoked meanwhile: a change compares and sets, and what begins looks afterwards whether
//! somebody revoked sessions of the user while it was on its way.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use auth_schema::{FieldId, session, user};
use serde_json::{Map, Value as Json};
use time::OffsetDateTime;

use super::change::Due;
use super::json;
use super::list::{self, Listed};
use super::mode::Mode;
use crate::adapter::{Adapter, AdapterError, Filter, Operator, Query, Record, Value};
use crate::domain::Clock;
use crate::secondary_storage::{Entry, SecondaryStorage, StorageError, keys};

/// The entries of the store.
#[derive(Debug)]
pub(super) struct Entries {
    /// The database, outside of any transaction.
    pub(super) adapter: Arc<dyn Adapter>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) mode: Mode,
}

impl Entries {
    /// The session of a token with its user; `None` when it is not there, or revoked. Two questions; one when it is not there.
    pub(super) async fn find(
        &self,
        storage: &dyn SecondaryStorage,
        token: &str,
    ) -> Result<Option<(Record, Record)>, StorageError> {
        let Some(text) = storage.get(keys::session(token)).await? else {
            return Ok(None);
        };
        let Some((session, user)) = json::read::session_with_user(self.adapter.schema(), &text) else {
            return Ok(None);
        };
        // Another kind of entry may stand under what somebody presents as a token.
        if text_of(&session, session::TOKEN) != Some(token) {
            return Ok(None);
        }
        let user_id = text_of(&session, session::USER_ID).unwrap_or_default();
        let marker = storage.get(&keys::revoked_before(user_id)).await?;
        let revoked_before = marker.and_then(|text| text.parse::<i64>().ok()).unwrap_or(i64::MIN);
        let began = instant_of(&session, session::CREATED_AT).unwrap_or(i64::MIN);
        Ok((began >= revoked_before).then_some((session, user)))
    }

    /// Writes a session that has begun: first into the list, so that who revokes all finds it.
    pub(super) async fn begin(
        &self,
        storage: &dyn SecondaryStorage,
        session: &Record,
        user: &Record,
    ) -> Result<(), AdapterError> {
        let (Some(token), Some(user_id), Some(expires_at)) = (
            text_of(session, session::TOKEN),
            text_of(session, session::USER_ID),
            instant_of(session, session::EXPIRES_AT),
        ) else {
            return Ok(());
        };
        let now = self.now();
        let Some(ttl) = ttl(expires_at, now) else {
            return Ok(());
        };
        let Some(text) = json::write_session(self.adapter.schema(), session, user) else {
            return Ok(());
        };
        list::add(storage, user_id, &Listed { token: token.to_owned(), expires_at }, now).await?;
        storage.set(keys::session(token), &text, ttl).await?;
        if storage.get(&keys::revoking(user_id)).await?.is_none() {
            return Ok(());
        }
        if !self.still_holds(storage, user_id, token).await? {
            return self.take_away(storage, user_id, &[token.to_owned()]).await;
        }
        self.show_user(storage, user_id).await
    }

    /// Writes fields of a session that is there, and gives it as it is then. One that is not stays away: `None`.
    pub(super) async fn change(
        &self,
        storage: &dyn SecondaryStorage,
        token: &str,
        change: &Record,
    ) -> Result<Option<Record>, AdapterError> {
        let fields = json::write_change(self.adapter.schema().model(session::MODEL)?, change);
        let changed = self.edit(storage, token, "session", &fields).await?;
        if let (Some(session), true) = (&changed, change.get(session::EXPIRES_AT).is_some())
            && let Some(user_id) = text_of(session, session::USER_ID)
        {
            let expires_at = instant_of(session, session::EXPIRES_AT).unwrap_or_default();
            list::add(storage, user_id, &Listed { token: token.to_owned(), expires_at }, self.now()).await?;
        }
        Ok(changed)
    }

    /// Applies what is due, now or long after it happened.
    pub(super) async fn apply(
        &self,
        storage: &dyn SecondaryStorage,
        due: &Due,
        late: bool,
    ) -> Result<(), AdapterError> {
        match due {
            Due::Revoked { user_id, tokens, crowd } => {
                if let (Some(user_id), true) = (user_id, *crowd) {
                    storage.set(&keys::revoking(user_id), "1", ON_THEIR_WAY).await?;
                    self.take_what_is_gone(storage, user_id).await?;
                }
                for token in tokens {
                    self.revoke(storage, user_id.as_deref(), token).await?;
                }
                Ok(())
            }
            Due::AllRevoked { user_id, before, tokens } => {
                self.mark(storage, user_id, *before).await?;
                storage.set(&keys::revoking(user_id), "1", ON_THEIR_WAY).await?;
                let mut gone = tokens.clone();
                for listed in list::read(storage, user_id, self.now()).await? {
                    // Long after it happened, later sessions stand in the list.
                    if !late || self.began_by(storage, &listed.token, *before).await? {
                        gone.push(listed.token);
                    }
                }
                self.take_away(storage, user_id, &gone).await
            }
            Due::Resync { token } => self.resync(storage, token).await,
            Due::UserChanged { user_id } => self.refresh_user(storage, user_id).await,
        }
    }

    /// Takes a session away, if it is the user's.
    async fn revoke(
        &self,
        storage: &dyn SecondaryStorage,
        user_id: Option<&str>,
        token: &str,
    ) -> Result<(), AdapterError> {
        let Some(text) = storage.get(keys::session(token)).await? else {
            return Ok(());
        };
        // Also one that cannot be read as a session here: others may.
        let Some((stored, owner)) = json::token_and_user(&text) else {
            return Ok(());
        };
        if stored != token || user_id.is_some_and(|id| id != owner) {
            return Ok(());
        }
        self.take_away(storage, &owner, &[token.to_owned()]).await
    }

    /// Nothing of a user that began before an instant holds; an earlier mark never takes the place of a later one.
    async fn mark(
        &self,
        storage: &dyn SecondaryStorage,
        user_id: &str,
        before: i64,
    ) -> Result<(), AdapterError> {
        let key = keys::revoked_before(user_id);
        loop {
            let old = storage.get(&key).await?;
            let latest = old.as_deref().and_then(|text| text.parse().ok()).unwrap_or(before).max(before);
            let new = Entry { value: &latest.to_string(), ttl: self.mode.longest };
            if storage.compare_and_set(&key, old.as_deref(), Some(new)).await? {
                return Ok(());
            }
        }
    }

    /// Takes away what stands in the list and not in the database.
    async fn take_what_is_gone(
        &self,
        storage: &dyn SecondaryStorage,
        user_id: &str,
    ) -> Result<(), AdapterError> {
        let listed = list::read(storage, user_id, self.now()).await?;
        if !self.mode.in_database || listed.is_empty() {
            return Ok(());
        }
        let tokens = listed.iter().map(|listed| Value::from(listed.token.as_str())).collect();
        let query = Query::new(session::MODEL).filter(self.live(Filter::everything().and(
            session::TOKEN,
            Operator::In,
            Value::List(tokens),
        )));
        let rows = self.adapter.find_many(query).await?;
        let live: HashSet<&str> =
            rows.iter().filter_map(|row| text_of(&row.record, session::TOKEN)).collect();
        let gone: Vec<String> = listed
            .iter()
            .filter(|listed| !live.contains(listed.token.as_str()))
            .map(|listed| listed.token.clone())
            .collect();
        if gone.is_empty() { Ok(()) } else { self.take_away(storage, user_id, &gone).await }
    }

    async fn take_away(
        &self,
        storage: &dyn SecondaryStorage,
        user_id: &str,
        tokens: &[String],
    ) -> Result<(), AdapterError> {
        for token in tokens {
            storage.delete(keys::session(token)).await?;
        }
        Ok(list::remove(storage, user_id, tokens, self.now()).await?)
    }

    /// Whether a session was not revoked while it began.
    async fn still_holds(
        &self,
        storage: &dyn SecondaryStorage,
        user_id: &str,
        token: &str,
    ) -> Result<bool, AdapterError> {
        if self.mode.in_database {
            let row = self.live(Filter::equal(session::TOKEN, token));
            return Ok(self.adapter.count(session::MODEL, row).await? > 0);
        }
        let listed = list::read(storage, user_id, self.now()).await?;
        Ok(listed.iter().any(|listed| listed.token == token)
            && self.adapter.count(user::MODEL, Filter::equal(user::ID, user_id)).await? > 0)
    }

    async fn began_by(
        &self,
        storage: &dyn SecondaryStorage,
        token: &str,
        instant: i64,
    ) -> Result<bool, AdapterError> {
        let text = storage.get(keys::session(token)).await?;
        let session = text.and_then(|text| json::read::session_with_user(self.adapter.schema(), &text));
        let began = session.and_then(|(session, _)| instant_of(&session, session::CREATED_AT));
        // Where there are rows, those that ended in the same millisecond are named by their tokens.
        let in_time = |began| began < instant || !self.mode.in_database && began == instant;
        Ok(began.is_none_or(in_time))
    }

    /// Where the database is asked for what is not in the store, the entry goes; else it becomes what the row says.
    async fn resync(&self, storage: &dyn SecondaryStorage, token: &str) -> Result<(), AdapterError> {
        if self.mode.preserve {
            let query = Query::new(session::MODEL)
                .filter(self.live(Filter::equal(session::TOKEN, token)))
                .join(crate::adapter::Join::one(user::MODEL, session::USER_ID, user::ID));
            if let Some(mut row) = self.adapter.find_one(query).await?
                && let Some(owner) = row.take_one(0)
            {
                self.begin(storage, &row.record, &owner).await?;
                let row = self.live(Filter::equal(session::TOKEN, token));
                if self.adapter.count(session::MODEL, row).await? > 0 {
                    return Ok(());
                }
            }
        }
        self.revoke(storage, None, token).await
    }

    /// Every session of a user shows the user as the database has it now. One that is just beginning looks for itself.
    async fn refresh_user(&self, storage: &dyn SecondaryStorage, user_id: &str) -> Result<(), AdapterError> {
        storage.set(&keys::revoking(user_id), "1", ON_THEIR_WAY).await?;
        self.show_user(storage, user_id).await
    }

    /// Reads the user again afterwards: another change may have been shown in between.
    async fn show_user(&self, storage: &dyn SecondaryStorage, user_id: &str) -> Result<(), AdapterError> {
        let model = self.adapter.schema().model(user::MODEL)?;
        let mut shown = None;
        for _ in 0..MOST_CHANGES {
            let query = Query::new(user::MODEL).filter(Filter::equal(user::ID, user_id));
            let Some(row) = self.adapter.find_one(query).await? else {
                return Ok(());
            };
            let fields = json::write_change(model, &row.record);
            if shown.as_ref() == Some(&fields) {
                return Ok(());
            }
            for listed in list::read(storage, user_id, self.now()).await? {
                self.edit(storage, &listed.token, "user", &fields).await?;
            }
            shown = Some(fields);
        }
        Ok(())
    }

    /// Changes one part of an entry as long as it is there; gives the session as it is then.
    async fn edit(
        &self,
        storage: &dyn SecondaryStorage,
        token: &str,
        part: &str,
        fields: &Map<String, Json>,
    ) -> Result<Option<Record>, AdapterError> {
        loop {
            let Some(before) = storage.get(keys::session(token)).await? else {
                return Ok(None);
            };
            let Some((text, session)) = json::edited(self.adapter.schema(), &before, part, fields) else {
                return Ok(None);
            };
            let expires_at = instant_of(&session, session::EXPIRES_AT).unwrap_or_default();
            let new = ttl(expires_at, self.now()).map(|ttl| Entry { value: &text, ttl });
            if storage.compare_and_set(keys::session(token), Some(&before), new).await? {
                return Ok(new.map(|_| session));
            }
        }
    }

    /// Rows of sessions that hold: one that is kept as a record does not.
    fn live(&self, filter: Filter) -> Filter {
        if !self.mode.preserve {
            return filter;
        }
        filter.and(session::EXPIRES_AT, Operator::Greater, self.clock.now())
    }

    pub(super) fn now(&self) -> i64 {
        milliseconds(self.clock.now())
    }
}

/// The text of a field.
pub(super) fn text_of(record: &Record, field: FieldId) -> Option<&str> {
    match record.get(field) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

/// The instant of a field in milliseconds since 1970.
pub(super) fn instant_of(record: &Record, field: FieldId) -> Option<i64> {
    match record.get(field) {
        Some(Value::Timestamp(instant)) => Some(milliseconds(*instant)),
        _ => None,
    }
}

pub(super) fn milliseconds(instant: OffsetDateTime) -> i64 {
    instant.unix_timestamp() * 1000 + i64::from(instant.millisecond())
}

/// How long an entry lives that ends at an instant, in whole seconds; `None`: no second.
pub(super) fn ttl(ends: i64, now: i64) -> Option<Duration> {
    let seconds = u64::try_from((ends - now) / 1000).ok()?;
    (seconds > 0).then(|| Duration::from_secs(seconds))
}

/// So long a session takes to begin, at most.
const ON_THEIR_WAY: Duration = Duration::from_mins(1);
/// Of one user while their sessions are told.
const MOST_CHANGES: usize = 10;
