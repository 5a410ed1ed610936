//! Sessions.

use std::collections::HashMap;

use auth_schema::{FieldId, ModelId, session, user};
use time::OffsetDateTime;

use super::expiry::{self, ExpiredBatch, Resume};
use super::{RepositoryError, Store, additional};
use crate::adapter::{AdapterError, Direction, Filter, Join, Operator, Query, Record, Value};
use crate::config::TokenStorage;
use crate::domain::{NewSession, Session, SessionChange, SessionId, SessionToken, User, UserId};
use crate::hooks::{self, Chain, Hooked, Hooks, Subject, Updated};

/// The sessions of a store.
#[derive(Debug, Clone, Copy)]
pub struct Sessions<'a> {
    store: Store<'a>,
}

impl<'a> Sessions<'a> {
    pub(super) fn new(store: Store<'a>) -> Self {
        Self { store }
    }

    /// Creates a session with a new token, which is known to the caller alone where tokens are hashed. An unknown address or user agent is stored as empty text, as
    /// Better Auth does. One statement. Source: `createSession`.
    ///
    /// # Errors
    ///
    /// [`AdapterError::ForeignKey`] when the user is gone.
    pub async fn create(self, new: NewSession) -> Result<Session, RepositoryError> {
        let (token, store) = (SessionToken::generate(self.store.random()), self.store);
        let stored = self.at_rest(&token);
        let record = |new| Ok(Session::new_record(new, store)?.with(session::TOKEN, stored.expose()));
        let session = hooks::create_as(store, new, record).await?;
        Ok(self.presented_by(session, &token))
    }

    /// Finds a session by its token, with its user. Expired sessions are found too: the caller compares. `None`
    /// also when the user is gone, and for a handle. One statement. Source: `findSession`.
    pub async fn find_with_user(self, token: &SessionToken) -> Result<Option<(Session, User)>, AdapterError> {
        if token.is_handle() {
            return Ok(None);
        }
        let owner = Join::one(user::MODEL, session::USER_ID, user::ID);
        let query = Query::new(session::MODEL).filter(self.by_token(token)).join(owner);
        let Some(mut row) = self.store.rows(session::MODEL).find_one(query).await? else {
            return Ok(None);
        };
        let Some(owner) = row.take_one(0) else {
            return Ok(None);
        };
        let session = self.presented_by(Session::from_record(row.record, self.store)?, token);
        Ok(Some((session, User::from_record(owner, self.store)?)))
    }

    /// Finds sessions by their tokens, those that have expired too; in the order of the tokens, each once, without those that are
    /// not there; a handle finds none. One statement, whose text depends on the length of the list only by powers of two, so that it stays prepared.
    /// Source: `findSessions`.
    pub async fn find_many(self, tokens: &[SessionToken]) -> Result<Vec<Session>, AdapterError> {
        let granting = tokens.iter().filter(|token| !token.is_handle());
        let stored: Vec<_> = granting.map(|token| (token, self.at_rest(token))).collect();
        if stored.is_empty() {
            return Ok(Vec::new());
        }
        let query = Query::new(session::MODEL).filter(among(stored.iter().map(|(_, stored)| stored)));
        let mut found = HashMap::with_capacity(tokens.len());
        for row in self.store.rows(session::MODEL).find_all(query).await? {
            let session = Session::from_record(row.record, self.store)?;
            found.insert(session.token.expose().to_owned(), session);
        }
        let in_order = stored.iter().filter_map(|(token, stored)| {
            found.remove(stored.expose()).map(|session| self.presented_by(session, token))
        });
        Ok(in_order.collect())
    }

    /// Finds a session by its id. Expired sessions are found too. One statement.
    pub async fn find(self, id: &SessionId) -> Result<Option<Session>, AdapterError> {
        let query = Query::new(session::MODEL).filter(Filter::equal(session::ID, id.as_str()));
        let row = self.store.rows(session::MODEL).find_one(query).await?;
        row.map(|row| Session::from_record(row.record, self.store)).transpose()
    }

