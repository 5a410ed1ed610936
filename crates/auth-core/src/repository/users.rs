//! Users.

use auth_schema::{account, user};
use time::OffsetDateTime;

use super::Store;
use super::accounts::from_record as account_from_record;
use crate::adapter::{AdapterError, Direction, Filter, Join, JoinKind, Operator, Query, Record, Value};
use crate::domain::{Account, CREDENTIAL, Email, NewUser, User, UserChange, UserId};

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
    pub async fn create(self, new: NewUser) -> Result<User, AdapterError> {
        let now = self.store.clock.now();
        let record = Record::with_capacity(7)
            .with(user::ID, self.store.new_id())
            .with(user::NAME, new.name)
            .with(user::EMAIL, new.email.into_string())
            .with(user::EMAIL_VERIFIED, new.email_verified)
            .with(user::IMAGE, new.image)
            .with(user::CREATED_AT, now)
            .with(user::UPDATED_AT, now);
        from_record(self.store.adapter.create(user::MODEL, record).await?)
    }

    /// Finds a user by id. One statement.
    pub async fn find(self, id: &UserId) -> Result<Option<User>, AdapterError> {
        self.find_where(Filter::equal(user::ID, id.as_str())).await
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
        let credential = Join {
            model: account::MODEL,
            from: user::ID,
            to: account::USER_ID,
            filter: Filter::equal(account::PROVIDER_ID, CREDENTIAL),
            kind: JoinKind::One,
        };
        let query =
            Query::new(user::MODEL).filter(Filter::equal(user::EMAIL, email.as_str())).join(credential);
        let Some(mut row) = self.store.adapter.find_one(query).await? else {
            return Ok(None);
        };
        let account = row.take_one(0).map(account_from_record).transpose()?;
        Ok(Some((from_record(row.record)?, account)))
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
        let query = Query::new(user::MODEL)
            .filter(filter)
            .sort(user::CREATED_AT, Direction::Descending)
            .sort(user::ID, Direction::Descending)
            .limit(limit);
        self.store.adapter.find_many(query).await?.into_iter().map(|row| from_record(row.record)).collect()
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
    pub async fn update(self, id: &UserId, change: UserChange) -> Result<Option<User>, AdapterError> {
        let mut record = Record::with_capacity(7).with(user::UPDATED_AT, self.store.clock.now());
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
        let filter = Filter::equal(user::ID, id.as_str());
        self.store.adapter.update(user::MODEL, filter, record).await?.map(from_record).transpose()
    }

    /// Deletes a user; sessions and accounts go along by their foreign keys. Tells whether there was one.
    /// One statement.
    pub async fn delete(self, id: &UserId) -> Result<bool, AdapterError> {
        let filter = Filter::equal(user::ID, id.as_str());
        Ok(self.store.adapter.delete_many(user::MODEL, filter).await? > 0)
    }

    async fn find_where(self, filter: Filter) -> Result<Option<User>, AdapterError> {
        let row = self.store.adapter.find_one(Query::new(user::MODEL).filter(filter)).await?;
        row.map(|row| from_record(row.record)).transpose()
    }
}

pub(super) fn from_record(mut record: Record) -> Result<User, AdapterError> {
    let model = user::MODEL;
    Ok(User {
        id: UserId::new(record.take_text(model, user::ID)?),
        name: record.take_text(model, user::NAME)?,
        email: Email::stored(record.take_text(model, user::EMAIL)?),
        email_verified: record.take_bool(model, user::EMAIL_VERIFIED)?,
        image: record.take_optional_text(model, user::IMAGE)?,
        created_at: instant(&mut record, user::CREATED_AT)?,
        updated_at: instant(&mut record, user::UPDATED_AT)?,
    })
}

fn instant(record: &mut Record, field: auth_schema::FieldId) -> Result<OffsetDateTime, AdapterError> {
    record.take_timestamp(user::MODEL, field)
}
