//! Updating, deleting, counting what was done.

use auth_schema::{rate_limit, session, user, verification};

use super::Case;
use super::fixture::{create_users, names, session, text, user, verification};
use crate::adapter::{Adapter, Consume, Direction, Filter, Increment, Operator, Record, Sort, Value};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "an_update_gives_the_row_as_it_is_afterwards",
        run: |a| Box::pin(async move { update(&*a).await }),
    },
    Case {
        name: "an_update_without_match_or_filter_changes_nothing",
        run: |a| Box::pin(async move { no_update(&*a).await }),
    },
    Case {
        name: "bulk_writes_tell_how_many_rows_they_met",
        run: |a| Box::pin(async move { bulk(&*a).await }),
    },
    Case {
        name: "what_belongs_to_a_user_goes_with_the_user",
        run: |a| Box::pin(async move { cascade(&*a).await }),
    },
    Case { name: "a_consumed_row_is_gone", run: |a| Box::pin(async move { consume(&*a).await }) },
    Case {
        name: "consuming_with_all_matches_leaves_no_older_value",
        run: |a| Box::pin(async move { consume_all(&*a).await }),
    },
    Case {
        name: "a_counter_moves_only_behind_its_guard",
        run: |a| Box::pin(async move { increment(&*a).await }),
    },
];

async fn update(adapter: &dyn Adapter) {
    create_users(adapter, &["a", "b"]).await;
    let change = Record::default().with(user::NAME, "new").with(user::IMAGE, "picture");
    // The filter no longer matches the row that the update leaves.
    let row = adapter.update(user::MODEL, Filter::equal(user::NAME, "a"), change).await.unwrap().unwrap();
    assert_eq!(text(&row, user::NAME), "new");
    assert_eq!(text(&row, user::IMAGE), "picture");
    assert_eq!(text(&row, user::EMAIL), "user-0@example.com");
    let null = Record::default().with(user::IMAGE, Value::Null);
    let row = adapter.update(user::MODEL, Filter::equal(user::NAME, "new"), null).await.unwrap().unwrap();
    assert_eq!(row.get(user::IMAGE), Some(&Value::Null));
    assert_eq!(names(adapter, Filter::everything()).await, ["b", "new"]);
}

async fn no_update(adapter: &dyn Adapter) {
    create_users(adapter, &["a"]).await;
    let change = || Record::default().with(user::NAME, "new");
    assert_eq!(adapter.update(user::MODEL, Filter::equal(user::NAME, "x"), change()).await.unwrap(), None);
    assert_eq!(adapter.update(user::MODEL, Filter::everything(), change()).await.unwrap(), None);
    assert_eq!(names(adapter, Filter::everything()).await, ["a"]);
}

async fn bulk(adapter: &dyn Adapter) {
    create_users(adapter, &["a", "b", "c"]).await;
    let verified = || Record::default().with(user::EMAIL_VERIFIED, true);
    let some = Filter::everything().and(user::NAME, Operator::Greater, "a");
    assert_eq!(adapter.update_many(user::MODEL, some.clone(), verified()).await.unwrap(), 2);
    // A write that changes nothing still meets its rows.
    assert_eq!(adapter.update_many(user::MODEL, some, verified()).await.unwrap(), 2);
    assert_eq!(adapter.update_many(user::MODEL, Filter::everything(), verified()).await.unwrap(), 3);
    assert_eq!(adapter.delete_many(user::MODEL, Filter::equal(user::NAME, "a")).await.unwrap(), 1);
    assert_eq!(adapter.delete_many(user::MODEL, Filter::equal(user::EMAIL_VERIFIED, true)).await.unwrap(), 2);
    assert_eq!(adapter.delete_many(user::MODEL, Filter::everything()).await.unwrap(), 0);
}

async fn cascade(adapter: &dyn Adapter) {
    for name in ["a", "b"] {
        adapter.create(user::MODEL, user(name)).await.unwrap();
        adapter.create(session::MODEL, session(name, name)).await.unwrap();
    }
    adapter.delete(user::MODEL, Filter::equal(user::NAME, "a")).await.unwrap();
    assert_eq!(adapter.count(session::MODEL, Filter::everything()).await.unwrap(), 1);
    assert_eq!(adapter.count(session::MODEL, Filter::equal(session::USER_ID, "id-b")).await.unwrap(), 1);
}

fn consume_newest(with_all_matches: bool) -> Consume {
    Consume {
        model: verification::MODEL,
        filter: Filter::equal(verification::IDENTIFIER, "x"),
        sort: Some(Sort { field: verification::CREATED_AT, direction: Direction::Descending }),
        with_all_matches,
    }
}

async fn consume(adapter: &dyn Adapter) {
    for (name, millis) in [("old", 1), ("new", 2)] {
        adapter.create(verification::MODEL, verification(name, "x", millis)).await.unwrap();
    }
    for expected in [Some("new"), Some("old"), None] {
        let row = adapter.consume_one(consume_newest(false)).await.unwrap();
        assert_eq!(row.map(|row| text(&row, verification::VALUE)).as_deref(), expected);
    }
}

async fn consume_all(adapter: &dyn Adapter) {
    for (name, identifier, millis) in [("old", "x", 1), ("new", "x", 3), ("older", "x", 0), ("other", "y", 9)]
    {
        adapter.create(verification::MODEL, verification(name, identifier, millis)).await.unwrap();
    }
    let row = adapter.consume_one(consume_newest(true)).await.unwrap().unwrap();
    assert_eq!(row, verification("new", "x", 3));
    assert_eq!(adapter.consume_one(consume_newest(true)).await.unwrap(), None);
    assert_eq!(adapter.count(verification::MODEL, Filter::everything()).await.unwrap(), 1);
}

async fn increment(adapter: &dyn Adapter) {
    let counter = Record::default()
        .with(rate_limit::ID, "1")
        .with(rate_limit::KEY, "k")
        .with(rate_limit::COUNT, 1)
        .with(rate_limit::LAST_REQUEST, 1_795_435_509_000);
    adapter.create(rate_limit::MODEL, counter).await.unwrap();
    let step = |limit: i64| Increment {
        model: rate_limit::MODEL,
        filter: Filter::equal(rate_limit::KEY, "k").and(rate_limit::COUNT, Operator::Less, limit),
        add: vec![(rate_limit::COUNT, 2)],
        set: Record::default().with(rate_limit::LAST_REQUEST, 1_795_435_509_001),
    };
    let row = adapter.increment_one(step(3)).await.unwrap().unwrap();
    assert_eq!(row.get(rate_limit::COUNT), Some(&Value::Int(3)));
    assert_eq!(row.get(rate_limit::LAST_REQUEST), Some(&Value::Int(1_795_435_509_001)));
    assert_eq!(adapter.increment_one(step(3)).await.unwrap(), None);
    let back = Increment { add: vec![(rate_limit::COUNT, -3)], set: Record::default(), ..step(9) };
    let row = adapter.increment_one(back).await.unwrap().unwrap();
    assert_eq!(row.get(rate_limit::COUNT), Some(&Value::Int(0)));
    let set_only = Increment { add: Vec::new(), ..step(1) };
    assert!(adapter.increment_one(set_only).await.unwrap().is_some());
    let nothing = Increment { add: Vec::new(), set: Record::default(), ..step(9) };
    assert!(adapter.increment_one(nothing).await.is_err());
}
