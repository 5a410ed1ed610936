//! The contract of a store, as a list of cases: run it against yours.

use std::collections::HashSet;
use std::time::Duration;

use super::{Entry, SecondaryStorage, StorageError};

/// Runs every case. Keys begin with `contract-`; what is left of them lives for a minute at most.
///
/// # Errors
///
/// The first case that does not hold, or the store's own failure.
pub async fn contract(
    storage: &dyn SecondaryStorage,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    a_value_is_there_until_it_is_deleted(storage).await?;
    a_value_ends_with_its_time(storage).await?;
    of_many_one_takes_a_value(storage).await?;
    of_many_none_is_lost_in_a_counter(storage).await?;
    a_counter_ends_with_the_time_of_its_first_addition(storage).await?;
    of_many_none_is_lost_in_a_compared_list(storage).await?;
    a_comparison_tells_nothing_from_empty(storage).await
}

type Case = Result<(), Box<dyn std::error::Error + Send + Sync>>;

async fn a_value_is_there_until_it_is_deleted(storage: &dyn SecondaryStorage) -> Case {
    let text = "a \"value\" of any signs: ü|\n{}\u{1f511}";
    storage.set("contract-value", text, MINUTE).await?;
    holds(storage.get("contract-value").await?.as_deref() == Some(text), "a value comes back as it was")?;
    storage.set("contract-value", "other", MINUTE).await?;
    holds(storage.get("contract-value").await?.as_deref() == Some("other"), "the latest value counts")?;
    storage.delete("contract-value").await?;
    storage.delete("contract-value").await?;
    holds(storage.get("contract-value").await?.is_none(), "what is deleted is gone")
}

async fn a_value_ends_with_its_time(storage: &dyn SecondaryStorage) -> Case {
    storage.set("contract-short", "x", Duration::from_secs(1)).await?;
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    holds(storage.get("contract-short").await?.is_none(), "what has ended is gone")?;
    let nothing = storage.get_and_delete("contract-short").await?;
    holds(nothing.is_none(), "what has ended cannot be taken")
}

async fn of_many_one_takes_a_value(storage: &dyn SecondaryStorage) -> Case {
    storage.set("contract-once", "x", MINUTE).await?;
    let taken = crowd(|_| storage.get_and_delete("contract-once")).await?;
    holds(taken.iter().flatten().count() == 1, "of many callers one takes a value")
}

async fn of_many_none_is_lost_in_a_counter(storage: &dyn SecondaryStorage) -> Case {
    storage.delete("contract-count").await?;
    let sums: HashSet<u64> =
        crowd(|_| storage.increment("contract-count", MINUTE)).await?.into_iter().collect();
    holds(sums == (1..=CROWD as u64).collect(), "each addition counts once")?;
    let text = storage.get("contract-count").await?;
    holds(text == Some(CROWD.to_string()), "a counter reads as digits")?;
    storage.delete("contract-count").await.map_err(Into::into)
}

async fn a_counter_ends_with_the_time_of_its_first_addition(storage: &dyn SecondaryStorage) -> Case {
    storage.delete("contract-window").await?;
    storage.increment("contract-window", Duration::from_secs(1)).await?;
    storage.increment("contract-window", MINUTE).await?;
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    holds(
        storage.increment("contract-window", Duration::from_secs(1)).await? == 1,
        "later additions do not prolong",
    )
}

async fn of_many_none_is_lost_in_a_compared_list(storage: &dyn SecondaryStorage) -> Case {
    storage.delete("contract-list").await?;
    crowd(|number| async move {
        loop {
            let before = storage.get("contract-list").await?;
            let after = format!("{} {number}", before.as_deref().unwrap_or_default());
            let new = Some(Entry { value: &after, ttl: MINUTE });
            if storage.compare_and_set("contract-list", before.as_deref(), new).await? {
                return Ok(());
            }
        }
    })
    .await?;
    let list = storage.get("contract-list").await?.unwrap_or_default();
    let numbers: HashSet<&str> = list.split_whitespace().collect();
    holds(numbers.len() == CROWD, "none is lost of many that compare and set")?;
    holds(
        storage.compare_and_set("contract-list", Some(&list), None).await?,
        "what is as expected is removed",
    )?;
    holds(storage.get("contract-list").await?.is_none(), "what is removed is gone")
}

async fn a_comparison_tells_nothing_from_empty(storage: &dyn SecondaryStorage) -> Case {
    storage.delete("contract-empty").await?;
    let empty = Some(Entry { value: "", ttl: MINUTE });
    holds(!storage.compare_and_set("contract-empty", Some(""), empty).await?, "nothing is not empty")?;
    holds(storage.compare_and_set("contract-empty", None, empty).await?, "nothing is as expected")?;
    holds(!storage.compare_and_set("contract-empty", None, empty).await?, "empty is not nothing")?;
    holds(storage.compare_and_set("contract-empty", Some(""), None).await?, "empty is as expected")
}

/// What many callers get who ask at the same time.
async fn crowd<T, F: Future<Output = Result<T, StorageError>>>(
    ask: impl Fn(usize) -> F,
) -> Result<Vec<T>, StorageError> {
    let mut waiting: Vec<_> = (0..CROWD).map(|number| Box::pin(ask(number))).collect();
    let mut answers = Vec::with_capacity(CROWD);
    std::future::poll_fn(|context| {
        waiting.retain_mut(|future| match future.as_mut().poll(context) {
            std::task::Poll::Ready(answer) => {
                answers.push(answer);
                false
            }
            std::task::Poll::Pending => true,
        });
        if waiting.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    answers.into_iter().collect()
}

fn holds(condition: bool, promise: &'static str) -> Case {
    if condition { Ok(()) } else { Err(format!("it does not hold that {promise}").into()) }
}

const CROWD: usize = 50;
const MINUTE: Duration = Duration::from_secs(60);
