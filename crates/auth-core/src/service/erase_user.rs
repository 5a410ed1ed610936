//! Erase a user: no trace stays but the fact.

use async_trait::async_trait;
use auth_schema::{FieldId, ModelId, OnDelete, account, session, user};
use time::OffsetDateTime;

use crate::adapter::{AdapterError, Filter, Operator, Query, Value};
use crate::auth::Services;
use crate::domain::{EventKind, NewEvent, RequestContext, User, UserId};
use crate::error::AuthError;
use crate::hooks::Act;
use crate::repository::{RepositoryError, Store, Work};
use crate::telemetry::Operation;

/// What went with a user who was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Erased {
    /// Sessions, expired ones among them.
    pub sessions: u64,
    /// Accounts.
    pub accounts: u64,
    /// Verifications that are about the user or the address.
    pub verifications: u64,
    /// Events of the audit trail.
    pub events: u64,
    /// Rows of other models that point to the user.
    pub related: u64,
}

impl Services<'_> {
    /// Erases a user: sessions, accounts, verifications of the address, every row of every model that points to the user and is
    /// declared to go along, and the events of the audit trail, all or nothing, also where no foreign key takes them along. What
    /// is declared to forget the user forgets (`set_null`). The store beside the database, the cache in the process and the search
    /// index lose the user with it. The audit trail keeps one event, `user_erased`, with the user's id and without any origin.
    /// `None` when there is no such user: of concurrent callers one erases.
    ///
    /// The hooks of a deletion run for the user, sessions, accounts and verifications. Without hooks: `BEGIN`, `SELECT` that locks
    /// the user, `SELECT` of verifications, a `DELETE` for sessions, accounts, user, verifications if there are any and each model
    /// that points to the user, three statements for the audit trail if there is one, `COMMIT`. Verifications are found by
    /// reading all of their table.
    ///
    /// # Errors
    ///
    /// [`AuthError::Vetoed`] and [`AuthError::Hook`] when a hook objects; [`AuthError::Adapter`] when rows point to the user that are
    /// declared to hold it back: [`AdapterError::ForeignKey`], on SQLite [`AdapterError::Database`]. Nothing is changed then.
    #[tracing::instrument(name = "auth.erase_user", skip_all, fields(user_id = %user_id))]
    pub async fn erase_user(
        &self,
        user_id: &UserId,
        context: &RequestContext,
    ) -> Result<Option<Erased>, AuthError> {
        self.erase(&Erase { user_id, if_deleted_until: None }, context).await
    }

    /// Erases a user who was softly deleted by an instant, unless somebody restored them meanwhile.
    pub(super) async fn erase_deleted_user(
        &self,
        user_id: &UserId,
        until: OffsetDateTime,
        context: &RequestContext,
    ) -> Result<Option<Erased>, AuthError> {
        self.erase(&Erase { user_id, if_deleted_until: Some(until) }, context).await
    }

    async fn erase(&self, erase: &Erase<'_>, context: &RequestContext) -> Result<Option<Erased>, AuthError> {
        self.observe(Operation::EraseUser, async { Ok(self.store_for(context).transaction(erase).await?) })
            .await
    }
}

struct Erase<'a> {
    user_id: &'a UserId,
    /// Only a user who was softly deleted by then.
    if_deleted_until: Option<OffsetDateTime>,
}

#[async_trait]
impl Work for Erase<'_> {
    type Output = Option<Erased>;
    type Error = RepositoryError;

    async fn run(&self, store: Store<'_>) -> Result<Option<Erased>, RepositoryError> {
        let store = store.acting(Act::Part);
        // Locked, so that nobody signs in between.
        let Some(user) = store.users().lock(self.user_id).await? else {
            return Ok(None);
        };
        if self.if_deleted_until.is_some_and(|until| !was_deleted_by(&user, until)) {
            return Ok(None);
        }
        let mut erased = Erased {
            verifications: store.verifications().delete_about(&user).await?,
            related: delete_related(store, self.user_id).await?,
            sessions: store.sessions().delete_all_of_user(self.user_id).await?,
            accounts: store.accounts().delete_all_of_user(self.user_id).await?,
            events: 0,
        };
        store.users().delete(self.user_id).await?;
        if let Some(events) = store.events() {
            erased.events = events.forget(self.user_id).await?;
            events
                .record_without_origin(NewEvent::new(EventKind::UserErased).of(self.user_id.clone()))
                .await?;
        }
        Ok(Some(erased))
    }
}

fn was_deleted_by(user: &User, until: OffsetDateTime) -> bool {
    user.deleted_at().is_some_and(|at| at <= until)
}

/// Deletes the rows of other models that are declared to go with a user; an adapter need not see to it.
async fn delete_related(store: Store<'_>, user_id: &UserId) -> Result<u64, AdapterError> {
    let mut deleted = 0;
    for (model, filter) in related(store, user_id, |on_delete| on_delete == OnDelete::Cascade).await? {
        deleted += store.rows(model).delete_many(filter).await?;
    }
    Ok(deleted)
}

/// The models besides session and account that point to a user, and which of their rows do. No statement where they point to the id,
/// else one.
pub(super) async fn related(
    store: Store<'_>,
    user_id: &UserId,
    wanted: impl Fn(OnDelete) -> bool + Send,
) -> Result<Vec<(ModelId, Filter)>, AdapterError> {
    let schema = store.adapter().schema();
    let owner = schema.model(user::MODEL)?;
    let mut found = Vec::new();
    for (id, model) in schema.models() {
        if [user::MODEL, session::MODEL, account::MODEL].contains(&id) {
            continue;
        }
        let mut filter = Filter::everything();
        for (position, field) in model.fields().iter().enumerate() {
            let Some(reference) = &field.references else {
                continue;
            };
            if reference.model == owner.name() && wanted(reference.on_delete) {
                let value = pointed_to(store, user_id, owner.find(&reference.field)?).await?;
                if !value.is_null() {
                    filter = filter.or(FieldId::new(position), Operator::Equal, value);
                }
            }
        }
        if !filter.is_empty() {
            found.push((id, filter));
        }
    }
    Ok(found)
}

/// The value of a user that others point to.
async fn pointed_to(store: Store<'_>, user_id: &UserId, field: FieldId) -> Result<Value, AdapterError> {
    if field == user::ID {
        return Ok(Value::from(user_id.as_str()));
    }
    let query = Query::new(user::MODEL).filter(Filter::equal(user::ID, user_id.as_str()));
    let row = store.rows(user::MODEL).find_one(query).await?;
    Ok(row.and_then(|row| row.record.get(field).cloned()).unwrap_or(Value::Null))
}