    /// Lists the sessions of a user that have not expired, newest first, without a limit. One statement.
    /// Source: `listSessions`.
    pub async fn list_active(self, user_id: &UserId) -> Result<Vec<Session>, AdapterError> {
        let active = by_user(user_id).and(session::EXPIRES_AT, Operator::Greater, self.store.clock().now());
        let query =
            Query::new(session::MODEL).filter(active).sort(session::CREATED_AT, Direction::Descending);
        let rows = self.store.rows(session::MODEL).find_all(query).await?;
        rows.into_iter().map(|row| Session::from_record(row.record, self.store)).collect()
    }

    /// Lists the sessions of a user that have not expired, those that last longest first, at most `limit`, those after the given
    /// one when there is one: pass the last session of a page to get the next. Of sessions that end at one instant the greater id
    /// comes first, so that none is lost or given twice between two pages. One that is extended meanwhile moves to the front. One
    /// statement, no page is slower than the first.
    pub async fn list_of_user(
        self,
        user_id: &UserId,
        after: Option<&Session>,
        limit: u64,
    ) -> Result<Vec<Session>, AdapterError> {
        let mut filter =
            by_user(user_id).and(session::EXPIRES_AT, Operator::Greater, self.store.clock().now());
        if let Some(last) = after {
            filter = filter
                .and(session::EXPIRES_AT, Operator::LessOrEqual, last.expires_at)
                .or(session::EXPIRES_AT, Operator::Less, last.expires_at)
                .or(session::ID, Operator::Less, last.id.as_str());
        }
        let query = Query::new(session::MODEL)
            .filter(filter)
            .sort(session::EXPIRES_AT, Direction::Descending)
            .sort(session::ID, Direction::Descending)
            .limit(limit)
            .on_replica();
        let rows = self.store.rows(session::MODEL).find_all(query).await?;
        rows.into_iter().map(|row| Session::from_record(row.record, self.store)).collect()
    }

    /// Extends a session and returns it as it is afterwards; `None` when it is gone, so that a session that was revoked
    /// meanwhile stays revoked, and for one of which only the handle is known. One statement without hooks.
    pub async fn extend(
        self,
        session: &Session,
        expires_at: OffsetDateTime,
    ) -> Result<Option<Session>, RepositoryError> {
        if session.token.is_handle() {
            return Ok(None);
        }
        let change = SessionChange { expires_at: Some(expires_at), ..SessionChange::default() };
        match hooks::update::<Session>(self.store, self.by_token(&session.token), change).await? {
            Updated::Rows(rows) => Ok(self.first_presented_by(rows, &session.token)),
            Updated::Not(filter, change) => {
                let rows = self.store.rows(session::MODEL);
                let change = rows.completed(Session::change_record(change, self.store)?)?;
                let extended = rows.write(filter, change.clone()).await?;
                Ok(if extended > 0 { Some(with_change(session, change, self.store)?) } else { None })
            }
        }
    }

    /// Changes a session and returns it as it is afterwards; `None` when it is gone, and for a handle. One statement without hooks. Source:
    /// `updateSession`.
    pub async fn update(
        self,
        token: &SessionToken,
        change: SessionChange,
    ) -> Result<Option<Session>, RepositoryError> {
        if token.is_handle() {
            return Ok(None);
        }
        match hooks::update::<Session>(self.store, self.by_token(token), change).await? {
            Updated::Rows(rows) => Ok(self.first_presented_by(rows, token)),
            Updated::Not(filter, change) => {
                let change = Session::change_record(change, self.store)?;
                let record = self.store.rows(session::MODEL).update(filter, change).await?;
                let session = record.map(|record| Session::from_record(record, self.store)).transpose()?;
                Ok(self.first_presented_by(session, token))
            }
        }
    }

