//! Deleting a bounded number of rows in an order.

use std::sync::Arc;

use auth_schema::{session, user, verification};
use tokio::task::JoinSet;

use super::Case;
use super::fixture::{create_users, session, texts, user, verification};
use crate::adapter::{
    Adapter, AdapterError, Batch, Deleted, Direction, Filter, Operator, Query, Record, Sort, Value,
};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "a_batch_deletes_the_first_in_order_and_tells_how_many",
        run: |a| Box::pin(async move { in_order(&*a).await }),
    },
    Case { name: "a_batch_of_none_deletes_nothing", run: |a| Box::pin(async move { nothing(&*a).await }) },
    Case {
        name: "a_batch_leaves_what_does_not_match",
        run: |a| Box::pin(async move { filtered(&*a).await }),
    },
    Case {
        name: "what_belongs_to_a_batch_goes_with_it",
        run: |a| Box::pin(async move { cascade(&*a).await }),
    },
    Case { name: "a_batch_belongs_to_its_transaction", run: |a| Box::pin(async move { undone(&*a).await }) },
    Case { name: "workers_at_once_count_no_row_twice_and_leave_none", run: |a| Box::pin(workers(a)) },
];

fn batch(filter: Filter, limit: u64) -> Batch {
    let sort = Some(Sort { field: verification::CREATED_AT, direction: Direction::Ascending });
    Batch { model: verification::MODEL, filter, sort, limit }
}

/// Rows whose values are their places in the order; they are created in another order.
async fn create(adapter: &dyn Adapter, count: i64) {
    for number in 0..count {
        let place = (number * 7) % count;
        let row = verification(&format!("{place:03}"), "x", place);
        adapter.create(verification::MODEL, row).await.unwrap();
    }
}

async fn left(adapter: &dyn Adapter) -> Vec<String> {
    let query = Query::new(verification::MODEL).sort(verification::CREATED_AT, Direction::Ascending);
    texts(&adapter.find_many(query).await.unwrap(), verification::VALUE)
}

async fn in_order(adapter: &dyn Adapter) {
    create(adapter, 10).await;
    let deleted = adapter.delete_batch(batch(Filter::everything(), 4)).await.unwrap();
    assert_eq!(deleted.count, 4);
    // An engine that tells it tells the greatest of what it deleted.
    let last = verification("003", "x", 3).take(verification::CREATED_AT);
    assert!(deleted.last.is_none() || deleted.last == last, "{deleted:?}");
    assert_eq!(left(adapter).await, ["004", "005", "006", "007", "008", "009"]);
    assert_eq!(adapter.delete_batch(batch(Filter::everything(), 1)).await.unwrap().count, 1);
    let mut newest = batch(Filter::everything(), 2);
    newest.sort = newest.sort.map(|sort| Sort { direction: Direction::Descending, ..sort });
    assert_eq!(adapter.delete_batch(newest).await.unwrap().count, 2);
    assert_eq!(left(adapter).await, ["005", "006", "007"]);
    // More than are there; in any order.
    let rest = Batch { sort: None, ..batch(Filter::everything(), 1000) };
    assert_eq!(adapter.delete_batch(rest).await.unwrap().count, 3);
    assert_eq!(adapter.delete_batch(batch(Filter::everything(), 4)).await.unwrap().count, 0);
}

async fn nothing(adapter: &dyn Adapter) {
    assert_eq!(adapter.delete_batch(batch(Filter::everything(), 4)).await.unwrap().count, 0);
    create(adapter, 3).await;
    assert_eq!(adapter.delete_batch(batch(Filter::everything(), 0)).await.unwrap().count, 0);
    let none = Filter::everything().and(verification::ID, Operator::In, Value::List(Vec::new()));
    assert_eq!(adapter.delete_batch(batch(none, 4)).await.unwrap().count, 0);
    assert_eq!(left(adapter).await.len(), 3);
}

async fn filtered(adapter: &dyn Adapter) {
    create(adapter, 6).await;
    let some = Filter::equal(verification::IDENTIFIER, "x")
        .or(verification::VALUE, Operator::Equal, "001")
        .or(verification::VALUE, Operator::Greater, "003");
    assert_eq!(adapter.delete_batch(batch(some.clone(), 2)).await.unwrap().count, 2);
    assert_eq!(left(adapter).await, ["000", "002", "003", "005"]);
    assert_eq!(adapter.delete_batch(batch(some, 2)).await.unwrap().count, 1);
    assert_eq!(left(adapter).await, ["000", "002", "003"]);
}

async fn cascade(adapter: &dyn Adapter) {
    for name in ["a", "b", "c"] {
        adapter.create(user::MODEL, user(name)).await.unwrap();
        adapter.create(session::MODEL, session(name, name)).await.unwrap();
    }
    let sort = Some(Sort { field: user::NAME, direction: Direction::Ascending });
    let two = Batch { model: user::MODEL, filter: Filter::everything(), sort, limit: 2 };
    // Only the rows of the model itself are counted.
    assert_eq!(adapter.delete_batch(two).await.unwrap().count, 2);
    assert_eq!(adapter.count(session::MODEL, Filter::everything()).await.unwrap(), 1);
    assert_eq!(adapter.count(session::MODEL, Filter::equal(session::USER_ID, "id-c")).await.unwrap(), 1);
}

async fn undone(adapter: &dyn Adapter) {
    create_users(adapter, &["a"]).await;
    create(adapter, 4).await;
    let transaction = adapter.begin().await.unwrap();
    assert_eq!(transaction.adapter().delete_batch(batch(Filter::everything(), 3)).await.unwrap().count, 3);
    let change = Record::default().with(user::NAME, "b");
    transaction.adapter().update_many(user::MODEL, Filter::everything(), change).await.unwrap();
    transaction.rollback().await.unwrap();
    assert_eq!(left(adapter).await.len(), 4);
}

/// Deletes until nothing is found, and tells how many rows it counted. A worker that has to give way tries again.
async fn work(adapter: Arc<dyn Adapter>) -> Result<u64, AdapterError> {
    let mut deleted = 0;
    loop {
        match adapter.delete_batch(batch(Filter::everything(), 7)).await {
            Ok(Deleted { count: 0, .. }) => return Ok(deleted),
            Ok(some) => deleted += some.count,
            Err(error) if error.is_retryable() => tokio::task::yield_now().await,
            Err(error) => return Err(error),
        }
    }
}

async fn workers(adapter: Arc<dyn Adapter>) {
    create(&*adapter, 100).await;
    let mut tasks = JoinSet::new();
    for _ in 0..3 {
        tasks.spawn(work(Arc::clone(&adapter)));
    }
    let counts = tasks.join_all().await;
    assert_eq!(counts.into_iter().map(Result::unwrap).sum::<u64>(), 100);
    assert_eq!(left(&*adapter).await, Vec::<String>::new());
}
