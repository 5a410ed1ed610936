//! Users.

use std::collections::HashMap;

use async_trait::async_trait;
use auth_schema::{FieldId, ModelId, account, user};
use time::OffsetDateTime;

use super::{RepositoryError, Store, Work, additional};
use crate::adapter::{
    AdapterError, Direction, Filter, Join, JoinKind, Operator, Query, Record, Search, Value,
};
use crate::domain::{Account, CREDENTIAL, Email, NewUser, User, UserChange, UserId, UserSearch};
use crate::hooks::{self, Act, Chain, Hooked, Hooks, Operation as Written, Subject, Updated};

/// The users of a store.
#[derive(Debug, Clone, Copy)]
pub struct Users<'a> {
    store: Store<'a>,
}

impl<'a> Users<'a> {
    pub(super) fn new(store: Store<'a>) -> Self {
        Self { store }
    }

    /// Creates a user. The unique index on the address decides races: of concurrent callers with one address
    /// one succeeds. One statement. Source: Better Auth's `createUser`.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Conflict`] of the model `user` when the address is taken.
    pub async fn create(self, new: NewUser) -> Result<User, RepositoryError> {
        hooks::create(self.store, new).await
    }

    /// Finds a user by id. One statement.
    pub async fn find(self, id: &UserId) -> Result<Option<User>, AdapterError> {
        self.find_where(Filter::equal(user::ID, id.as_str())).await
    }

