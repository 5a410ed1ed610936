//! Users: their sessions show them, and go with them.

use auth_schema::{session, user};

use super::WithStorage;
use super::change::{Change, Due};
use super::entries::text_of;
use crate::adapter::{AdapterError, Filter, Operator, Query, Record, Value, named};

impl WithStorage<'_> {
    pub(super) async fn update_user(
        &self,
        filter: Filter,
        change: Record,
    ) -> Result<Option<Record>, AdapterError> {
        // Of several rows one is given back: the others are told of, too.
        let ids = if named::values(&filter, user::ID).is_some() {
            Vec::new()
        } else {
            self.ids_of(&filter).await?
        };
        let updated = self.adapter().update(user::MODEL, filter, change).await?;
        if let Some(user) = &updated {
            let mut changes = changed(user);
            changes
                .extend(ids.into_iter().map(of_user).filter(|change| !changes_same(&changed(user), change)));
            self.tell(changes).await?;
        }
        Ok(updated)
    }

    pub(super) async fn update_users(&self, filter: Filter, change: Record) -> Result<u64, AdapterError> {
        let ids = self.ids_of(&filter).await?;
        let count = self.adapter().update_many(user::MODEL, filter, change).await?;
        self.tell(ids.into_iter().map(of_user).collect()).await?;
        Ok(count)
    }

    pub(super) async fn delete_users(&self, filter: Filter) -> Result<u64, AdapterError> {
        let ids = self.ids_of(&filter).await?;
        let before = self.mirror.now();
        let mut gone = Vec::with_capacity(ids.len());
        for user_id in ids {
            let tokens = self.tokens_of(&Filter::equal(session::USER_ID, user_id.as_str())).await?;
            let tokens = tokens.into_iter().map(|(token, _)| token).collect();
            gone.push(Change::Due(Due::AllRevoked { user_id, before, tokens }));
        }
        let outcome = self.adapter().delete_many(user::MODEL, filter).await;
        if matches!(outcome, Ok(_) | Err(AdapterError::ConnectionLost(_) | AdapterError::UnknownOutcome(_))) {
            self.tell(gone).await?;
        }
        outcome
    }

    /// The ids of users: what the filter says, else what the database says.
    async fn ids_of(&self, filter: &Filter) -> Result<Vec<String>, AdapterError> {
        if let Some(ids) = named::values(filter, user::ID) {
            return Ok(ids.into_iter().map(str::to_owned).collect());
        }
        let query = Query::new(user::MODEL).filter(filter.clone()).select(vec![user::ID]);
        let rows = self.adapter().find_many(query).await?;
        Ok(rows.iter().filter_map(|row| text_of(&row.record, user::ID)).map(str::to_owned).collect())
    }

    /// Tokens and users of the rows of sessions; none where no rows are.
    pub(super) async fn tokens_of(&self, filter: &Filter) -> Result<Vec<(String, String)>, AdapterError> {
        if !self.mode().in_database {
            return Ok(Vec::new());
        }
        let select = vec![session::TOKEN, session::USER_ID];
        let query = Query::new(session::MODEL).filter(filter.clone()).select(select);
        let rows = self.adapter().find_many(query).await?;
        let pair = |record: &Record| {
            let token = text_of(record, session::TOKEN)?.to_owned();
            Some((token, text_of(record, session::USER_ID)?.to_owned()))
        };
        Ok(rows.iter().filter_map(|row| pair(&row.record)).collect())
    }
}

/// What a changed user means for the store.
pub(super) fn changed(user: &Record) -> Vec<Change> {
    text_of(user, user::ID).map(|id| of_user(id.to_owned())).into_iter().collect()
}

/// The row of a user.
pub(super) fn by_id(user_id: &str) -> Query {
    Query::new(user::MODEL).filter(Filter::everything().and(user::ID, Operator::Equal, Value::from(user_id)))
}

fn of_user(user_id: String) -> Change {
    Change::Due(Due::UserChanged { user_id })
}

fn changes_same(changes: &[Change], other: &Change) -> bool {
    let due = |change: &Change| match change {
        Change::Due(due) => Some(due.clone()),
        _ => None,
    };
    changes.iter().any(|change| due(change) == due(other))
}