    /// Takes away from where a user's sessions came, those among them that are kept as a record of what is over. No hook runs. One
    /// statement.
    pub(crate) async fn forget_origin(self, user_id: &UserId) -> Result<(), AdapterError> {
        let nothing =
            Record::default().with(session::IP_ADDRESS, Value::Null).with(session::USER_AGENT, Value::Null);
        match self.store.adapter().update_many(session::MODEL, by_user(user_id), nothing).await {
            // They stand in a store alone that does not answer now, and end there.
            Ok(_) | Err(AdapterError::SecondaryStorage(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Deletes a session. Tells whether there was one: of concurrent callers one is told so. One statement.
    /// Source: `deleteSession`.
    pub async fn delete(self, token: &SessionToken) -> Result<bool, RepositoryError> {
        self.delete_where(self.by_token(token)).await.map(|count| count > 0)
    }

    /// Deletes a session if it has expired; one that was extended meanwhile stays. One statement.
    pub async fn delete_if_expired(self, token: &SessionToken) -> Result<bool, RepositoryError> {
        let expired =
            self.by_token(token).and(session::EXPIRES_AT, Operator::LessOrEqual, self.store.clock().now());
        self.delete_where(expired).await.map(|count| count > 0)
    }

    /// Deletes sessions that have expired, at most `limit`, the oldest first: begin with the default and go on with
    /// [`ExpiredBatch::next`] until it is `None`. Several workers may do so at once: each session is deleted and told to hooks once,
    /// and one that is extended meanwhile stays. A session whose deletion a hook vetoes or refuses stays and is passed over; a
    /// hook's failure undoes the batch. One statement; with hooks one transaction, as for any deletion of rows.
    pub async fn delete_expired_batch(
        self,
        limit: u64,
        from: &Resume,
    ) -> Result<ExpiredBatch, RepositoryError> {
        let expired = (session::EXPIRES_AT, self.expired());
        expiry::delete_batch::<Session>(self.store, expired, limit, from).await
    }

    /// Counts the sessions that have expired and are still there. One statement.
    pub async fn count_expired(self) -> Result<u64, AdapterError> {
        self.store.rows(session::MODEL).count(self.expired()).await
    }

    fn expired(self) -> Filter {
        Filter::everything().and(session::EXPIRES_AT, Operator::LessOrEqual, self.store.clock().now())
    }

    /// Deletes a session if it belongs to the user. Tells whether it did. Where tokens are hashed, a client may have sent the handle
    /// that a list shows, and either is taken. One statement.
    pub async fn delete_of_user(
        self,
        user_id: &UserId,
        token: &SessionToken,
    ) -> Result<bool, RepositoryError> {
        let filter = match self.at_rest(token) {
            stored if stored == *token => self.by_token(token),
            stored => among([&stored, token]),
        };
        self.delete_where(filter.and(session::USER_ID, Operator::Equal, user_id.as_str()))
            .await
            .map(|count| count > 0)
    }

    /// Deletes every session of a user and tells how many there were. One statement. Source:
    /// `deleteUserSessions`.
    pub async fn delete_all_of_user(self, user_id: &UserId) -> Result<u64, RepositoryError> {
        self.delete_where(by_user(user_id)).await
    }

    /// Deletes every session of a user but one and tells how many there were. One statement.
    pub async fn delete_others_of_user(
        self,
        user_id: &UserId,
        keep: &SessionToken,
    ) -> Result<u64, RepositoryError> {
        let others = by_user(user_id).and(session::TOKEN, Operator::NotEqual, self.at_rest(keep).expose());
        self.delete_where(others).await
    }

    /// Deletes some sessions and tells how many there were. One statement.
    pub async fn delete_some(self, tokens: &[SessionToken]) -> Result<u64, RepositoryError> {
        let stored: Vec<_> = tokens.iter().map(|token| self.at_rest(token)).collect();
        self.delete_where(among(&stored)).await
    }

    /// The token of a row that was read as plain data: where tokens are hashed, a handle.
    pub fn token_of_row(self, text: String) -> SessionToken {
        match self.store.token_storage() {
            TokenStorage::Plain => SessionToken::stored(text),
            TokenStorage::Hashed => SessionToken::handle_of_row(text),
        }
    }

    /// What the row of a token holds.
    fn at_rest(self, token: &SessionToken) -> SessionToken {
        match self.store.token_storage() {
            TokenStorage::Plain => token.clone(),
            TokenStorage::Hashed => token.handle(),
        }
    }

    fn by_token(self, token: &SessionToken) -> Filter {
        Filter::equal(session::TOKEN, self.at_rest(token).expose())
    }

    /// The session of a row, for somebody who has its token.
    fn presented_by(self, session: Session, token: &SessionToken) -> Session {
        let token = match self.store.token_storage() {
            TokenStorage::Plain => return session,
            TokenStorage::Hashed => token.hashed_at_rest(),
        };
        Session { token, ..session }
    }

    fn first_presented_by(
        self,
        sessions: impl IntoIterator<Item = Session>,
        token: &SessionToken,
    ) -> Option<Session> {
        sessions.into_iter().next().map(|session| self.presented_by(session, token))
    }

    async fn delete_where(self, filter: Filter) -> Result<u64, RepositoryError> {
        match hooks::delete::<Session>(self.store, &filter, None).await? {
            Some(rows) => Ok(rows.len() as u64),
            None => Ok(self.store.rows(session::MODEL).delete_many(filter).await?),
        }
    }
}

impl Hooked for Session {
    const LAST_CORE: FieldId = session::USER_ID;
    const MODEL: ModelId = session::MODEL;

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn subject(&self) -> Subject<'_> {
        Subject { user: self.user_id.as_str(), session: Some(self.id.as_str()), provider: None }
    }

    /// Without the token, which [`Sessions::create`] makes and knows.
    fn new_record(new: NewSession, store: Store<'_>) -> Result<Record, AdapterError> {
        let now = store.clock().now();
        let mut record = Record::with_capacity(8)
            .with(session::EXPIRES_AT, new.expires_at)
            .with(session::CREATED_AT, now)
            .with(session::UPDATED_AT, now)
            .with(session::IP_ADDRESS, new.ip_address.unwrap_or_default())
            .with(session::USER_AGENT, new.user_agent.unwrap_or_default())
            .with(session::USER_ID, new.user_id.into_string());
        if let Some(id) = new.id {
            record.set(session::ID, Value::Text(id.into_string()));
        }
        additional::write::<Self>(store, new.additional, &mut record)?;
        Ok(record)
    }

    fn change_record(change: SessionChange, store: Store<'_>) -> Result<Record, AdapterError> {
        let mut record = Record::with_capacity(8).with(session::UPDATED_AT, store.clock().now());
        if let Some(expires_at) = change.expires_at {
            record.set(session::EXPIRES_AT, Value::Timestamp(expires_at));
        }
        additional::write::<Self>(store, change.additional, &mut record)?;
        Ok(record)
    }

    fn from_record(mut record: Record, store: Store<'_>) -> Result<Self, AdapterError> {
        let model = store.adapter.schema().model(session::MODEL)?;
        Ok(Self {
            id: SessionId::new(record.take_text(model, session::ID)?),
            expires_at: record.take_timestamp(model, session::EXPIRES_AT)?,
            token: store.sessions().token_of_row(record.take_text(model, session::TOKEN)?),
            created_at: record.take_timestamp(model, session::CREATED_AT)?,
            updated_at: record.take_timestamp(model, session::UPDATED_AT)?,
            ip_address: record.take_optional_text(model, session::IP_ADDRESS)?,
            user_agent: record.take_optional_text(model, session::USER_AGENT)?,
            user_id: UserId::new(record.take_text(model, session::USER_ID)?),
            additional: additional::read::<Self>(store, &mut record)?,
        })
    }

    fn chain(hooks: &Hooks) -> &Chain<Self> {
        &hooks.session
    }
}

/// The session as the change leaves it: nothing is read back.
fn with_change(session: &Session, mut change: Record, store: Store<'_>) -> Result<Session, AdapterError> {
    let model = store.adapter.schema().model(session::MODEL)?;
    let mut session = session.clone();
    session.expires_at = change.take_timestamp(model, session::EXPIRES_AT)?;
    session.updated_at = change.take_timestamp(model, session::UPDATED_AT)?;
    for (field, value) in additional::read::<Session>(store, &mut change)?.into_values() {
        session.additional.set(field, value);
    }
    Ok(session)
}

/// Rows that hold one of these.
fn among<'t>(stored: impl IntoIterator<Item = &'t SessionToken>) -> Filter {
    let stored = stored.into_iter().map(|token| Value::from(token.expose())).collect();
    Filter::everything().and(session::TOKEN, Operator::In, Value::List(stored))
}

fn by_user(user_id: &UserId) -> Filter {
    Filter::equal(session::USER_ID, user_id.as_str())
}
