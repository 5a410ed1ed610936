//! Accounts.

use auth_schema::{FieldId, ModelId, account, user};
use time::OffsetDateTime;

use super::{RepositoryError, Store, additional};
use crate::adapter::{AdapterError, Direction, Filter, Join, JoinKind, Operator, Query, Record, Value};
use crate::domain::{Account, AccountChange, AccountId, CREDENTIAL, NewAccount, Secret, User, UserId};
use crate::hooks::{self, Chain, Hooked, Hooks, Subject, Updated};

/// The accounts of a store.
#[derive(Debug, Clone, Copy)]
pub struct Accounts<'a> {
    store: Store<'a>,
}

impl<'a> Accounts<'a> {
    pub(super) fn new(store: Store<'a>) -> Self {
        Self { store }
    }

    /// Creates an account. The unique index on (provider, account id) decides races. One statement. Source:
    /// `createAccount`.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Conflict`] of the model `account` when the provider's account is linked already.
    pub async fn create(self, new: NewAccount) -> Result<Account, RepositoryError> {
        hooks::create(self.store, new).await
    }

    /// Finds an account by the provider's id of the person. One statement. Source: `findAccountByKey`.
    pub async fn find_by_provider(
        self,
        provider_id: &str,
        account_id: &str,
    ) -> Result<Option<Account>, AdapterError> {
        self.find_where(by_provider(provider_id, account_id)).await
    }

    /// Finds an account by the provider's id of the person, with its user; the user is `None` when it is gone although the
    /// account is there. One statement. Source: `findAccountOwnerByKey`.
    pub async fn find_owner(
        self,
        provider_id: &str,
        account_id: &str,
    ) -> Result<Option<(Account, Option<User>)>, AdapterError> {
        let owner = Join {
            model: user::MODEL,
            from: account::USER_ID,
            to: user::ID,
            filter: Filter::everything(),
            kind: JoinKind::One,
        };
        let query = Query::new(account::MODEL).filter(by_provider(provider_id, account_id)).join(owner);
        let Some(mut row) = self.store.rows(account::MODEL).find_one(query).await? else {
            return Ok(None);
        };
        let owner = row.take_one(0).map(|owner| User::from_record(owner, self.store)).transpose()?;
        Ok(Some((Account::from_record(row.record, self.store)?, owner)))
    }

    /// Finds an account of a user. One statement.
    pub async fn find_of_user(
        self,
        user_id: &UserId,
        id: &AccountId,
    ) -> Result<Option<Account>, AdapterError> {
        self.find_where(by_id(id).and(account::USER_ID, Operator::Equal, user_id.as_str())).await
    }

    /// Lists accounts in the order of their ids, at most `limit`, those after the given one when there is one: for work on
    /// all of them in steps. One statement.
    pub(crate) async fn list_by_id(
        self,
        after: Option<&AccountId>,
        limit: u64,
    ) -> Result<Vec<Account>, AdapterError> {
        let filter = after.map_or_else(Filter::everything, |last| {
            Filter::everything().and(account::ID, Operator::Greater, last.as_str())
        });
        let query =
            Query::new(account::MODEL).filter(filter).sort(account::ID, Direction::Ascending).limit(limit);
        let rows = self.store.rows(account::MODEL).find_all(query).await?;
        rows.into_iter().map(|row| Account::from_record(row.record, self.store)).collect()
    }

    /// Changes an account. Tells whether there is one. One statement without hooks. Source: `updateAccount`.
    pub async fn update(self, id: &AccountId, change: AccountChange) -> Result<bool, RepositoryError> {
        self.update_where(by_id(id), change).await
    }

    /// Changes an account if its tokens are still those that were read: somebody else may have had them refreshed
    /// meanwhile. Tells whether they were. One statement without hooks.
    pub async fn update_unchanged(
        self,
        read: &Account,
        change: AccountChange,
    ) -> Result<bool, RepositoryError> {
        let unchanged = by_id(&read.id)
            .and(account::ACCESS_TOKEN, Operator::Equal, text(read.access_token.clone()))
            .and(account::REFRESH_TOKEN, Operator::Equal, text(read.refresh_token.clone()))
            .and(account::ID_TOKEN, Operator::Equal, text(read.id_token.clone()));
        self.update_where(unchanged, change).await
    }

    /// Finds the account that holds a user's password. One statement. Source: `findCredentialAccount`.
    pub async fn find_credential(self, user_id: &UserId) -> Result<Option<Account>, AdapterError> {
        self.find_where(credential_of(user_id)).await
    }