    /// Finds users by their ids; in the order of the ids, each once, without those that are not there. One statement, whose text
    /// depends on the length of the list only by powers of two, so that it stays prepared.
    pub async fn find_many(self, ids: &[UserId]) -> Result<Vec<User>, AdapterError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let query =
            Query::new(user::MODEL).filter(Filter::ids(ids.iter().map(|id| Value::from(id.as_str()))));
        let mut found = HashMap::with_capacity(ids.len());
        for row in self.store.rows(user::MODEL).find_all(query).await? {
            let user = User::from_record(row.record, self.store)?;
            found.insert(user.id.clone(), user);
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// Finds a user by e-mail address. One statement. Source: `findUserByEmail`.
    pub async fn find_by_email(self, email: &Email) -> Result<Option<User>, AdapterError> {
        self.find_where(Filter::equal(user::EMAIL, email.as_str())).await
    }

    /// Finds a user by e-mail address together with the account that holds the password, if there is one.
    /// One statement.
    pub async fn find_with_credential(
        self,
        email: &Email,
    ) -> Result<Option<(User, Option<Account>)>, AdapterError> {
        self.find_credential_where(Filter::equal(user::EMAIL, email.as_str())).await
    }

    /// The same by id. One statement.
    pub(crate) async fn find_by_id_with_credential(
        self,
        id: &UserId,
    ) -> Result<Option<(User, Option<Account>)>, AdapterError> {
        self.find_credential_where(by_id(id)).await
    }

    async fn find_credential_where(
        self,
        filter: Filter,
    ) -> Result<Option<(User, Option<Account>)>, AdapterError> {
        let credential = Join {
            model: account::MODEL,
            from: user::ID,
            to: account::USER_ID,
            filter: Filter::equal(account::PROVIDER_ID, CREDENTIAL),
            kind: JoinKind::One,
        };
        let query = Query::new(user::MODEL).filter(filter).join(credential);
        let Some(mut row) = self.store.rows(user::MODEL).find_one(query).await? else {
            return Ok(None);
        };
        let account = row.take_one(0).map(|account| Account::from_record(account, self.store)).transpose()?;
        Ok(Some((User::from_record(row.record, self.store)?, account)))
    }

    /// Lists users newest first, at most `limit`, those created before the given one when there is one: pass
    /// the last user of a page to get the next. One statement, no page is slower than the first.
    pub async fn list(self, after: Option<&User>, limit: u64) -> Result<Vec<User>, AdapterError> {
        let filter = after.map_or_else(Filter::everything, |last| {
            Filter::everything()
                .and(user::CREATED_AT, Operator::LessOrEqual, last.created_at)
                .or(user::CREATED_AT, Operator::Less, last.created_at)
                .or(user::ID, Operator::Less, last.id.as_str())
        });
        self.newest(filter, limit).await
    }

    /// Finds users by the words of a text in name and address, the best first ([`crate::adapter::Adapter::search`] says what is better);
    /// without words all users that the filters admit, newest first. One statement; two on PostgreSQL, MySQL and MariaDB where
    /// the full-text index stands. Without that index every user is read until enough are found.
    pub async fn search(self, search: UserSearch) -> Result<Vec<User>, AdapterError> {
        let mut filter = Filter::everything();
        if let Some(verified) = search.verified {
            filter = filter.and(user::EMAIL_VERIFIED, Operator::Equal, verified);
        }
        if let Some(from) = search.created_from {
            filter = filter.and(user::CREATED_AT, Operator::GreaterOrEqual, from);
        }
        if let Some(until) = search.created_until {
            filter = filter.and(user::CREATED_AT, Operator::Less, until);
        }
        let question = Search {
            model: user::MODEL,
            fields: vec![user::NAME, user::EMAIL],
            newest: user::CREATED_AT,
            text: search.text,
            filter,
            limit: search.limit.min(UserSearch::MOST),
        };
        let records = self.store.rows(user::MODEL).search(question).await?;
        records.into_iter().map(|record| User::from_record(record, self.store)).collect()
    }

    /// Lists users who were softly deleted by an instant, those first who were deleted first, at most `limit`, those after the given
    /// one when there is one. None where the schema has no soft deletion. One statement.
    pub(crate) async fn list_deleted_until(
        self,
        until: OffsetDateTime,
        after: Option<&User>,
        limit: u64,
    ) -> Result<Vec<User>, AdapterError> {
        let Some(deleted_at) = self.store.adapter.schema().deleted_at() else {
            return Ok(Vec::new());
        };
        let mut filter = Filter::everything().and(deleted_at, Operator::LessOrEqual, until);
        if let Some((last, at)) = after.and_then(|last| Some((last, last.deleted_at()?))) {
            filter = filter
                .and(deleted_at, Operator::GreaterOrEqual, at)
                .or(deleted_at, Operator::Greater, at)
                .or(user::ID, Operator::Greater, last.id.as_str());
        }
        let query = Query::new(user::MODEL)
            .filter(filter)
            .sort(deleted_at, Direction::Ascending)
            .sort(user::ID, Direction::Ascending)
            .limit(limit);
        let rows = self.store.rows(user::MODEL).find_all(query).await?;
        rows.into_iter().map(|row| User::from_record(row.record, self.store)).collect()
    }

    async fn newest(self, filter: Filter, limit: u64) -> Result<Vec<User>, AdapterError> {
        let query = Query::new(user::MODEL)
            .filter(filter)
            .sort(user::CREATED_AT, Direction::Descending)
            .sort(user::ID, Direction::Descending)
            .limit(limit)
            .on_replica();
        let rows = self.store.rows(user::MODEL).find_all(query).await?;
        rows.into_iter().map(|row| User::from_record(row.record, self.store)).collect()
    }

    /// Counts all users. One statement.
    pub async fn count(self) -> Result<u64, AdapterError> {
        self.store.adapter.count(user::MODEL, Filter::everything()).await
    }

    /// Changes a user and returns it as it is afterwards; `None` when there is no such user. One statement
    /// where the engine returns updated rows, else five.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Conflict`] when the new address is taken.
    pub async fn update(self, id: &UserId, change: UserChange) -> Result<Option<User>, RepositoryError> {
        self.update_where(by_id(id), change).await
    }

    async fn update_where(self, filter: Filter, change: UserChange) -> Result<Option<User>, RepositoryError> {
        match hooks::update::<User>(self.store, filter, change).await? {
            Updated::Rows(rows) => Ok(rows.into_iter().next()),
            Updated::Not(filter, change) => {
                let change = User::change_record(change, self.store)?;
                let record = self.store.rows(user::MODEL).update(filter, change).await?;
                Ok(record.map(|record| User::from_record(record, self.store)).transpose()?)
            }
        }
    }

    /// Changes a user if the address is still the one that was read: what a mail to that address proves says nothing of
    /// another. `None` when it is not, or the user is gone. Statements and errors as [`Users::update`].
    pub async fn update_with_email(
        self,
        read: &User,
        change: UserChange,
    ) -> Result<Option<User>, RepositoryError> {
        let unchanged = by_id(&read.id).and(user::EMAIL, Operator::Equal, read.email.as_str());
        self.update_where(unchanged, change).await
    }

    /// A user as [`Users::create`] would give it, without creating it. No statement.
    pub(crate) fn imagine(self, new: NewUser) -> Result<User, AdapterError> {
        User::from_record(
            self.store.rows(user::MODEL).imagine(User::new_record(new, self.store)?)?,
            self.store,
        )
    }

    /// Finds a user that no other transaction changes or deletes until this one ends; for decisions on what is the user's.
    /// Inside a transaction. One statement.
    pub(crate) async fn lock(self, id: &UserId) -> Result<Option<User>, AdapterError> {
        let query = Query::new(user::MODEL).filter(by_id(id)).lock();
        let row = self.store.rows(user::MODEL).find_all(query).await?.into_iter().next();
        row.map(|row| User::from_record(row.record, self.store)).transpose()
    }

    /// Deletes a user; sessions and accounts go along by their foreign keys, or one by one when a hook wants to know of
    /// them. Tells whether there was one. One statement without hooks. Source: `deleteUser`.
    pub async fn delete(self, id: &UserId) -> Result<bool, RepositoryError> {
        let hooks = self.store.hooks();
        if hooks.session.wants(Written::Delete) || hooks.account.wants(Written::Delete) {
            return self.store.transaction(&DeleteUser { id }).await;
        }
        delete_row(self.store, id).await
    }

    async fn find_where(self, filter: Filter) -> Result<Option<User>, AdapterError> {
        let row = self.store.rows(user::MODEL).find_one(Query::new(user::MODEL).filter(filter)).await?;
        row.map(|row| User::from_record(row.record, self.store)).transpose()
    }
}

impl Hooked for User {
    const LAST_CORE: FieldId = user::UPDATED_AT;
    const MODEL: ModelId = user::MODEL;

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn subject(&self) -> Subject<'_> {
        Subject { user: self.id.as_str(), session: None, provider: None }
    }

