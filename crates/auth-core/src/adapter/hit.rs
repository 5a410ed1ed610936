//! Counting a request against a limit, on the counters of the core model `rate_limit`.

use auth_schema::rate_limit::{COUNT, KEY, LAST_REQUEST, MODEL};

use super::{Adapter, AdapterError, Filter, Increment, Operator, Query, Record, Value};

/// A request that is counted, and the limit that it is held against.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The counter as it is created where its key has none yet: `key`, a `count` of one, and `last_request`, which is now, in
    /// milliseconds since 1970. An id, where the database makes none, and whatever else the model asks for.
    pub counter: Record,
    /// So many milliseconds without a request that was let through, and the counter begins anew.
    pub window_millis: i64,
    /// So many requests are let through.
    pub max: u32,
}

/// What a counter holds once a request is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// How many requests were let through, this one included; more than the limit when this one is not. One: it begins anew.
    pub count: u64,
    /// When the last one was let through, in milliseconds since 1970; `None` where the engine does not tell.
    pub last_request: Option<i64>,
}

impl Hit {
    /// A request that comes now.
    pub fn new(key: &str, now_millis: i64, max: u32, window_millis: i64) -> Self {
        let counter = Record::default().with(KEY, key).with(COUNT, 1).with(LAST_REQUEST, now_millis);
        Self { counter, window_millis, max }
    }

    /// Now, in milliseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        integer(&self.counter, LAST_REQUEST)
    }

    /// A counter that was used then or before begins anew.
    pub(crate) fn cutoff(&self) -> i64 {
        self.now().saturating_sub(self.window_millis)
    }

    /// The greatest count that is let through. One more still stands in a column of 32 bits.
    pub(crate) fn most(&self) -> i64 {
        i64::from(self.max).min(i64::from(i32::MAX) - 1)
    }

    fn key(&self) -> Option<Value> {
        self.counter.get(KEY).cloned()
    }
}

impl Counted {
    pub(crate) fn new(count: i64, last_request: i64) -> Self {
        Self { count: u64::try_from(count).unwrap_or_default(), last_request: Some(last_request) }
    }
}

/// [`Adapter::hit`] in steps, of which each is guarded by what was read before. Source: Better Auth's `createDatabaseStorage`.
pub(super) async fn by_steps<A: Adapter + ?Sized>(adapter: &A, hit: &Hit) -> Result<Counted, AdapterError> {
    for _ in 0..MOST_TRIES {
        let query = Query::new(MODEL).filter(Filter::equal(KEY, hit.key()));
        let counted = match adapter.find_one(query).await? {
            None => create(adapter, hit).await?,
            Some(row) => count(adapter, hit, &row.record).await?,
        };
        if let Some(counted) = counted {
            return Ok(counted);
        }
    }
    Err(AdapterError::Retryable("so many others count with the same key".into()))
}

/// `None`: another caller was first.
async fn create<A: Adapter + ?Sized>(adapter: &A, hit: &Hit) -> Result<Option<Counted>, AdapterError> {
    match adapter.create(MODEL, hit.counter.clone()).await {
        Ok(_) => Ok(Some(Counted::new(1, hit.now()))),
        Err(error) if error.is_conflict_of(MODEL) => Ok(None),
        Err(error) => Err(error),
    }
}

/// `None`: another caller changed the counter meanwhile.
async fn count<A: Adapter + ?Sized>(
    adapter: &A,
    hit: &Hit,
    seen: &Record,
) -> Result<Option<Counted>, AdapterError> {
    let (count, last) = (integer(seen, COUNT), integer(seen, LAST_REQUEST));
    let filter = Filter::equal(KEY, hit.key());
    let set = Record::default().with(LAST_REQUEST, hit.now());
    let (filter, add, set) = if last <= hit.cutoff() {
        (filter.and(LAST_REQUEST, Operator::LessOrEqual, last), Vec::new(), set.with(COUNT, 1))
    } else if count >= hit.most() {
        // Nothing is written.
        return Ok(Some(Counted::new(hit.most() + 1, last)));
    } else {
        let filter = filter.and(LAST_REQUEST, Operator::Greater, hit.cutoff());
        (filter.and(COUNT, Operator::Less, hit.most()), vec![(COUNT, 1)], set)
    };
    let after = adapter.increment_one(Increment { model: MODEL, filter, add, set }).await?;
    Ok(after.map(|after| Counted::new(integer(&after, COUNT), hit.now())))
}

fn integer(record: &Record, field: auth_schema::FieldId) -> i64 {
    match record.get(field) {
        Some(Value::Int(number)) => *number,
        _ => 0,
    }
}

const MOST_TRIES: u32 = 100;