    /// Lists the accounts of a user. One statement. Source: `findAccounts`.
    pub async fn list(self, user_id: &UserId) -> Result<Vec<Account>, AdapterError> {
        let query = Query::new(account::MODEL).filter(Filter::equal(account::USER_ID, user_id.as_str()));
        let rows = self.store.rows(account::MODEL).find_all(query).await?;
        rows.into_iter().map(|row| Account::from_record(row.record, self.store)).collect()
    }

    /// Writes the hash of a user's password into the account that holds it. Tells whether there is one. One
    /// statement. Source: `updatePassword`.
    pub async fn update_password(self, user_id: &UserId, hash: &Secret) -> Result<bool, RepositoryError> {
        self.write_password(credential_of(user_id), hash).await
    }

    /// Writes the hash of a password that was asked for at an instant, unless the password was changed since. Tells whether it
    /// did; false also when there is no account that holds one. One statement without hooks.
    pub async fn update_password_asked_at(
        self,
        user_id: &UserId,
        hash: &Secret,
        asked_at: OffsetDateTime,
    ) -> Result<bool, RepositoryError> {
        let older = credential_of(user_id).and(account::UPDATED_AT, Operator::LessOrEqual, asked_at);
        self.write_password(older, hash).await
    }

    /// Notes that the account that holds a user's password belongs to another address now: what was asked for before does not
    /// change the password any more. One statement without hooks.
    pub(crate) async fn touch_credential(self, user_id: &UserId) -> Result<(), RepositoryError> {
        self.update_where(credential_of(user_id), AccountChange::default()).await.map(|_| ())
    }

    /// Replaces the hash of a user's password if it is still the one that was read: a password that was changed
    /// meanwhile stays changed. Tells whether it was. One statement.
    pub async fn replace_password(
        self,
        user_id: &UserId,
        read: &Secret,
        hash: &Secret,
    ) -> Result<bool, RepositoryError> {
        let unchanged = credential_of(user_id).and(account::PASSWORD, Operator::Equal, read.expose());
        self.write_password(unchanged, hash).await
    }

    /// Writes the hash of a first password into the account that is to hold it, unless one is there. Tells whether it did.
    /// One statement.
    pub async fn fill_password(self, user_id: &UserId, hash: &Secret) -> Result<bool, RepositoryError> {
        let empty = credential_of(user_id).and(account::PASSWORD, Operator::Equal, Value::Null);
        self.write_password(empty, hash).await
    }

    /// Deletes an account. Tells whether there was one. One statement. Source: `deleteAccount`.
    pub async fn delete(self, id: &AccountId) -> Result<bool, RepositoryError> {
        Ok(self.delete_where(by_id(id)).await? > 0)
    }

    /// Deletes every account of a user and tells how many there were. One statement. Source: `deleteAccounts`.
    pub async fn delete_all_of_user(self, user_id: &UserId) -> Result<u64, RepositoryError> {
        self.delete_where(Filter::equal(account::USER_ID, user_id.as_str())).await
    }

    async fn delete_where(self, filter: Filter) -> Result<u64, RepositoryError> {
        match hooks::delete::<Account>(self.store, &filter, None).await? {
            Some(rows) => Ok(rows.len() as u64),
            None => Ok(self.store.rows(account::MODEL).delete_many(filter).await?),
        }
    }

    async fn write_password(self, filter: Filter, hash: &Secret) -> Result<bool, RepositoryError> {
        let change = AccountChange { password: Some(hash.clone()), ..AccountChange::default() };
        self.update_where(filter, change).await
    }

    async fn update_where(self, filter: Filter, change: AccountChange) -> Result<bool, RepositoryError> {
        match hooks::update::<Account>(self.store, filter, change).await? {
            Updated::Rows(rows) => Ok(!rows.is_empty()),
            Updated::Not(filter, change) => {
                let change = Account::change_record(change, self.store)?;
                Ok(self.store.rows(account::MODEL).update_many(filter, change).await? > 0)
            }
        }
    }

    async fn find_where(self, filter: Filter) -> Result<Option<Account>, AdapterError> {
        let row = self.store.rows(account::MODEL).find_one(Query::new(account::MODEL).filter(filter)).await?;
        row.map(|row| Account::from_record(row.record, self.store)).transpose()
    }
}

