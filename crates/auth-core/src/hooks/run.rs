//! Writes rows, runs their hooks and has the audit trail written. Without either, the plain statement.

use async_trait::async_trait;
use auth_schema::FieldId;

use super::{Chain, Decision, HookedModel, Operation, Phase, trail};
use crate::adapter::{AdapterError, Direction, Filter, Query, Record, Value};
use crate::domain::EventKind;
use crate::repository::{RepositoryError, Store, Work};

/// Creates a row.
pub(crate) async fn create<T: HookedModel>(store: Store<'_>, new: T::New) -> Result<T, RepositoryError> {
    create_as(store, new, |new| T::new_record(new, store)).await
}

/// Creates a row whose record the caller makes once the hooks have seen what it is made of.
pub(crate) async fn create_as<T: HookedModel>(
    store: Store<'_>,
    mut new: T::New,
    record: impl FnOnce(T::New) -> Result<Record, AdapterError> + Send,
) -> Result<T, RepositoryError> {
    let chain = T::chain(store.hooks());
    if chain.before_create(&mut new, store).await? == Decision::Veto {
        return Err(vetoed::<T>(store, Operation::Create));
    }
    let record = record(new)?;
    let kind = trail::kind::<T>(store, Operation::Create, &record);
    let hooked = chain.wants_phase(Operation::Create, Phase::In);
    let row = if hooked || kind.is_some() {
        together(store, hooked, &Create::<T> { chain, record, kind }).await?
    } else {
        insert::<T>(store, record).await?
    };
    chain.after(Operation::Create, &row, store).await;
    Ok(row)
}

/// Changes every row that passes a filter. Gives the rows as they are afterwards when a hook needed them, else their
/// number.
pub(crate) async fn update<T: HookedModel>(
    store: Store<'_>,
    filter: Filter,
    change: T::Change,
) -> Result<Updated<T>, RepositoryError> {
    let chain = T::chain(store.hooks());
    let hooked = chain.wants(Operation::Update);
    if !hooked && !is_told::<T>(store, &change)? {
        return Ok(Updated::Not(filter, change));
    }
    let rows = together(store, hooked, &Update { chain, filter, change }).await?;
    for row in &rows {
        chain.after(Operation::Update, row, store).await;
    }
    Ok(Updated::Rows(rows))
}

/// Whether hooks made an update already.
pub(crate) enum Updated<T: HookedModel> {
    /// These rows were changed.
    Rows(Vec<T>),
    /// There is no hook: the caller sends the statement that suits it.
    Not(Filter, T::Change),
}

/// Deletes every row that passes a filter, in an order if one is given. Gives the deleted rows when a hook needed
/// them; `None`: there is no hook, the caller sends the statement that suits it.
pub(crate) async fn delete<T: HookedModel>(
    store: Store<'_>,
    filter: &Filter,
    newest_first: Option<FieldId>,
) -> Result<Option<Vec<T>>, RepositoryError> {
    let chain = T::chain(store.hooks());
    let hooked = chain.wants(Operation::Delete);
    let kind = trail::kind::<T>(store, Operation::Delete, &Record::default());
    if !hooked && kind.is_none() {
        return Ok(None);
    }
    let rows = together(store, hooked, &Delete { chain, filter, newest_first, kind }).await?;
    for row in &rows {
        chain.after(Operation::Delete, row, store).await;
    }
    Ok(Some(rows))
}

/// Does work whole or not at all. Where no hook may object, an open transaction needs no savepoint: a failure is one of the database.
async fn together<W>(store: Store<'_>, hooked: bool, work: &W) -> Result<W::Output, W::Error>
where
    W: Work,
{
    if hooked || !store.is_inside() { store.transaction(work).await } else { work.run(store).await }
}

/// Whether the audit trail tells of a change.
fn is_told<T: HookedModel>(store: Store<'_>, change: &T::Change) -> Result<bool, AdapterError> {
    if store.events().is_none() {
        return Ok(false);
    }
    let written = T::change_record(change.clone(), store)?;
    Ok(trail::kind::<T>(store, Operation::Update, &written).is_some())
}

struct Create<'a, T: HookedModel> {
    chain: &'a Chain<T>,
    record: Record,
    kind: Option<EventKind>,
}

#[async_trait]
impl<T: HookedModel> Work for Create<'_, T> {
    type Output = T;
    type Error = RepositoryError;

    async fn run(&self, store: Store<'_>) -> Result<T, RepositoryError> {
        let row = insert::<T>(store, self.record.clone()).await?;
        trail::record(store, self.kind.clone(), &row, None).await?;
        self.chain.inside(Operation::Create, &row, store).await?;
        Ok(row)
    }

    /// Only an id that was made here is nobody else's.
    async fn is_done(&self, row: &T, store: Store<'_>) -> Result<Option<bool>, AdapterError> {
        if self.record.get(FieldId::ID).is_some() {
            return Ok(None);
        }
        let by_id = Filter::equal(FieldId::ID, row.id());
        Ok(Some(store.rows(T::MODEL).count(by_id).await? == 1))
    }
}

