//! Finding, sorting, paging, selecting, counting.

use auth_schema::{user, verification};
use time::Duration;

use super::Case;
use super::fixture::{EPOCH, create_users, names, texts, user, verification};
use crate::adapter::{Adapter, Direction, Filter, Operator, Query, Search, Value};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "a_created_row_is_found_as_it_was_given",
        run: |a| Box::pin(async move { round_trip(&*a).await }),
    },
    Case { name: "text_of_any_script_survives", run: |a| Box::pin(async move { scripts(&*a).await }) },
    Case {
        name: "instants_keep_milliseconds_and_their_order",
        run: |a| Box::pin(async move { instants(&*a).await }),
    },
    Case { name: "rows_come_sorted_limited_and_offset", run: |a| Box::pin(async move { paging(&*a).await }) },
    Case {
        name: "a_selection_brings_the_selected_fields_only",
        run: |a| Box::pin(async move { selection(&*a).await }),
    },
    Case {
        name: "nothing_is_hidden_by_a_limit_that_nobody_gave",
        run: |a| Box::pin(async move { no_limit(&*a).await }),
    },
    Case {
        name: "a_search_finds_rows_by_all_words_and_takes_none_for_a_pattern",
        run: |a| Box::pin(async move { search(&*a).await }),
    },
    Case { name: "an_unknown_row_is_none", run: |a| Box::pin(async move { none(&*a).await }) },
];

async fn round_trip(adapter: &dyn Adapter) {
    let given = user("ada");
    let created = adapter.create(user::MODEL, given.clone()).await.unwrap();
    assert_eq!(created, given);
    let query = Query::new(user::MODEL).filter(Filter::equal(user::ID, "id-ada"));
    assert_eq!(adapter.find_one(query).await.unwrap().unwrap().record, given);
}

async fn scripts(adapter: &dyn Adapter) {
    let all = [
        "Ада Лавлейс",
        "李 小龙",
        "🧑🏽‍🚀 astronaut",
        "O'Neil \"quoted\" \\ back",
        "'; DROP TABLE auth_users; --",
        "",
    ];
    create_users(adapter, &all).await;
    for name in all {
        assert_eq!(names(adapter, Filter::equal(user::NAME, name)).await, [name]);
    }
}

async fn instants(adapter: &dyn Adapter) {
    let millis = [300, 0, 345, 5, 340];
    for offset in millis {
        let record = verification(&offset.to_string(), "sort", offset);
        adapter.create(verification::MODEL, record).await.unwrap();
    }
    let query = Query::new(verification::MODEL).sort(verification::CREATED_AT, Direction::Ascending);
    let rows = adapter.find_many(query).await.unwrap();
    assert_eq!(texts(&rows, verification::VALUE), ["0", "5", "300", "340", "345"]);
    assert_eq!(
        rows[4].record.get(verification::CREATED_AT),
        Some(&Value::Timestamp(EPOCH + Duration::milliseconds(345)))
    );
    for (operator, expected) in [
        (Operator::Less, 3),
        (Operator::LessOrEqual, 4),
        (Operator::Equal, 1),
        (Operator::Greater, 1),
        (Operator::GreaterOrEqual, 2),
    ] {
        let bound = EPOCH + Duration::milliseconds(340);
        let elsewhere = bound.to_offset(time::macros::offset!(-8));
        for bound in [bound, elsewhere] {
            let filter = Filter::everything().and(verification::CREATED_AT, operator, bound);
            assert_eq!(adapter.count(verification::MODEL, filter).await.unwrap(), expected, "{operator:?}");
        }
    }
}

async fn search(adapter: &dyn Adapter) {
    create_users(adapter, &["Ada Lovelace", "Adam", "100% Grace", "Lovelace Ada"]).await;
    let search = |text: &str| Search {
        model: user::MODEL,
        fields: vec![user::NAME],
        newest: user::CREATED_AT,
        text: text.to_owned(),
        filter: Filter::everything().and(user::NAME, Operator::NotEqual, "Lovelace Ada"),
        limit: 2,
    };
    for (text, expected) in [
        ("ADA", &["Ada Lovelace", "Adam"][..]),
        ("love ada", &["Ada Lovelace"]),
        ("ada grace", &[]),
        ("100%", &["100% Grace"]),
        ("a%a", &[]),
        ("ad_", &[]),
        ("'; \" OR *\0\\", &[]),
    ] {
        let found = adapter.search(search(text)).await.unwrap();
        let names: Vec<_> = found.iter().filter_map(|record| record.get(user::NAME)).collect();
        let expected: Vec<Value> = expected.iter().map(|name| Value::from(*name)).collect();
        assert_eq!(names, expected.iter().collect::<Vec<_>>(), "{text:?}");
    }
    assert_eq!(adapter.search(search(" ")).await.unwrap().len(), 2);
}

async fn paging(adapter: &dyn Adapter) {
    create_users(adapter, &["c", "a", "e", "b", "d"]).await;
    let sorted = |direction| Query::new(user::MODEL).sort(user::NAME, direction);
    let cases: [(Query, &[&str]); 5] = [
        (sorted(Direction::Ascending), &["a", "b", "c", "d", "e"]),
        (sorted(Direction::Descending).limit(2), &["e", "d"]),
        (sorted(Direction::Ascending).offset(3), &["d", "e"]),
        (sorted(Direction::Ascending).limit(2).offset(1), &["b", "c"]),
        (sorted(Direction::Ascending).limit(0), &[]),
    ];
    for (query, expected) in cases {
        let rows = adapter.find_many(query.clone()).await.unwrap();
        assert_eq!(texts(&rows, user::NAME), expected, "{query:?}");
    }
    assert_eq!(adapter.find_many(Query::new(user::MODEL).offset(4)).await.unwrap().len(), 1);
}

async fn selection(adapter: &dyn Adapter) {
    create_users(adapter, &["a"]).await;
    let query = Query::new(user::MODEL).select(vec![user::EMAIL, user::NAME]);
    let record = adapter.find_one(query).await.unwrap().unwrap().record;
    let present: Vec<_> = record.iter().map(|(field, _)| field).collect();
    assert_eq!(present, [user::NAME, user::EMAIL]);
    assert_eq!(record.get(user::NAME), Some(&Value::from("a")));
}

async fn no_limit(adapter: &dyn Adapter) {
    let all: Vec<String> = (0..150).map(|number| format!("{number:03}")).collect();
    create_users(adapter, &all.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert_eq!(adapter.find_many(Query::new(user::MODEL)).await.unwrap().len(), 150);
    assert_eq!(adapter.count(user::MODEL, Filter::everything()).await.unwrap(), 150);
    assert_eq!(adapter.delete_many(user::MODEL, Filter::everything()).await.unwrap(), 150);
}

async fn none(adapter: &dyn Adapter) {
    let query = Query::new(user::MODEL).filter(Filter::equal(user::ID, "nobody"));
    assert_eq!(adapter.find_one(query.clone()).await.unwrap(), None);
    assert!(adapter.find_many(query).await.unwrap().is_empty());
    assert_eq!(adapter.delete_many(user::MODEL, Filter::equal(user::ID, "nobody")).await.unwrap(), 0);
}
