//! Deletes what has expired, one batch at a time.

use auth_schema::FieldId;

use super::{RepositoryError, Store};
use crate::adapter::{Batch, Direction, Filter, Operator, Sort, Value};
use crate::hooks::{self, Bounds, HookedModel};

/// What one batch did.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ExpiredBatch {
    /// How many rows it deleted.
    pub deleted: u64,
    /// How many rows stay because a hook vetoed or refused their deletion.
    pub kept: u64,
    /// Where the next batch begins; `None`: nothing is left.
    pub next: Option<Resume>,
}

/// Where a batch begins. The default is the oldest row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Resume {
    /// When the last row expired.
    at: Option<Value>,
    /// The id of the last row that hooks were asked about: one that they keep is not met again.
    after: Option<Value>,
}

/// Deletes the oldest rows that have expired: one statement, or with hooks one transaction.
pub(super) async fn delete_batch<T: HookedModel>(
    store: Store<'_>,
    (expires_at, expired): (FieldId, Filter),
    limit: u64,
    from: &Resume,
) -> Result<ExpiredBatch, RepositoryError> {
    let filter = from.narrow(expires_at, expired);
    let bounds = Bounds { oldest_by: expires_at, limit };
    if let Some(rows) = hooks::delete_batch::<T>(store, &filter, bounds).await? {
        let next = if rows.is_full {
            rows.last.map(|(at, id)| Resume { at: Some(at), after: Some(id) })
        } else {
            None
        };
        return Ok(ExpiredBatch { deleted: rows.deleted, kept: rows.kept, next });
    }
    let sort = Some(Sort { field: expires_at, direction: Direction::Ascending });
    let batch = Batch { model: T::MODEL, filter, sort, limit };
    let deleted = store.rows(T::MODEL).delete_batch(batch).await?;
    let is_full = limit > 0 && deleted.count >= limit;
    let next = is_full.then(|| Resume { at: deleted.last.or_else(|| from.at.clone()), after: None });
    Ok(ExpiredBatch { deleted: deleted.count, kept: 0, next })
}

impl Resume {
    /// Only what comes later; of rows that expired at one instant, those with a greater id.
    fn narrow(&self, expires_at: FieldId, expired: Filter) -> Filter {
        let Some(at) = &self.at else {
            return expired;
        };
        let later = expired.and(expires_at, Operator::GreaterOrEqual, at.clone());
        match &self.after {
            None => later,
            Some(id) => later.or(expires_at, Operator::Greater, at.clone()).or(
                FieldId::ID,
                Operator::Greater,
                id.clone(),
            ),
        }
    }
}