impl Hooked for Account {
    const LAST_CORE: FieldId = account::UPDATED_AT;
    const MODEL: ModelId = account::MODEL;

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn subject(&self) -> Subject<'_> {
        Subject { user: self.user_id.as_str(), session: None, provider: Some(&self.provider_id) }
    }

    fn new_record(new: NewAccount, store: Store<'_>) -> Result<Record, AdapterError> {
        let now = store.clock().now();
        let mut record = Record::with_capacity(13)
            .with(account::ACCOUNT_ID, new.account_id)
            .with(account::PROVIDER_ID, new.provider_id)
            .with(account::USER_ID, new.user_id.into_string())
            .with(account::ACCESS_TOKEN, text(new.access_token))
            .with(account::REFRESH_TOKEN, text(new.refresh_token))
            .with(account::ID_TOKEN, text(new.id_token))
            .with(account::ACCESS_TOKEN_EXPIRES_AT, new.access_token_expires_at)
            .with(account::REFRESH_TOKEN_EXPIRES_AT, new.refresh_token_expires_at)
            .with(account::SCOPE, new.scope)
            .with(account::PASSWORD, text(new.password))
            .with(account::CREATED_AT, now)
            .with(account::UPDATED_AT, now);
        if let Some(id) = new.id {
            record.set(account::ID, Value::Text(id.into_string()));
        }
        additional::write::<Self>(store, new.additional, &mut record)?;
        Ok(record)
    }

    fn change_record(change: AccountChange, store: Store<'_>) -> Result<Record, AdapterError> {
        let mut record = Record::with_capacity(13).with(account::UPDATED_AT, store.clock().now());
        let given = [
            (account::ACCESS_TOKEN, change.access_token.map(|token| text(Some(token)))),
            (account::REFRESH_TOKEN, change.refresh_token.map(|token| text(Some(token)))),
            (account::ID_TOKEN, change.id_token.map(|token| text(Some(token)))),
            (account::ACCESS_TOKEN_EXPIRES_AT, change.access_token_expires_at.map(Value::Timestamp)),
            (account::REFRESH_TOKEN_EXPIRES_AT, change.refresh_token_expires_at.map(Value::Timestamp)),
            (account::SCOPE, change.scope.map(Value::from)),
            (account::PASSWORD, change.password.map(|hash| text(Some(hash)))),
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
        let model = store.adapter.schema().model(account::MODEL)?;
        Ok(Self {
            id: AccountId::new(record.take_text(model, account::ID)?),
            account_id: record.take_text(model, account::ACCOUNT_ID)?,
            provider_id: record.take_text(model, account::PROVIDER_ID)?,
            user_id: UserId::new(record.take_text(model, account::USER_ID)?),
            access_token: record.take_optional_text(model, account::ACCESS_TOKEN)?.map(Secret::new),
            refresh_token: record.take_optional_text(model, account::REFRESH_TOKEN)?.map(Secret::new),
            id_token: record.take_optional_text(model, account::ID_TOKEN)?.map(Secret::new),
            access_token_expires_at: record
                .take_optional_timestamp(model, account::ACCESS_TOKEN_EXPIRES_AT)?,
            refresh_token_expires_at: record
                .take_optional_timestamp(model, account::REFRESH_TOKEN_EXPIRES_AT)?,
            scope: record.take_optional_text(model, account::SCOPE)?,
            password: record.take_optional_text(model, account::PASSWORD)?.map(Secret::new),
            created_at: record.take_timestamp(model, account::CREATED_AT)?,
            updated_at: record.take_timestamp(model, account::UPDATED_AT)?,
            additional: additional::read::<Self>(store, &mut record)?,
        })
    }

    fn chain(hooks: &Hooks) -> &Chain<Self> {
        &hooks.account
    }
}

fn by_id(id: &AccountId) -> Filter {
    Filter::equal(account::ID, id.as_str())
}

fn by_provider(provider_id: &str, account_id: &str) -> Filter {
    Filter::equal(account::PROVIDER_ID, provider_id).and(account::ACCOUNT_ID, Operator::Equal, account_id)
}

fn credential_of(user_id: &UserId) -> Filter {
    Filter::equal(account::USER_ID, user_id.as_str()).and(account::PROVIDER_ID, Operator::Equal, CREDENTIAL)
}

fn text(secret: Option<Secret>) -> Value {
    secret.map_or(Value::Null, |secret| Value::from(secret.expose()))
}
