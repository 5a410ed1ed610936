//! Sessions: in the database and shown by the store, or in the store alone.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use auth_schema::{FieldId, ModelId, session, user};

use super::change::{Change, Due};
use super::entries::text_of;
use super::{WithStorage, list, users};
use crate::adapter::memory::Tables;
use crate::adapter::named;
use crate::adapter::{AdapterError, Filter, Joined, Operator, Query, Record, Row, Value};
use crate::secondary_storage::StorageError;
use crate::telemetry::{Source, answered_by};

impl WithStorage<'_> {
    /// Answers the question of every request: from the store, and from the database where sessions stand there too and the store
    /// does not have this one or does not answer.
    pub(super) async fn validate(&self, token: &str, query: Query) -> Result<Option<Row>, AdapterError> {
        match self.mirror.find_session(token).await {
            Ok(Some((record, user))) => {
                answered_by(Source::Storage);
                Ok(Some(Row { record, joined: vec![Joined::One(Some(user))] }))
            }
            Ok(None) if self.mode().falls_back() => self.adapter().find_one(query).await,
            Ok(None) => {
                answered_by(Source::Storage);
                Ok(None)
            }
            Err(_) if self.mode().in_database => self.adapter().find_one(query).await,
            Err(error) => {
                answered_by(Source::Storage);
                Err(error.into())
            }
        }
    }

    pub(super) async fn create_session(&self, record: Record) -> Result<Record, AdapterError> {
        let here = !self.mode().in_database;
        if !self.mirror.is_trusted().await {
            return if here {
                Err(StorageError::Unavailable("it failed before and is being watched".into()).into())
            } else {
                let created = self.adapter().create(session::MODEL, record).await?;
                if self.mode().preserve {
                    let token = text_of(&created, session::TOKEN).unwrap_or_default().to_owned();
                    self.tell(vec![Change::Due(Due::Resync { token })]).await?;
                }
                Ok(created)
            };
        }
        let session = if here {
            self.complete(session::MODEL, record)?
        } else {
            self.adapter().create(session::MODEL, record).await?
        };
        let user_id = text_of(&session, session::USER_ID).unwrap_or_default();
        let Some(user) = self.adapter().find_one(users::by_id(user_id)).await? else {
            return if here { Err(self.no_user()) } else { Ok(session) };
        };
        self.tell(vec![Change::Begun { session: session.clone(), user: user.record }]).await?;
        Ok(session)
    }

    /// A row of the store alone: every field has a value.
    pub(super) fn complete(&self, model: ModelId, mut record: Record) -> Result<Record, AdapterError> {
        let fields = self.adapter().schema().model(model)?.fields().len();
        if record.get(FieldId::ID).is_none() {
            // The database would have made it.
            record.set(FieldId::ID, Value::Text(self.mirror.new_id()));
        }
        for position in 0..fields {
            let field = FieldId::new(position);
            if record.get(field).is_none() {
                record.set(field, Value::Null);
            }
        }
        record.normalise_instants();
        Ok(record)
    }

    fn no_user(&self) -> AdapterError {
        let model = self.adapter().schema().model(session::MODEL);
        AdapterError::ForeignKey {
            model: session::MODEL,
            model_name: model.map_or_else(|_| String::new(), |model| model.name().to_owned()),
            table: String::new(),
            fields: vec!["userId".to_owned()],
            constraint: String::new(),
            source: None,
        }
    }

    /// Finds sessions that stand in the store alone, by their tokens or their user.
    pub(super) async fn find_sessions(&self, query: &Query) -> Result<Vec<Row>, AdapterError> {
        let mut tables = Tables::new(Arc::new(self.adapter().schema().clone()));
        let mut users = HashSet::new();
        for (session, user) in self.named_sessions(&query.filter).await? {
            let id = text_of(&user, user::ID).unwrap_or_default().to_owned();
            if users.insert(id) {
                tables.create(user::MODEL, user)?;
            }
            if let Some(queue) = &self.queue {
                let (id, token) = (text_of(&session, session::ID), text_of(&session, session::TOKEN));
                queue.remember_key(id.unwrap_or_default(), token.unwrap_or_default());
            }
            tables.create(session::MODEL, session)?;
        }
        tables.find(query)
    }

    /// The sessions of the store that a filter names; not all of them need pass it.
    async fn named_sessions(&self, filter: &Filter) -> Result<Vec<(Record, Record)>, AdapterError> {
        let tokens = match (self.named_tokens(filter), named::values(filter, session::USER_ID)) {
            (Some(tokens), _) => tokens,
            (None, Some(users)) => {
                let mut tokens = Vec::new();
                for user_id in users {
                    let listed = list::read(&**self.mirror.storage(), user_id, self.mirror.now()).await?;
                    tokens.extend(listed.into_iter().map(|listed| listed.token));
                }
                tokens
            }
            (None, None) => {
                return Err(AdapterError::Unsupported {
                    what: "find sessions by anything but their token or their user",
                    advice: "they stand in the secondary storage alone: set SessionConfig::store_in_database",
                });
            }
        };
        let mut found = Vec::with_capacity(tokens.len());
        for token in tokens {
            found.extend(self.mirror.find_session(&token).await?);
        }
        Ok(found)
    }

    /// The tokens that a filter names, by themselves or by ids of rows that were read in this transaction.
    fn named_tokens(&self, filter: &Filter) -> Option<Vec<String>> {
        if let Some(tokens) = named::values(filter, session::TOKEN) {
            return Some(tokens.into_iter().map(str::to_owned).collect());
        }
        let (ids, queue) = (named::values(filter, session::ID)?, self.queue.as_ref()?);
        Some(ids.into_iter().filter_map(|id| queue.key_of(id)).collect())
    }

    pub(super) async fn update_session(
        &self,
        filter: Filter,
        change: Record,
    ) -> Result<Option<Record>, AdapterError> {
        if !self.mode().in_database {
            return Ok(self.change_here(filter, &change).await?.into_iter().next());
        }
        let filter = self.changeable(filter, &change);
        let updated = self.adapter().update(session::MODEL, filter, change.clone()).await?;
        if let Some(token) = updated.as_ref().and_then(|session| text_of(session, session::TOKEN)) {
            self.tell(vec![Change::Changed { token: token.to_owned(), change }]).await?;
        }
        Ok(updated)
    }

    pub(super) async fn update_sessions(&self, filter: Filter, change: Record) -> Result<u64, AdapterError> {
        if !self.mode().in_database {
            return Ok(self.change_here(filter, &change).await?.len() as u64);
        }
        let filter = self.changeable(filter, &change);
        let tokens = match named::values(&filter, session::TOKEN) {
            Some(tokens) => tokens.into_iter().map(str::to_owned).collect(),
            None => self.tokens_of(&filter).await?.into_iter().map(|(token, _)| token).collect::<Vec<_>>(),
        };
        let count = self.adapter().update_many(session::MODEL, filter, change.clone()).await?;
        if count > 0 {
            let changed = |token| Change::Changed { token, change: change.clone() };
            self.tell(tokens.into_iter().map(changed).collect()).await?;
        }
        Ok(count)
    }

    /// Changes sessions of the store alone; gives them as they are then. One that is revoked meanwhile stays away.
    async fn change_here(&self, filter: Filter, change: &Record) -> Result<Vec<Record>, AdapterError> {
        let mut changed = Vec::new();
        for row in self.find_sessions(&Query::new(session::MODEL).filter(filter)).await? {
            let token = text_of(&row.record, session::TOKEN).unwrap_or_default().to_owned();
            if self.queue.is_none() {
                changed.extend(self.mirror.change_session(&token, change).await?);
                continue;
            }
            let mut session = row.record;
            session.merge(change);
            session.normalise_instants();
            self.tell(vec![Change::Changed { token, change: change.clone() }]).await?;
            changed.push(session);
        }
        Ok(changed)
    }

    /// Rows that a change is about: one that is kept as a record stays what it is, but may lose from where somebody came.
    fn changeable(&self, filter: Filter, change: &Record) -> Filter {
        let origin = [session::IP_ADDRESS, session::USER_AGENT];
        let forgets = change.iter().all(|(field, value)| origin.contains(&field) && value.is_null());
        if forgets { filter } else { self.live(filter) }
    }

    /// Rows that hold.
    fn live(&self, filter: Filter) -> Filter {
        if !self.mode().preserve {
            return filter;
        }
        filter.and(session::EXPIRES_AT, Operator::Greater, self.mirror.instant())
    }

    pub(super) async fn delete_sessions(&self, filter: Filter) -> Result<u64, AdapterError> {
        let before = self.mirror.now();
        if !self.mode().in_database {
            return self.delete_here(filter, before).await;
        }
        // What has expired leaves the store by itself.
        if named::is_before(&filter, session::EXPIRES_AT, self.mirror.instant()) {
            return self.end_rows(filter).await;
        }
        // Whoever revokes one token again, because the first answer was lost, is heard again.
        if let Some(token) = named::only(&filter, session::TOKEN) {
            let due = vec![of_token(token)];
            return self.end_and_tell(filter, due).await;
        }
        let gone = self.tokens_of(&self.live(filter.clone())).await?;
        let due = revocations(&filter, gone, before);
        self.end_and_tell(filter, due).await
    }

    /// Ends rows and tells the store, also when nobody knows whether the rows have ended: who revokes is heard.
    async fn end_and_tell(&self, filter: Filter, due: Vec<Change>) -> Result<u64, AdapterError> {
        let outcome = self.end_rows(filter).await;
        let in_doubt =
            matches!(outcome, Err(AdapterError::ConnectionLost(_) | AdapterError::UnknownOutcome(_)));
        if outcome.is_ok() || in_doubt {
            self.tell(due).await?;
        }
        outcome
    }

    /// Deletes sessions of the store alone. While it does not answer, what can be said without reading is written down.
    async fn delete_here(&self, filter: Filter, before: i64) -> Result<u64, AdapterError> {
        let found = self.find_sessions(&Query::new(session::MODEL).filter(filter.clone())).await;
        let token = named::only(&filter, session::TOKEN);
        let gone: Vec<(String, String)> = match found {
            Ok(rows) => rows.iter().filter_map(|row| token_and_user(&row.record)).collect(),
            Err(AdapterError::SecondaryStorage(_))
                if token.is_some() || named::only(&filter, session::USER_ID).is_some() =>
            {
                Vec::new()
            }
            Err(error) => return Err(error),
        };
        let count = gone.len() as u64;
        let due = token.map_or_else(|| revocations(&filter, gone, before), |token| vec![of_token(token)]);
        self.tell(due).await?;
        Ok(count)
    }

    /// Deletes rows, or keeps them as a record of what is over.
    async fn end_rows(&self, filter: Filter) -> Result<u64, AdapterError> {
        if !self.mode().preserve {
            return self.adapter().delete_many(session::MODEL, filter).await;
        }
        let now = self.mirror.instant();
        // Before every other process's now, however its clock goes.
        let end = now - CLOCKS_DIFFER_BY;
        let change = Record::with_capacity(2).with(session::EXPIRES_AT, end).with(session::UPDATED_AT, now);
        self.adapter().update_many(session::MODEL, self.live(filter), change).await
    }
}