    fn new_record(new: NewUser, store: Store<'_>) -> Result<Record, AdapterError> {
        let now = store.clock().now();
        let mut record = Record::with_capacity(7)
            .with(user::NAME, new.name)
            .with(user::EMAIL, new.email.into_string())
            .with(user::EMAIL_VERIFIED, new.email_verified)
            .with(user::IMAGE, new.image)
            .with(user::CREATED_AT, now)
            .with(user::UPDATED_AT, now);
        if let Some(id) = new.id {
            record.set(user::ID, Value::Text(id.into_string()));
        }
        additional::write::<Self>(store, new.additional, &mut record)?;
        Ok(record)
    }

    fn change_record(change: UserChange, store: Store<'_>) -> Result<Record, AdapterError> {
        let mut record = Record::with_capacity(7).with(user::UPDATED_AT, store.clock().now());
        let given = [
            (user::NAME, change.name.map(Value::from)),
            (user::EMAIL, change.email.map(|email| Value::from(email.into_string()))),
            (user::EMAIL_VERIFIED, change.email_verified.map(Value::from)),
            (user::IMAGE, change.image.map(Value::from)),
        ];
        for (field, value) in given {
            if let Some(value) = value {
                record.set(field, value);
            }
        }
        additional::write::<Self>(store, change.additional, &mut record)?;
        Ok(record)
    }

    fn from_record(mut record: Record, store: Store<'_>) -> Result<Self, AdapterError> {
        let model = store.adapter.schema().model(user::MODEL)?;
        Ok(Self {
            id: UserId::new(record.take_text(model, user::ID)?),
            name: record.take_text(model, user::NAME)?,
            email: Email::stored(record.take_text(model, user::EMAIL)?),
            email_verified: record.take_bool(model, user::EMAIL_VERIFIED)?,
            image: record.take_optional_text(model, user::IMAGE)?,
            created_at: record.take_timestamp(model, user::CREATED_AT)?,
            updated_at: record.take_timestamp(model, user::UPDATED_AT)?,
            additional: additional::read::<Self>(store, &mut record)?,
        })
    }

    fn chain(hooks: &Hooks) -> &Chain<Self> {
        &hooks.user
    }
}

/// The user with what is its own, each row with its hooks.
struct DeleteUser<'a> {
    id: &'a UserId,
}

#[async_trait]
impl Work for DeleteUser<'_> {
    type Output = bool;
    type Error = RepositoryError;

    async fn run(&self, store: Store<'_>) -> Result<bool, RepositoryError> {
        // Locked, so that nobody signs in between: a new session would go without its hooks.
        let user = store.rows(user::MODEL).query().filter(by_id(self.id)).lock();
        if store.rows(user::MODEL).find_all(user).await?.is_empty() {
            return Ok(false);
        }
        let parts = store.acting(Act::Part);
        parts.sessions().delete_all_of_user(self.id).await?;
        parts.accounts().delete_all_of_user(self.id).await?;
        delete_row(store, self.id).await
    }
}

async fn delete_row(store: Store<'_>, id: &UserId) -> Result<bool, RepositoryError> {
    match hooks::delete::<User>(store, &by_id(id), None).await? {
        Some(rows) => Ok(!rows.is_empty()),
        None => Ok(store.rows(user::MODEL).delete_many(by_id(id)).await? > 0),
    }
}

fn by_id(id: &UserId) -> Filter {
    Filter::equal(user::ID, id.as_str())
}