struct Update<'a, T: HookedModel> {
    chain: &'a Chain<T>,
    filter: Filter,
    change: T::Change,
}

#[async_trait]
impl<T: HookedModel> Work for Update<'_, T> {
    type Output = Vec<T>;
    type Error = RepositoryError;

    async fn run(&self, store: Store<'_>) -> Result<Vec<T>, RepositoryError> {
        let mut changed = Vec::new();
        let query = Query::new(T::MODEL).filter(self.filter.clone()).lock();
        for ((_, id), row) in locked::<T>(store, query, FieldId::ID).await? {
            let mut change = self.change.clone();
            if self.chain.before_update(&row, &mut change, store).await? == Decision::Veto {
                return Err(vetoed::<T>(store, Operation::Update));
            }
            let record = T::change_record(change, store)?;
            let kind = trail::kind::<T>(store, Operation::Update, &record);
            let fields = trail::fields::<T>(store, &record).filter(|_| kind.is_some());
            let updated = store.rows(T::MODEL).update(Filter::equal(FieldId::ID, id), record).await?;
            let Some(updated) = updated else {
                continue;
            };
            let row = T::from_record(updated, store)?;
            trail::record(store, kind, &row, fields).await?;
            self.chain.inside(Operation::Update, &row, store).await?;
            changed.push(row);
        }
        Ok(changed)
    }
}

/// Rows that are gone prove nothing, somebody else may have deleted them: an unknown outcome stays unknown.
struct Delete<'a, T: HookedModel> {
    chain: &'a Chain<T>,
    filter: &'a Filter,
    newest_first: Option<FieldId>,
    kind: Option<EventKind>,
}

#[async_trait]
impl<T: HookedModel> Work for Delete<'_, T> {
    type Output = Vec<T>;
    type Error = RepositoryError;

    async fn run(&self, store: Store<'_>) -> Result<Vec<T>, RepositoryError> {
        let mut query = Query::new(T::MODEL).filter(self.filter.clone()).lock();
        if let Some(field) = self.newest_first {
            query = query.sort(field, Direction::Descending);
        }
        let found = locked::<T>(store, query, FieldId::ID).await?;
        for (_, row) in &found {
            if self.chain.before_delete(row, store).await? == Decision::Veto {
                return Err(vetoed::<T>(store, Operation::Delete));
            }
        }
        let (ids, rows): (Vec<Value>, Vec<T>) = found.into_iter().map(|((_, id), row)| (id, row)).unzip();
        // A list as long as a large user base would exceed what a statement may have of parameters.
        let mut deleted = 0;
        for some in ids.chunks(MOST_IDS) {
            deleted += store.rows(T::MODEL).delete_many(Filter::ids(some.to_vec())).await?;
        }
        // A store of keys locks nothing that is read: somebody else has consumed it meanwhile.
        if self.newest_first.is_some() && deleted == 0 {
            return Ok(Vec::new());
        }
        trail::record_deletion(store, self.kind.clone(), &rows).await?;
        for row in &rows {
            self.chain.inside(Operation::Delete, row, store).await?;
        }
        Ok(rows)
    }
}

/// The rows of a query, each with one of its fields and its id; nobody else changes them until the transaction ends.
pub(super) async fn locked<T: HookedModel>(
    store: Store<'_>,
    query: Query,
    field: FieldId,
) -> Result<Vec<((Value, Value), T)>, AdapterError> {
    let rows = store.rows(T::MODEL).find_all(query).await?;
    let value = |record: &Record, field| record.get(field).cloned().unwrap_or(Value::Null);
    let with_place = |row: crate::adapter::Row| {
        let place = (value(&row.record, field), value(&row.record, FieldId::ID));
        Ok((place, T::from_record(row.record, store)?))
    };
    rows.into_iter().map(with_place).collect()
}

async fn insert<T: HookedModel>(store: Store<'_>, record: Record) -> Result<T, RepositoryError> {
    Ok(T::from_record(store.rows(T::MODEL).create(record).await?, store)?)
}

fn vetoed<T: HookedModel>(store: Store<'_>, operation: Operation) -> RepositoryError {
    let model =
        store.adapter().schema().model(T::MODEL).map_or_else(|_| String::new(), |model| model.name().into());
    RepositoryError::Vetoed { model: T::MODEL, model_name: model, operation }
}

pub(super) const MOST_IDS: usize = 500;
