//! Rows of other models that come along.

use auth_schema::{session, user};

use super::Case;
use super::fixture::{session, text, texts, user};
use crate::adapter::{Adapter, Direction, Filter, Join, JoinKind, Joined, Query, Record};

pub(super) const CASES: &[Case] = &[
    Case { name: "a_row_brings_the_one_that_it_points_to", run: |a| Box::pin(async move { one(&*a).await }) },
    Case { name: "a_row_without_a_match_is_kept", run: |a| Box::pin(async move { missing(&*a).await }) },
    Case {
        name: "a_join_brings_many_rows_limited_for_each_row",
        run: |a| Box::pin(async move { many(&*a).await }),
    },
    Case {
        name: "a_selection_does_not_cut_joined_rows",
        run: |a| Box::pin(async move { selection(&*a).await }),
    },
];

async fn fill(adapter: &dyn Adapter) {
    for name in ["a", "b", "c"] {
        adapter.create(user::MODEL, user(name)).await.unwrap();
    }
    for (name, owner) in [("1", "a"), ("2", "a"), ("3", "a"), ("4", "b")] {
        adapter.create(session::MODEL, session(name, owner)).await.unwrap();
    }
}

fn owner() -> Join {
    join(user::MODEL, session::USER_ID, user::ID, JoinKind::One)
}

fn sessions(limit: Option<u64>) -> Join {
    join(session::MODEL, user::ID, session::USER_ID, JoinKind::Many { limit })
}

fn join(
    model: crate::adapter::ModelId,
    from: crate::adapter::FieldId,
    to: crate::adapter::FieldId,
    kind: JoinKind,
) -> Join {
    Join { model, from, to, filter: Filter::everything(), kind }
}

fn joined(found: &Joined) -> Vec<Record> {
    match found {
        Joined::One(record) => record.iter().cloned().collect(),
        Joined::Many(records) => records.clone(),
    }
}

async fn one(adapter: &dyn Adapter) {
    fill(adapter).await;
    let query = Query::new(session::MODEL).filter(Filter::equal(session::TOKEN, "token-4")).join(owner());
    let mut row = adapter.find_one(query).await.unwrap().unwrap();
    assert_eq!(text(&row.record, session::ID), "id-4");
    assert_eq!(row.take_one(0), Some(user("b")));
    let query = Query::new(session::MODEL).sort(session::ID, Direction::Ascending).join(owner());
    let rows = adapter.find_many(query).await.unwrap();
    let owners: Vec<String> =
        rows.iter().flat_map(|row| joined(&row.joined[0])).map(|owner| text(&owner, user::NAME)).collect();
    assert_eq!(owners, ["a", "a", "a", "b"]);
}

async fn missing(adapter: &dyn Adapter) {
    fill(adapter).await;
    let filtered = Join { filter: Filter::equal(user::NAME, "b"), ..owner() };
    let query = Query::new(session::MODEL).sort(session::ID, Direction::Ascending).join(filtered);
    let rows = adapter.find_many(query).await.unwrap();
    let counts: Vec<usize> = rows.iter().map(|row| joined(&row.joined[0]).len()).collect();
    assert_eq!(counts, [0, 0, 0, 1]);
}

async fn many(adapter: &dyn Adapter) {
    fill(adapter).await;
    for (limit, expected) in [(None, [3, 1, 0]), (Some(2), [2, 1, 0]), (Some(100), [3, 1, 0])] {
        let query = Query::new(user::MODEL).sort(user::NAME, Direction::Ascending).join(sessions(limit));
        let rows = adapter.find_many(query).await.unwrap();
        assert_eq!(texts(&rows, user::NAME), ["a", "b", "c"]);
        let counts: Vec<usize> = rows.iter().map(|row| joined(&row.joined[0]).len()).collect();
        assert_eq!(counts, expected, "{limit:?}");
        let own = rows[0].joined.iter().flat_map(joined);
        assert!(own.into_iter().all(|record| text(&record, session::USER_ID) == "id-a"));
    }
    let query = Query::new(user::MODEL).sort(user::NAME, Direction::Ascending).limit(1).offset(1);
    let rows = adapter.find_many(query.join(sessions(Some(5)))).await.unwrap();
    assert_eq!(joined(&rows[0].joined[0]).len(), 1);
}

async fn selection(adapter: &dyn Adapter) {
    fill(adapter).await;
    for join in [sessions(None), sessions(Some(1))] {
        let query = Query::new(user::MODEL).filter(Filter::equal(user::NAME, "b")).select(vec![user::NAME]);
        let row = adapter.find_one(query.join(join)).await.unwrap().unwrap();
        assert_eq!(row.record.iter().count(), 1);
        assert_eq!(joined(&row.joined[0]), [session("4", "b")]);
    }
}
