//! Operators, connectors, case, null.

use auth_schema::user;

use super::Case;
use super::fixture::{create_users, names};
use crate::adapter::{Adapter, Condition, Filter, Operator, Record, Value};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "every_operator_compares_as_it_says",
        run: |a| Box::pin(async move { operators(&*a).await }),
    },
    Case {
        name: "pattern_characters_are_literal_text",
        run: |a| Box::pin(async move { literal(&*a).await }),
    },
    Case {
        name: "case_is_told_apart_unless_asked_otherwise",
        run: |a| Box::pin(async move { case(&*a).await }),
    },
    Case {
        name: "null_is_found_by_equal_and_passes_nothing_else",
        run: |a| Box::pin(async move { null(&*a).await }),
    },
    Case { name: "all_and_any_are_two_groups", run: |a| Box::pin(async move { groups(&*a).await }) },
];

async fn operators(adapter: &dyn Adapter) {
    create_users(adapter, &["anna", "bert", "carl"]).await;
    let list = |names: &[&str]| Value::List(names.iter().map(|name| Value::from(*name)).collect());
    let cases: Vec<(Operator, Value, &[&str])> = vec![
        (Operator::Equal, "bert".into(), &["bert"]),
        (Operator::NotEqual, "bert".into(), &["anna", "carl"]),
        (Operator::Less, "bert".into(), &["anna"]),
        (Operator::LessOrEqual, "bert".into(), &["anna", "bert"]),
        (Operator::Greater, "bert".into(), &["carl"]),
        (Operator::GreaterOrEqual, "bert".into(), &["bert", "carl"]),
        (Operator::In, list(&["anna", "carl", "nobody"]), &["anna", "carl"]),
        (Operator::In, list(&[]), &[]),
        // A list of none and a list of one are told apart, whichever is asked for first.
        (Operator::In, list(&["anna"]), &["anna"]),
        (Operator::In, list(&[]), &[]),
        (Operator::In, "anna".into(), &["anna"]),
        (Operator::NotIn, list(&["anna", "carl"]), &["bert"]),
        (Operator::NotIn, list(&[]), &["anna", "bert", "carl"]),
        (Operator::NotIn, list(&["anna"]), &["bert", "carl"]),
        (Operator::NotIn, list(&[]), &["anna", "bert", "carl"]),
        (Operator::Contains, "r".into(), &["bert", "carl"]),
        (Operator::StartsWith, "ca".into(), &["carl"]),
        (Operator::EndsWith, "a".into(), &["anna"]),
        (Operator::Contains, "".into(), &["anna", "bert", "carl"]),
    ];
    for (operator, value, expected) in cases {
        let filter = Filter::everything().and(user::NAME, operator, value);
        assert_eq!(names(adapter, filter).await, expected, "{operator:?}");
    }
}

async fn literal(adapter: &dyn Adapter) {
    let all = ["100%", "1000", "a_b", "axb", "x*y", "xzy", "q?", "qq", "[ab]", "ab", "back\\slash", "no!"];
    create_users(adapter, &all).await;
    for (operator, text, expected) in [
        (Operator::Contains, "0%", vec!["100%"]),
        (Operator::Contains, "a_", vec!["a_b"]),
        (Operator::StartsWith, "x*", vec!["x*y"]),
        (Operator::EndsWith, "q?", vec!["q?"]),
        (Operator::StartsWith, "[a", vec!["[ab]"]),
        (Operator::Contains, "k\\s", vec!["back\\slash"]),
        (Operator::EndsWith, "!", vec!["no!"]),
        (Operator::Contains, ".*", vec![]),
    ] {
        let sensitive = Filter::everything().and(user::NAME, operator, text);
        assert_eq!(names(adapter, sensitive).await, expected, "{operator:?} {text}");
        let condition = Condition::new(user::NAME, operator, text.to_uppercase()).insensitive();
        let insensitive = Filter { all: vec![condition], any: Vec::new() };
        assert_eq!(names(adapter, insensitive).await, expected, "{operator:?} {text}, any case");
    }
}

async fn case(adapter: &dyn Adapter) {
    create_users(adapter, &["Ada", "ada", "BOB"]).await;
    let list = || Value::List(vec!["ada".into(), "bob".into()]);
    let cases: Vec<(Operator, Value, &[&str], &[&str])> = vec![
        (Operator::Equal, "ada".into(), &["ada"], &["Ada", "ada"]),
        (Operator::NotEqual, "ada".into(), &["Ada", "BOB"], &["BOB"]),
        (Operator::In, list(), &["ada"], &["Ada", "BOB", "ada"]),
        (Operator::NotIn, list(), &["Ada", "BOB"], &[]),
        (Operator::Contains, "o".into(), &[], &["BOB"]),
        (Operator::StartsWith, "A".into(), &["Ada"], &["Ada", "ada"]),
        (Operator::EndsWith, "b".into(), &[], &["BOB"]),
    ];
    for (operator, value, sensitive, insensitive) in cases {
        let condition = Condition::new(user::NAME, operator, value);
        let exact = Filter { all: vec![condition.clone()], any: Vec::new() };
        assert_eq!(names(adapter, exact).await, sensitive, "{operator:?}");
        let folded = Filter { all: vec![condition.insensitive()], any: Vec::new() };
        assert_eq!(names(adapter, folded).await, insensitive, "{operator:?}, any case");
    }
}

async fn null(adapter: &dyn Adapter) {
    create_users(adapter, &["with", "without"]).await;
    let picture = Record::default().with(user::IMAGE, "picture");
    adapter.update_many(user::MODEL, Filter::equal(user::NAME, "with"), picture).await.unwrap();
    let image = |operator, value: Value| Filter::everything().and(user::IMAGE, operator, value);
    let cases: Vec<(Filter, &[&str])> = vec![
        (image(Operator::Equal, Value::Null), &["without"]),
        (image(Operator::NotEqual, Value::Null), &["with"]),
        (image(Operator::NotEqual, "other".into()), &["with"]),
        (image(Operator::Less, Value::Null), &[]),
        (image(Operator::Contains, "".into()), &["with"]),
        (image(Operator::NotIn, Value::List(vec!["other".into()])), &["with"]),
    ];
    for (filter, expected) in cases {
        assert_eq!(names(adapter, filter.clone()).await, expected, "{filter:?}");
    }
}

async fn groups(adapter: &dyn Adapter) {
    create_users(adapter, &["anna", "bert", "carl"]).await;
    let name = |text: &str| Condition::new(user::NAME, Operator::Equal, text);
    let with = |text: &str| Condition::new(user::NAME, Operator::Contains, text);
    let cases: Vec<(Vec<Condition>, Vec<Condition>, &[&str])> = vec![
        (vec![with("a")], vec![name("bert")], &[]),
        (vec![with("a")], vec![name("bert"), name("carl")], &["carl"]),
        (vec![], vec![name("anna"), name("bert")], &["anna", "bert"]),
        (vec![with("a"), with("r")], vec![], &["carl"]),
        (vec![], vec![name("anna")], &["anna"]),
    ];
    for (all, any, expected) in cases {
        let filter = Filter { all, any };
        assert_eq!(names(adapter, filter.clone()).await, expected, "{filter:?}");
    }
}
