//! Deletes a bounded number of rows and runs their hooks. A row whose hook objects stays, and the others go.

use async_trait::async_trait;
use auth_schema::FieldId;

use super::run::{MOST_IDS, locked};
use super::{Chain, Decision, HookError, HookedModel, Operation};
use crate::adapter::{Direction, Filter, Query, Value};
use crate::repository::{RepositoryError, Store, Work};

/// Which of the matches: the first `limit` by a field, then by id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) oldest_by: FieldId,
    pub(crate) limit: u64,
}

/// What became of the rows.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) deleted: u64,
    pub(crate) kept: u64,
    /// Whether there may be more: as many rows were found as were asked for.
    pub(crate) is_full: bool,
    /// The last row's place in the order: the field's value and the id.
    pub(crate) last: Option<(Value, Value)>,
}

/// Deletes the first rows that pass a filter, in one transaction. `None`: there is no hook, the caller sends the statement that
/// suits it. Unlike any other deletion of several rows it does not stop at a veto: nobody has asked for these rows in particular,
/// and one that must stay would keep all the others.
pub(crate) async fn delete_batch<T: HookedModel>(
    store: Store<'_>,
    filter: &Filter,
    bounds: Bounds,
) -> Result<Option<Outcome>, RepositoryError> {
    let chain = T::chain(store.hooks());
    if !chain.wants(Operation::Delete) {
        return Ok(None);
    }
    if bounds.limit == 0 {
        return Ok(Some(Outcome::default()));
    }
    let (rows, outcome) = store.transaction(&DeleteBatch::<T> { chain, filter, bounds }).await?;
    for row in &rows {
        chain.after(Operation::Delete, row, store).await;
    }
    Ok(Some(outcome))
}

struct DeleteBatch<'a, T: HookedModel> {
    chain: &'a Chain<T>,
    filter: &'a Filter,
    bounds: Bounds,
}

#[async_trait]
impl<T: HookedModel> Work for DeleteBatch<'_, T> {
    type Output = (Vec<T>, Outcome);
    type Error = RepositoryError;

    async fn run(&self, store: Store<'_>) -> Result<(Vec<T>, Outcome), RepositoryError> {
        let query = Query::new(T::MODEL)
            .filter(self.filter.clone())
            .sort(self.bounds.oldest_by, Direction::Ascending)
            .sort(FieldId::ID, Direction::Ascending)
            .limit(self.bounds.limit)
            .lock();
        let found = locked::<T>(store, query, self.bounds.oldest_by).await?;
        let mut outcome = Outcome { is_full: found.len() as u64 >= self.bounds.limit, ..Outcome::default() };
        let (mut ids, mut rows) = (Vec::with_capacity(found.len()), Vec::with_capacity(found.len()));
        for (place, row) in found {
            outcome.last = Some(place.clone());
            if self.may_go(&row, store).await? {
                ids.push(place.1);
                rows.push(row);
            } else {
                outcome.kept += 1;
            }
        }
        for some in ids.chunks(MOST_IDS) {
            store.rows(T::MODEL).delete_many(Filter::ids(some.to_vec())).await?;
        }
        for row in &rows {
            self.chain.inside(Operation::Delete, row, store).await?;
        }
        outcome.deleted = rows.len() as u64;
        Ok((rows, outcome))
    }
}

impl<T: HookedModel> DeleteBatch<'_, T> {
    /// Whether no hook objects. A failure is no objection: it undoes the batch.
    async fn may_go(&self, row: &T, store: Store<'_>) -> Result<bool, HookError> {
        match self.chain.before_delete(row, store).await {
            Ok(decision) => Ok(decision == Decision::Proceed),
            Err(HookError::Refused { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