fn of_token(token: &str) -> Change {
    Change::Due(Due::Revoked { user_id: None, tokens: vec![token.to_owned()], crowd: false })
}

/// What the store hears of sessions that are gone.
fn revocations(filter: &Filter, gone: Vec<(String, String)>, before: i64) -> Vec<Change> {
    if let Some(user_id) = named::only(filter, session::USER_ID) {
        let tokens = gone.into_iter().map(|(token, _)| token).collect();
        return vec![Change::Due(Due::AllRevoked { user_id: user_id.to_owned(), before, tokens })];
    }
    let mut users: HashMap<String, Vec<String>> = HashMap::new();
    for (token, user_id) in gone {
        users.entry(user_id).or_default().push(token);
    }
    if let Some(one) = named::values(filter, session::USER_ID).filter(|ids| ids.len() == 1) {
        // Also when no row was found: one may be on its way.
        users.entry(one[0].to_owned()).or_default();
    }
    let crowd = true;
    let due = |(user_id, tokens)| Change::Due(Due::Revoked { user_id: Some(user_id), tokens, crowd });
    users.into_iter().map(due).collect()
}

fn token_and_user(session: &Record) -> Option<(String, String)> {
    Some((text_of(session, session::TOKEN)?.to_owned(), text_of(session, session::USER_ID)?.to_owned()))
}

const CLOCKS_DIFFER_BY: time::Duration = time::Duration::minutes(10);
