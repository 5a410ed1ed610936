//! Many callers at once.

use std::sync::Arc;

use auth_schema::{rate_limit, user, verification};
use tokio::task::JoinSet;

use super::Case;
use super::fixture::{user, verification};
use crate::adapter::{Adapter, AdapterError, Consume, Filter, Increment, Operator, Query, Record, Value};

pub(super) const CASES: &[Case] = &[
    Case { name: "consume_gives_a_row_to_one_caller_only", run: |a| Box::pin(consume(a, false)) },
    Case { name: "consume_with_all_matches_has_one_winner", run: |a| Box::pin(consume(a, true)) },
    Case { name: "no_addition_is_lost", run: |a| Box::pin(additions(a)) },
    Case { name: "a_guard_lets_through_as_many_as_it_says", run: |a| Box::pin(guards(a)) },
    Case { name: "a_unique_value_is_created_once", run: |a| Box::pin(unique(a)) },
    Case { name: "a_locked_read_loses_no_update", run: |a| Box::pin(locked(a)) },
];

/// Runs one operation at once for many callers and gives what each saw. A caller that had to give way tries
/// again, as the transaction runner does.
pub(super) async fn at_once<
    T: Send + 'static,
    F: Future<Output = Result<T, AdapterError>> + Send + 'static,
>(
    callers: usize,
    adapter: &Arc<dyn Adapter>,
    operation: impl Fn(Arc<dyn Adapter>, usize) -> F + Copy + Send + 'static,
) -> Vec<Result<T, AdapterError>> {
    let mut tasks = JoinSet::new();
    for caller in 0..callers {
        let adapter = Arc::clone(adapter);
        tasks.spawn(async move {
            loop {
                match operation(Arc::clone(&adapter), caller).await {
                    Err(error) if error.is_retryable() => tokio::task::yield_now().await,
                    outcome => return outcome,
                }
            }
        });
    }
    tasks.join_all().await
}

/// Reads a number and writes the next one, in a transaction.
async fn next(adapter: Arc<dyn Adapter>) -> Result<(), AdapterError> {
    let transaction = adapter.begin().await?;
    let inside = transaction.adapter();
    let one = || Filter::equal(verification::IDENTIFIER, "counter");
    let found = inside.find_many(Query::new(verification::MODEL).filter(one()).lock()).await?;
    let Some(Value::Text(number)) = found[0].record.get(verification::VALUE) else { panic!("{found:?}") };
    let next = (number.parse::<u32>().unwrap() + 1).to_string();
    let change = Record::default().with(verification::VALUE, next);
    inside.update_many(verification::MODEL, one(), change).await?;
    transaction.commit().await
}

async fn locked(adapter: Arc<dyn Adapter>) {
    adapter.create(verification::MODEL, verification("0", "counter", 0)).await.unwrap();
    let outcomes = at_once(8, &adapter, |adapter, _| next(adapter)).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let row = adapter.find_one(Query::new(verification::MODEL)).await.unwrap().unwrap().record;
    assert_eq!(row.get(verification::VALUE), Some(&Value::from("8")));
}

async fn consume(adapter: Arc<dyn Adapter>, with_all_matches: bool) {
    for round in 0..5 {
        let identifier = format!("round-{round}");
        for number in 0..if with_all_matches { 3 } else { 1 } {
            let row = verification(&format!("{round}-{number}"), &identifier, number);
            adapter.create(verification::MODEL, row).await.unwrap();
        }
        let outcomes = at_once(8, &adapter, move |adapter, _| async move {
            let filter = Filter::equal(verification::IDENTIFIER, format!("round-{round}"));
            let consume = Consume { model: verification::MODEL, filter, sort: None, with_all_matches };
            adapter.consume_one(consume).await
        })
        .await;
        let winners = outcomes.into_iter().filter(|outcome| outcome.as_ref().unwrap().is_some()).count();
        assert_eq!(winners, 1, "round {round}");
    }
    assert_eq!(adapter.count(verification::MODEL, Filter::everything()).await.unwrap(), 0);
}

async fn counter(adapter: &dyn Adapter) {
    let record = Record::default()
        .with(rate_limit::ID, "1")
        .with(rate_limit::KEY, "k")
        .with(rate_limit::COUNT, 0)
        .with(rate_limit::LAST_REQUEST, 0);
    adapter.create(rate_limit::MODEL, record).await.unwrap();
}

fn add_one(filter: Filter) -> Increment {
    Increment { model: rate_limit::MODEL, filter, add: vec![(rate_limit::COUNT, 1)], set: Record::default() }
}

async fn additions(adapter: Arc<dyn Adapter>) {
    counter(&*adapter).await;
    let outcomes = at_once(20, &adapter, |adapter, _| async move {
        adapter.increment_one(add_one(Filter::equal(rate_limit::KEY, "k"))).await
    })
    .await;
    assert!(outcomes.iter().all(|outcome| outcome.as_ref().unwrap().is_some()));
    let row = adapter.find_one(Query::new(rate_limit::MODEL)).await.unwrap().unwrap();
    assert_eq!(row.record.get(rate_limit::COUNT), Some(&Value::Int(20)));
}

async fn guards(adapter: Arc<dyn Adapter>) {
    counter(&*adapter).await;
    let outcomes = at_once(12, &adapter, |adapter, _| async move {
        let guard = Filter::equal(rate_limit::KEY, "k").and(rate_limit::COUNT, Operator::Less, 5);
        adapter.increment_one(add_one(guard)).await
    })
    .await;
    assert_eq!(outcomes.into_iter().filter(|outcome| outcome.as_ref().unwrap().is_some()).count(), 5);
}

async fn unique(adapter: Arc<dyn Adapter>) {
    let outcomes = at_once(10, &adapter, |adapter, caller| async move {
        let mut record = user("same");
        record.set(user::ID, Value::Text(format!("id-{caller}")));
        adapter.create(user::MODEL, record).await
    })
    .await;
    let conflict = |outcome: &Result<Record, AdapterError>| match outcome {
        Ok(_) => false,
        Err(error) => error.is_conflict_of(user::MODEL),
    };
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(outcomes.iter().filter(|outcome| conflict(outcome)).count(), 9, "{outcomes:?}");
}
