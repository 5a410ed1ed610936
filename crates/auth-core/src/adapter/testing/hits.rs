//! Counting requests against a limit.

use std::sync::Arc;

use auth_schema::rate_limit::{COUNT, ID, KEY, LAST_REQUEST, MODEL};

use super::Case;
use super::races::at_once;
use crate::adapter::{Adapter, Counted, Filter, Hit, Query, Record, Value};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "a_window_lets_through_as_many_as_the_limit_says_and_begins_anew_with_each",
        run: |a| Box::pin(async move { windows(&*a).await }),
    },
    Case {
        name: "a_refused_request_leaves_the_time_of_the_last_that_was_let_through",
        run: |a| Box::pin(async move { refused(&*a).await }),
    },
    Case { name: "each_key_has_a_counter_of_its_own", run: |a| Box::pin(async move { keys(&*a).await }) },
    Case { name: "of_fifty_at_once_exactly_the_limit_is_let_through", run: |a| Box::pin(fifty(a)) },
];

/// A request so many milliseconds after an instant; three are let through in ten seconds.
async fn hit(adapter: &dyn Adapter, key: &str, millis: i64) -> Counted {
    adapter.hit(request(key, millis, key)).await.unwrap()
}

fn request(key: &str, millis: i64, id: &str) -> Hit {
    let mut hit = Hit::new(key, NOON + millis, 3, 10_000);
    hit.counter.set(ID, Value::from(format!("id-{id}-{millis}")));
    hit
}

async fn stored(adapter: &dyn Adapter, key: &str) -> Record {
    let query = Query::new(MODEL).filter(Filter::equal(KEY, key));
    adapter.find_one(query).await.unwrap().unwrap().record
}

async fn windows(adapter: &dyn Adapter) {
    let steps = [
        (0, 1),
        (9_999, 2),
        (19_998, 3),
        // The window of the third.
        (20_000, 4),
        (29_997, 4),
        (29_998, 1),
        (29_998, 2),
        (29_999, 3),
        (30_000, 4),
        (39_998, 4),
        (39_999, 1),
    ];
    for (millis, count) in steps {
        let counted = hit(adapter, "k", millis).await;
        assert_eq!(counted.count, count, "after {millis} ms");
    }
    assert_eq!(adapter.count(MODEL, Filter::everything()).await.unwrap(), 1);
}

async fn refused(adapter: &dyn Adapter) {
    for millis in 0..6 {
        let counted = hit(adapter, "k", millis).await;
        let last = NOON + millis.min(2);
        assert!(counted.last_request.is_none_or(|told| told == last), "{counted:?} after {millis} ms");
        let row = stored(adapter, "k").await;
        assert_eq!(row.get(LAST_REQUEST), Some(&Value::Int(last)), "after {millis} ms");
        let Some(Value::Int(count)) = row.get(COUNT) else { panic!("{row:?}") };
        // Whether a refusal shows in the count is the adapter's business; Better Auth takes either for a full window.
        assert!((millis + 1).min(3) <= *count && *count <= (millis + 1).min(4), "{row:?} after {millis} ms");
    }
}

async fn keys(adapter: &dyn Adapter) {
    for key in ["192.0.2.1|/sign-in/email", "192.0.2.2|/sign-in/email", "192.0.2.1|/get-session"] {
        for count in [1, 2, 3, 4] {
            assert_eq!(hit(adapter, key, 0).await.count, count, "{key}");
        }
    }
    // Other limits on one counter: its row is what counts.
    let wider = Hit { max: 5, ..request("192.0.2.1|/get-session", 1, "x") };
    assert!(adapter.hit(wider).await.unwrap().count <= 5);
    let shorter = Hit { window_millis: 1, ..request("192.0.2.2|/sign-in/email", 1, "x") };
    assert_eq!(adapter.hit(shorter).await.unwrap().count, 1);
}

async fn fifty(adapter: Arc<dyn Adapter>) {
    // A key without a counter, then one whose window is over.
    for millis in [0, 20_000] {
        let outcomes = at_once(50, &adapter, move |adapter, caller| async move {
            let hit = request("k", millis, &caller.to_string());
            adapter.hit(Hit { max: 7, ..hit }).await
        })
        .await;
        let counts: Vec<u64> = outcomes.into_iter().map(|counted| counted.unwrap().count).collect();
        let mut admitted: Vec<u64> = counts.iter().copied().filter(|count| *count <= 7).collect();
        admitted.sort_unstable();
        assert_eq!(admitted, [1, 2, 3, 4, 5, 6, 7], "after {millis} ms: {counts:?}");
    }
    assert_eq!(adapter.count(MODEL, Filter::everything()).await.unwrap(), 1);
}

const NOON: i64 = 1_795_435_200_000;
